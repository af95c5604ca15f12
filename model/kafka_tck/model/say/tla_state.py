"""The state of a module in TLA+: its variables, their ranges and the first state."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from kafka_tck.model.say.expr import Expr, either, name, node, number, truth
from kafka_tck.model.shapes import (
    Each,
    Flag,
    Limit,
    Node,
    Number,
    Sequence,
    Settled,
    Shape,
    resolved,
)
from kafka_tck.model.terms import NONE, Misuse, Term, int_var


class Ranges:
    """The declared ranges as sets, with the sizes by name."""

    def __init__(self, sizes: Mapping[str, int], called: Mapping[str, str]) -> None:
        self.sizes = sizes
        self.used: set[str] = set()
        """Names of sizes in what was written so far."""
        self.named: dict[str, Any] = {**sizes, **{s: int_var(name) for s, name in called.items()}}

    def limit(self, limit: Limit) -> str:
        """A limit as a formula over the sizes; a number where it is not a sum of them."""
        try:
            said: Any = resolved(limit, self.named)
        except Misuse:
            said = None
        if isinstance(said, Term) and _is_sum(said):
            self.used |= _names(said)
            return str(said)
        value = resolved(limit, self.sizes)
        return str(value) if value >= 0 else f"({value})"

    def numbers(self, low: Limit, high: Limit) -> str:
        """From `low` to `high`, both included."""
        return f"{self.limit(low)}..{_bracketed(self.limit(high))}"

    def of(self, kind: Any, indent: int = 0, *, in_record: bool = False) -> str:
        """The set of values of a kind; a number in a record may be none at all.

        Records of the state have one field per line, from this column on.
        """
        match kind:
            case Flag():
                return "BOOLEAN"
            case Node():
                return "Nodes \\cup {Nobody}"
            case Number():
                low = NONE if in_record and resolved(kind.low, self.sizes) > NONE else kind.low
                return self.numbers(low, kind.high)
            case Each():
                return f"[Nodes -> {self.of(kind.of, indent + 10)}]"
            case Sequence():
                fields = [
                    f"{said} : {self.of(of, in_record=True)}" for said, of in kind.record.items()
                ]
                return f"UpTo({self.limit(kind.capacity)}, [{', '.join(fields)}])"
        inner = [f"{said} : {self.of(of)}" for said, of in fields_of(kind)]
        joint = ",\n" + " " * (indent + 1)
        return f"[{joint.join(inner)}]"


def fields_of(shape: type[Shape]) -> list[tuple[str, Any]]:
    """The fields that are part of the state."""
    return [(said, kind) for said, kind in shape.kinds.items() if not isinstance(kind, Settled)]


def _is_sum(term: Term) -> bool:
    if term.op in ("add", "sub"):
        return all(_is_sum(arg) for arg in term.args)
    return term.op in ("var", "const")


def _names(term: Term) -> set[str]:
    if term.op == "var":
        return {term.args[0]}
    return set().union(*(_names(arg) for arg in term.args)) if term.op != "const" else set()


def _bracketed(text: str) -> str:
    return text if text.isidentifier() or text.isdigit() or text[0] == "(" else f"({text})"


def blank(kind: Sequence) -> Expr:
    """The record that stands past the end of a sequence."""
    fields = []
    for said, of in kind.record.items():
        if isinstance(of, Each):
            fields.append((said, Expr("function", ("n", truth(False)))))
        elif isinstance(of, Flag):
            fields.append((said, truth(False)))
        else:
            fields.append((said, node(NONE) if isinstance(of, Node) else number(NONE)))
    return Expr("record", tuple(fields))


def value(kind: Any, path: str, values: Mapping[str, Any], nodes: int, depth: int = 0) -> Expr:
    """What stands at a path in a state of plain values, as an expression."""
    match kind:
        case Flag():
            return truth(values[path])
        case Node():
            return node(values[path])
        case Number():
            return number(values[path])
        case Each():
            entries = [
                value(kind.of, f"{path}.{n}", values, nodes, depth + 1) for n in range(nodes)
            ]
            return _by_node(entries, depth)
        case Sequence():
            return Expr("tuple", tuple(_record(kind, r, nodes, depth) for r in values[path]))
    inner = (
        (said, value(of, f"{path}.{said}", values, nodes, depth)) for said, of in fields_of(kind)
    )
    return Expr("record", tuple(inner))


def _record(kind: Sequence, leaves: tuple[Any, ...], nodes: int, depth: int) -> Expr:
    fields, at = [], 0
    for said, of in kind.record.items():
        count = nodes if isinstance(of, Each) else 1
        part = leaves[at : at + count]
        at += count
        if isinstance(of, Each):
            entries = [truth(bool(leaf)) for leaf in part]
            fields.append((said, _by_node(entries, depth)))
        elif isinstance(of, Flag):
            fields.append((said, truth(bool(part[0]))))
        else:
            fields.append((said, node(part[0]) if isinstance(of, Node) else number(part[0])))
    return Expr("record", tuple(fields))


def _by_node(entries: list[Expr], depth: int) -> Expr:
    said = "nmkij"[depth]
    body = entries[-1]
    for n in reversed(range(len(entries) - 1)):
        body = either(Expr("eq", (name(said, True), node(n))), entries[n], body)
    return Expr("function", (said, body))

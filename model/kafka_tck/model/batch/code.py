"""Scalar terms as numpy code: one function that works out many terms over whole columns."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import Any

import numpy as np

from kafka_tck.model.terms import Bool, Term

Arrays = tuple[Any, ...]

_SYMBOL = {"add": "+", "sub": "-", "lt": "<", "le": "<=", "eq": "==", "same": "=="}
_JOIN = {"and": "&", "or": "|"}


def compiled(
    wanted: Sequence[Term], number: Mapping[str, int], flags: frozenset[int]
) -> tuple[Callable[[Mapping[int, Any]], Arrays], tuple[int, ...]]:
    """A function from columns (by number) to the values of these terms, and what it reads.

    A part that several terms share is worked out once, and forgotten after its last use.
    Columns are int8 and flags bool; constants come back as scalars.
    """
    writer = _Writer(number)
    names = [writer.visit(term) for term in wanted]
    source = writer.function(names)
    space: dict[str, Any] = {"np": np, "i8": np.int8}
    exec(source, space)  # noqa: S102 - it is our own text
    return space["work_out"], tuple(sorted(writer.reads))


class _Writer:
    def __init__(self, number: Mapping[str, int]) -> None:
        self.number = number
        self.lines: list[tuple[str, list[str], str]] = []
        """Name, what it uses, and the expression."""
        self.names: dict[int, str] = {}
        self.reads: set[int] = set()

    def visit(self, term: Term) -> str:
        known = self.names.get(id(term))
        if known is None:
            known = self.names[id(term)] = self._write(term)
        return known

    def _write(self, term: Term) -> str:
        if term.op == "const":
            value = term.args[0]
            return f"np.bool_({value})" if isinstance(term, Bool) else f"i8({value})"
        if term.op == "var":
            number = self.number[term.args[0]]
            self.reads.add(number)
            return f"c[{number}]"
        parts = [self.visit(arg) for arg in term.args]
        name = f"t{len(self.lines)}"
        self.lines.append((name, parts, _expression(term.op, parts)))
        return name

    def function(self, results: Sequence[str]) -> str:
        uses = Counter(part for _, parts, _ in self.lines for part in parts)
        uses.update(results)
        text = ["def work_out(c):"]
        for name, parts, expression in self.lines:
            text.append(f"    {name} = {expression}")
            for part in _temporaries(parts):
                uses[part] -= parts.count(part)
                if uses[part] == 0:
                    text.append(f"    {part} = None")
        return "\n".join([*text, f"    return [{', '.join(results)}]"])


def _temporaries(parts: Iterable[str]) -> list[str]:
    return sorted({part for part in parts if part.startswith("t")})


def _expression(op: str, parts: list[str]) -> str:
    if op in _JOIN:
        return f" {_JOIN[op]} ".join(parts)
    match op:
        case "not":
            return f"~{parts[0]}"
        case "choose":
            return f"np.where({', '.join(parts)})"
        case "least" | "most":
            word = "np.minimum" if op == "least" else "np.maximum"
            found = parts[0]
            for part in parts[1:]:
                found = f"{word}({found}, {part})"
            return found
    return f"{parts[0]} {_SYMBOL[op]} {parts[1]}"

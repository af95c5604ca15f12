"""The leaves of rows of terms: constants, variables and paths, with the names that fit them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from kafka_tck.model.say.expr import Expr, name, node, number, truth
from kafka_tck.model.shapes import Node, Place
from kafka_tck.model.shapes import Sequence as SequenceKind
from kafka_tck.model.terms import Term

Environment = Mapping[str, int]
Rows = Sequence[tuple[Environment, Term]]
"""Per instance: the value of each name, and the term."""

BOUND = "@"


class Differ(Exception):
    """The rows have nothing in common that could be said at once."""


class Leaves:
    """Reads what terms are made of. `node_names` are the names that stand for nodes."""

    def __init__(self, places: Sequence[Place], nodes: int, node_names: frozenset[str]) -> None:
        self.places = {place.path: place for place in places}
        self.nodes = nodes
        self.node_names = set(node_names)

    def is_node(self, term: Any) -> bool:
        """Whether the value of a term is a node, as far as its leaves tell."""
        match term.op:
            case "var":
                place = self.places.get(term.args[0])
                return place is not None and isinstance(place.kind, Node)
            case "cell":
                return isinstance(self.sequence_of(term.args[0])[1].record.get(term.args[2]), Node)
            case "choose":
                return any(self.is_node(arg) for arg in term.args[1:3])
        return False

    def sequence_of(self, seq: Term) -> tuple[str, SequenceKind]:
        """The path of the field that a sequence comes from, and its kind."""
        while seq.op != "var":
            seq = seq.args[1 if seq.op == "choose" else 0]
        kind = self.places[seq.args[0]].kind
        assert isinstance(kind, SequenceKind)
        return seq.args[0], kind

    def constant(self, rows: Rows, is_node: bool) -> Expr:
        values = [term.args[0] for _, term in rows]
        if isinstance(values[0], bool):
            return truth(self.same(values))
        if is_node:
            return self.node(
                [(env, value) for env, value in zip(environments(rows), values, strict=True)]
            )
        if len(set(values)) == 1:
            return number(values[0])
        return self._parameter(rows, values)

    def _parameter(self, rows: Rows, values: list[int]) -> Expr:
        for said in sorted(rows[0][0], key=self.node_names.__contains__):
            ahead = {
                value - env[said] for env, value in zip(environments(rows), values, strict=True)
            }
            if len(ahead) == 1:
                by = ahead.pop()
                known = Expr("index", (said,)) if said in self.node_names else name(said)
                return Expr("add", (known, number(by))) if by else known
        raise Differ

    def same(self, values: list[Any]) -> Any:
        if any(value != values[0] for value in values):
            raise Differ
        return values[0]

    def node(self, rows: Sequence[tuple[Environment, int]]) -> Expr:
        """The node that these are: a name if one fits every row, else one and the same index."""
        for said in rows[0][0]:
            if said in self.node_names and all(env.get(said) == index for env, index in rows):
                return name(said, True)
        return node(self.same([index for _, index in rows]))

    def variable(self, rows: Rows) -> Expr:
        if rows[0][1].args[0].startswith(BOUND):
            return name(self.same([term.args[0] for _, term in rows])[1:])
        for _, term in rows:
            self.places[term.args[0]]  # KeyError if it is left out
        parts = self.parts([(env, term.args[0]) for env, term in rows])
        return Expr("path", parts, self.is_node(rows[0][1]))

    def parts(self, rows: Sequence[tuple[Environment, str]]) -> tuple[Any, ...]:
        """The steps of a path: names, and nodes where there is an index."""
        split = [(env, path.split(".")) for env, path in rows]
        self.same([len(parts) for _, parts in split])
        return tuple(
            self.node([(env, int(parts[n])) for env, parts in split])
            if all(parts[n].isdigit() for _, parts in split)
            else self.same([parts[n] for _, parts in split])
            for n in range(len(split[0][1]))
        )


def environments(rows: Rows) -> list[Environment]:
    return [env for env, _ in rows]


def without_indexes(path: str) -> str:
    return ".".join(part for part in path.split(".") if not part.isdigit())

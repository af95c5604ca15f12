"""What expressions mean, worked out on plain values: the say reader is held to it."""

from collections.abc import Callable, Mapping
from typing import Any

from kafka_tck.model.run import Values
from kafka_tck.model.say.actions import ActionText
from kafka_tck.model.say.expr import Expr
from kafka_tck.model.shapes import Sequence
from kafka_tck.model.spec import Module
from kafka_tck.model.terms import NONE, leaves_of

Names = Mapping[str, int]


class Meaning:
    """The values of expressions in one state of a module."""

    def __init__(self, module: Module[Any], nodes: int, state: Values) -> None:
        self.nodes = nodes
        self.state = state
        self.sequences = {
            ".".join(part for part in place.parts if isinstance(part, str)): place.kind
            for place in module.shape.places(nodes)
            if isinstance(place.kind, Sequence)
        }

    def of(self, expr: Expr, names: Names) -> Any:
        """The value of an expression, with what its names stand for."""
        match expr.op:
            case "number" | "truth" | "node":
                return expr.args[0]
            case "nobody":
                return NONE
            case "name" | "index":
                return names[expr.args[0]]
            case "path":
                return self._at(self.path(expr.args, names))
            case "cell":
                return self._cell(expr, names)
            case "choose":
                return self.of(expr.args[1 if self.of(expr.args[0], names) else 2], names)
            case "append" | "put" | "cut":
                return self._sequence(expr, names)
        if expr.op in _OVER_NODES or expr.op in _OVER_POSITIONS:
            return self._over(expr, names)
        return _PLAIN[expr.op]([self.of(arg, names) for arg in expr.args])

    def path(self, parts: tuple[Any, ...], names: Names) -> str:
        said = (str(self.of(p, names)) if isinstance(p, Expr) else p for p in parts)
        return ".".join(said)

    def _at(self, path: str) -> Any:
        """A leaf, or the tuple of leaves below."""
        if path in self.state:
            return self.state[path]
        return [self._at(f"{path}.{n}") for n in range(self.nodes)]

    def _cell(self, expr: Expr, names: Names) -> Any:
        seq, where, parts, field = expr.args
        records, at = self.of(seq, names), self.of(where, names)
        layout = dict(leaves_of(self.sequences[field].layout(self.nodes)))
        wanted = self.path(parts, names)
        inside = [n for n, leaf in enumerate(layout) if f"{leaf}.".startswith(f"{wanted}.")]
        record = records[at] if 0 <= at < len(records) else _blank(layout)
        found = [record[n] for n in inside]
        return found[0] if wanted in layout else found

    def _sequence(self, expr: Expr, names: Names) -> Any:
        records = self.of(expr.args[0], names)
        if expr.op == "cut":
            return records[: max(0, self.of(expr.args[1], names))]
        record = self._record(expr.args[-1], names)
        if expr.op == "append":
            return (*records, record)
        at = self.of(expr.args[1], names)
        inside = 0 <= at < len(records)
        return (*records[:at], record, *records[at + 1 :]) if inside else records

    def _record(self, fields: tuple[tuple[str, Expr], ...], names: Names) -> tuple[Any, ...]:
        found: list[Any] = []
        for _, value in fields:
            leaf = self.of(value, names)
            found += leaf if isinstance(leaf, list) else [leaf]
        return tuple(found)

    def _over(self, expr: Expr, names: Names) -> Any:
        said, body = expr.args[0], expr.args[-1]
        if expr.op in _OVER_POSITIONS:
            count = self.of(expr.args[1], names)
            holds = [self.of(body, {**names, said: o}) for o in range(count)]
            return _OVER_POSITIONS[expr.op](holds)
        left_out = {self.of(one, names) for one in expr.args[1]} if len(expr.args) > 2 else set()
        over = [n for n in range(self.nodes) if n not in left_out]
        return _OVER_NODES[expr.op]([self.of(body, {**names, said: n}) for n in over])


def _blank(layout: Mapping[str, type]) -> list[Any]:
    return [NONE if kind is int else False for kind in layout.values()]


_OVER_NODES: Mapping[str, Callable[[list[Any]], Any]] = {
    "forall": all,
    "exists": any,
    "count": sum,
    "least_of": min,
    "most_of": max,
    "function": list,
}

_OVER_POSITIONS: Mapping[str, Callable[[list[bool]], Any]] = {
    "every": all,
    "first_where": lambda holds: [*holds, True].index(True),
    "last_where": lambda holds: len(holds) - [*holds[::-1], True].index(True),
}

_PLAIN: Mapping[str, Callable[[list[Any]], Any]] = {
    "add": sum,
    "sub": lambda of: of[0] - of[1],
    "lt": lambda of: of[0] < of[1],
    "le": lambda of: of[0] <= of[1],
    "eq": lambda of: of[0] == of[1],
    "same": lambda of: of[0] == of[1],
    "and": all,
    "or": any,
    "not": lambda of: not of[0],
    "least": min,
    "most": max,
    "length": lambda of: len(of[0]),
}


def next_state(meaning: Meaning, text: ActionText, names: Names) -> dict[str, Any]:
    """The state that the changes of an action give."""
    found = dict(meaning.state)
    for change in text.changes:
        value = meaning.of(change.value, names)
        if None not in change.target:
            _put(found, meaning.path(change.target, names), value)
            continue
        steps = [*change.target]
        at = steps.index(None)
        for n, one in enumerate(value):
            steps[at] = Expr("node", (n,), True)
            _put(found, meaning.path(tuple(steps), names), one)
    return found


def _put(state: dict[str, Any], path: str, value: Any) -> None:
    if isinstance(value, list):
        for n, one in enumerate(value):
            _put(state, f"{path}.{n}", one)
    else:
        assert path in state
        state[path] = value

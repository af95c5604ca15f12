"""Expressions as formulas that read like sentences: `replica.epoch < epoch and ...`."""

from __future__ import annotations

from collections.abc import Collection
from typing import Any

from kafka_tck.model.say.expr import Expr
from kafka_tck.model.shapes import Each, Flag, Shape

_SIGN = {"add": "+", "sub": "-", "lt": "<", "le": "≤", "eq": "=", "same": "="}
_TRUTHS = frozenset(
    {"truth", "and", "or", "not", "eq", "same", "lt", "le", "forall", "exists", "every"}
)
_LONG = frozenset(
    {
        *("and", "or", "choose", "add", "sub", "forall", "exists", "every"),
        *("first_where", "last_where", "least_of", "most_of", "count"),
    }
)


class Phrases:
    """Words for the expressions of one module."""

    def __init__(self, shape: type[Shape]) -> None:
        self.records = [
            name
            for name, kind in shape.kinds.items()
            if isinstance(kind, Each) and isinstance(kind.of, type)
        ]
        """Fields with one record per node. If there is one only, it need not be named."""
        self.sets = set(_sets(shape))

    def say(self, expr: Expr) -> str:
        """The expression in words."""
        match expr.op:
            case "number" | "name" | "index":
                return str(expr.args[0])
            case "truth":
                return "true" if expr.args[0] else "false"
            case "node":
                return self.node(expr.args[0])
            case "nobody":
                return "nobody"
            case "path":
                return self.path(expr.args)
            case "cell":
                return self._cell(expr)
            case "and" | "or" | "not":
                return self._logical(expr)
            case "forall" | "exists" | "count" | "least_of" | "most_of":
                return self._over_nodes(expr)
            case "every" | "first_where" | "last_where":
                return self._over_positions(expr)
            case "length" | "append" | "put" | "cut":
                return self._sequence(expr)
        return self._applied(expr)

    def node(self, index: int) -> str:
        """A node by its number: `r2` of replicas, `b2` of brokers."""
        letter = self.records[0][0] if self.records else "n"
        return f"{letter}{index}"

    def path(self, parts: tuple[Any, ...]) -> str:
        """`leader.hw`; of a tuple of truth values `n is in leader.isr`."""
        if isinstance(parts[-1], Expr) and _without_nodes(parts) in self.sets:
            return f"{self.say(parts[-1])} is in {self.path(parts[:-1])}"
        if len(self.records) == 1 and len(parts) > 2 and parts[0] == self.records[0]:
            parts = parts[1:]
        said = ""
        for n, part in enumerate(parts):
            if isinstance(part, Expr):
                said += f"[{self.say(part)}]" if n else self.say(part)
            else:
                said += f".{part}" if n else part
        return said

    def _cell(self, expr: Expr) -> str:
        seq, where, parts, _ = expr.args
        at = "last" if where == _last_of(seq) else self.say(where)
        said = f"{self._tight(seq)}[{at}].{parts[0]}"
        return f"{self.say(parts[1])} is in {said}" if len(parts) > 1 else said

    def _tight(self, expr: Expr) -> str:
        return f"({self.say(expr)})" if expr.op in _LONG else self.say(expr)

    def _logical(self, expr: Expr) -> str:
        if expr.op == "not":
            return self._negated(expr.args[0])
        if expr.op == "or" and len(expr.args) == 2 and expr.args[0].op == "not":
            return f"if {self._tight(expr.args[0].args[0])} then {self._tight(expr.args[1])}"
        return f" {expr.op} ".join(self._tight(arg) for arg in expr.args)

    def _negated(self, of: Expr) -> str:
        if of.op == "eq":
            return f"{self._tight(of.args[0])} ≠ {self._tight(of.args[1])}"
        if of.op in ("lt", "le"):
            sign = "≤" if of.op == "lt" else "<"
            return f"{self._tight(of.args[1])} {sign} {self._tight(of.args[0])}"
        said = self.say(of)
        if of.op in ("path", "cell") and " is in " in said:
            return said.replace(" is in ", " is not in ", 1)
        return f"not ({said})"

    def _over_nodes(self, expr: Expr) -> str:
        said, left_out, body = expr.args
        but = f" but {self.say(left_out[0])}" if left_out else ""
        match expr.op:
            case "forall":
                return f"for every node {said}{but}: {self.say(body)}"
            case "exists":
                return f"for some node {said}{but}: {self.say(body)}"
            case "count":
                return f"the number of nodes {said} where {self.say(body)}"
        word = "least" if expr.op == "least_of" else "largest"
        return f"the {word} of {self._tight(body)} over every node {said}"

    def _over_positions(self, expr: Expr) -> str:
        said, count, body = expr.args
        below = f"position {said} below {self._tight(count)}"
        match expr.op:
            case "every":
                return f"for every {below}: {self.say(body)}"
            case "first_where":
                return f"the first {below} where {self.say(body)} (if none, {self.say(count)})"
        return f"one past the last {below} where {self.say(body)} (if none, 0)"

    def _sequence(self, expr: Expr) -> str:
        seq = self._tight(expr.args[0])
        match expr.op:
            case "length":
                return f"end of {seq}"
            case "append":
                return f"{seq} and after it {self.record(expr.args[1])}"
            case "put":
                where = self.say(expr.args[1])
                return f"{seq} with {self.record(expr.args[2])} at position {where}"
        return f"{seq} below position {self._tight(expr.args[1])}"

    def record(self, fields: tuple[tuple[str, Expr], ...]) -> str:
        """The fields of a record with their values."""
        return f"({', '.join(f'{name}: {self.say(value)}' for name, value in fields)})"

    def _applied(self, expr: Expr) -> str:
        match expr.op:
            case "choose":
                condition, yes, no = (self._tight(arg) for arg in expr.args)
                return f"{yes} if {condition}, else {no}"
            case "least" | "most":
                word = "lesser" if expr.op == "least" else "larger"
                return f"the {word} of {' and '.join(self._tight(arg) for arg in expr.args)}"
            case "function":
                return self._function(expr)
        return f" {_SIGN[expr.op]} ".join(self._tight(arg) for arg in expr.args)

    def _function(self, expr: Expr) -> str:
        said, body = expr.args
        said_body = self.say(body)
        if body.op in _TRUTHS or " is in " in said_body:
            return "nobody" if said_body == "false" else f"the nodes {said} where {said_body}"
        return f"for every node {said}: {said_body}"


def _sets(kind: Any, path: str = "") -> Collection[str]:
    """The fields that are tuples of truth values, without the nodes on the way."""
    found: list[str] = []
    for name, of in kind.kinds.items():
        here = f"{path}.{name}" if path else name
        if isinstance(of, Each) and isinstance(of.of, Flag):
            found.append(here)
        elif isinstance(of, Each) and isinstance(of.of, type):
            found += _sets(of.of, here)
    return found


def _without_nodes(parts: tuple[Any, ...]) -> str:
    return ".".join(part for part in parts if isinstance(part, str))


def _last_of(seq: Expr) -> Expr:
    return Expr("sub", (Expr("length", (seq,)), Expr("number", (1,))))

"""Expressions as TLA+ text."""

from __future__ import annotations

from collections.abc import Callable
from typing import Final

from kafka_tck.model.say.expr import Expr, negation

WIDTH: Final = 96

_SYMBOL = {
    "add": "+",
    "sub": "-",
    "lt": "<",
    "le": "<=",
    "eq": "=",
    "same": "=",
    "and": "/\\",
    "or": "\\/",
}
_COMPOSITE = frozenset(
    {*_SYMBOL, "not", "choose", "forall", "exists", "every", "first_where", "last_where"}
)

_PLACES = {"first_where": "FirstWhere", "last_where": "LastWhere"}


class Unsayable(ValueError):
    """What a module says cannot be said with model values for nodes: it counts with them."""


class Writer:
    """Writes expressions. Nodes are model values if `symmetric`, else whole numbers."""

    def __init__(self, symmetric: bool, at: Callable[[str], str]) -> None:
        self.symmetric = symmetric
        self.at = at
        """The operator that reads a record of a sequence, by the sequence's field."""

    def text(self, expr: Expr, indent: int = 0) -> str:
        """The expression from this column on: in one line if it fits, else in several."""
        line = self.line(expr)
        if len(line) + indent <= WIDTH:
            return line
        match expr.op:
            case "and" | "or":
                return self._list(expr, indent)
            case "choose":
                return self._choice(expr, indent)
            case "forall" | "exists" | "every":
                head = self._head(expr)
                return f"{head}\n{' ' * (indent + 2)}{self.text(expr.args[-1], indent + 2)}"
            case "not" if expr.args[0].op != "eq":
                return f"~({self.text(expr.args[0], indent + 2)})"
            case "append" | "put" | "record":
                return self._record_below(expr, indent)
            case "function":
                start = f"[{expr.args[0]} \\in Nodes |-> "
                return f"{start}{self.text(expr.args[1], indent + len(start))}]"
            case "first_where" | "last_where":
                return self._place(expr, indent)
        return line

    def value(self, expr: Expr, indent: int) -> str:
        """The expression behind an equals sign: in brackets if the sign would bind closer."""
        if expr.op in _COMPOSITE and expr.op not in ("add", "sub", "choose"):
            return f"({self.text(expr, indent + 1)})"
        return self.text(expr, indent)

    def _record_below(self, expr: Expr, indent: int) -> str:
        """A record with one field per line, and what is done with it."""
        if expr.op == "record":
            return self._fields(expr.args, indent)
        start = "".join(f"{self.line(arg)}, " for arg in expr.args[:-1])
        start = f"{'Append' if expr.op == 'append' else 'Put'}({start}"
        return f"{start}{self._fields(expr.args[-1], indent + len(start))})"

    def _fields(self, fields: tuple[tuple[str, Expr], ...], indent: int) -> str:
        parts = [
            f"{field} |-> {self.text(value, indent + len(field) + 6)}" for field, value in fields
        ]
        joint = ",\n" + " " * (indent + 1)
        return f"[{joint.join(parts)}]"

    def _place(self, expr: Expr, indent: int) -> str:
        said, count, body = expr.args
        word = _PLACES[expr.op]
        below = indent + len(word) + 1
        lead = f"LAMBDA {said} : "
        inner = self.text(body, below + len(lead))
        return f"{word}({self.line(count)},\n{' ' * below}{lead}{inner})"

    def _list(self, expr: Expr, indent: int) -> str:
        given, then = _implication(expr)
        if given is not None:
            assert then is not None
            start = " " * indent
            return f"({self.text(given, indent + 1)})\n{start}=> ({self.text(then, indent + 4)})"
        symbol = _SYMBOL[expr.op]
        parts = [self._item(part, indent + 3) for part in expr.args]
        return f"\n{' ' * indent}".join(f"{symbol} {part}" for part in parts)

    def _item(self, part: Expr, indent: int) -> str:
        return self.text(part, indent) if part.op in ("and", "or") else self._closed(part, indent)

    def _closed(self, part: Expr, indent: int) -> str:
        """In brackets if it would take in what follows."""
        if part.op in ("forall", "exists", "every", "choose"):
            return f"({self.text(part, indent + 1)})"
        return self.text(part, indent)

    def _choice(self, expr: Expr, indent: int) -> str:
        condition, yes, no = expr.args
        start = " " * indent
        return (
            f"IF {self.text(condition, indent + 3)}\n"
            f"{start}THEN {self.text(yes, indent + 5)}\n"
            f"{start}ELSE {self.text(no, indent + 5)}"
        )

    def line(self, expr: Expr) -> str:
        """The expression in one line."""
        match expr.op:
            case "number":
                return str(expr.args[0])
            case "truth":
                return "TRUE" if expr.args[0] else "FALSE"
            case "node":
                return f"n{expr.args[0]}" if self.symmetric else str(expr.args[0])
            case "nobody":
                return "Nobody"
            case "name":
                return str(expr.args[0])
            case "index":
                if self.symmetric:
                    raise Unsayable(f"{expr.args[0]} is used as a number")
                return str(expr.args[0])
            case "path":
                return self.path(expr.args)
        if expr.op in ("cell", "length", "append", "put", "cut", "record", "tuple"):
            return self._sequential(expr)
        return self._applied(expr)

    def path(self, parts: tuple[object, ...]) -> str:
        """A way into the state: fields behind dots, nodes in brackets."""
        return "".join(self._part(part) for part in parts).lstrip(".")

    def _part(self, part: object) -> str:
        return f"[{self.line(part)}]" if isinstance(part, Expr) else f".{part}"

    def _bracketed(self, expr: Expr) -> str:
        line = self.line(expr)
        return f"({line})" if expr.op in _COMPOSITE else line

    def _sequential(self, expr: Expr) -> str:
        match expr.op:
            case "cell":
                seq, where, parts, field = expr.args
                ending = "".join(self._part(part) for part in parts)
                return f"{self.at(field)}({self.line(seq)}, {self.line(where)}){ending}"
            case "length":
                return f"Len({self.line(expr.args[0])})"
            case "append":
                return f"Append({self.line(expr.args[0])}, {self.record(expr.args[1])})"
            case "put":
                seq, where, fields = expr.args
                return f"Put({self.line(seq)}, {self.line(where)}, {self.record(fields)})"
            case "record":
                return self.record(expr.args)
            case "tuple":
                return f"<<{', '.join(self.line(arg) for arg in expr.args)}>>"
        return f"Cut({self.line(expr.args[0])}, {self.line(expr.args[1])})"

    def record(self, fields: tuple[tuple[str, Expr], ...]) -> str:
        return f"[{', '.join(f'{field} |-> {self.line(value)}' for field, value in fields)}]"

    def _applied(self, expr: Expr) -> str:
        match expr.op:
            case "not":
                return self._negated(expr.args[0])
            case "choose":
                condition, yes, no = (self._bracketed(arg) for arg in expr.args)
                return f"IF {condition} THEN {yes} ELSE {no}"
            case "forall" | "exists" | "every":
                return f"{self._head(expr)} {self.line(expr.args[-1])}"
            case "first_where" | "last_where":
                said, count, body = expr.args
                lead = f"{_PLACES[expr.op]}({self.line(count)}, LAMBDA {said} :"
                return f"{lead} {self.line(body)})"
            case "count" | "least_of" | "most_of":
                return self._fold(expr)
            case "function":
                said, body = expr.args
                return f"[{said} \\in Nodes |-> {self.line(body)}]"
            case "least" | "most":
                self._wants_numbers(expr)
                return self._extreme("Least" if expr.op == "least" else "Most", expr.args)
        return self._infix(expr)

    def _fold(self, expr: Expr) -> str:
        said, _, body = expr.args
        if expr.op == "count":
            return f"Cardinality({{{said} \\in Nodes : {self.line(body)}}})"
        word = "LeastOf" if expr.op == "least_of" else "MostOf"
        return f"{word}({{{self.line(body)} : {said} \\in Nodes}})"

    def _head(self, expr: Expr) -> str:
        if expr.op == "every":
            count = self.line(expr.args[1])
            # `ELSE` would take in what follows.
            count = f"({count})" if expr.args[1].op == "choose" else count
            return f"\\A {expr.args[0]} \\in 0..({count} - 1) :"
        said, left_out, _ = expr.args
        among = f" \\ {{{', '.join(map(self.line, left_out))}}}" if left_out else ""
        quantifier = "\\A" if expr.op == "forall" else "\\E"
        return f"{quantifier} {said} \\in Nodes{among} :"

    def _negated(self, expr: Expr) -> str:
        if expr.op == "eq":
            return f"{self._bracketed(expr.args[0])} # {self._bracketed(expr.args[1])}"
        return f"~{self._bracketed(expr)}"

    def _extreme(self, word: str, args: tuple[Expr, ...]) -> str:
        if len(args) == 1:
            return self.line(args[0])
        return f"{word}({self.line(args[0])}, {self._extreme(word, args[1:])})"

    def _infix(self, expr: Expr) -> str:
        given, then = _implication(expr)
        if given is not None and then is not None:
            return f"{self._bracketed(given)} => {self._bracketed(then)}"
        if expr.op in ("lt", "le") and self.symmetric:
            somebody = _somebody(expr)
            if somebody is not None:
                return self.line(somebody)
        if expr.op in ("lt", "le", "add", "sub"):
            self._wants_numbers(expr)
        if not expr.args:
            return "TRUE" if expr.op == "and" else "FALSE"
        return f" {_SYMBOL[expr.op]} ".join(self._bracketed(arg) for arg in expr.args)

    def _wants_numbers(self, expr: Expr) -> None:
        if self.symmetric and any(arg.is_node for arg in expr.args):
            raise Unsayable("a node is counted with, or compared by order")


def _implication(expr: Expr) -> tuple[Expr | None, Expr | None]:
    """`~a \\/ b` is `a => b`."""
    if expr.op == "or" and len(expr.args) == 2 and expr.args[0].op == "not":
        return expr.args[0].args[0], expr.args[1]
    return None, None


def _somebody(expr: Expr) -> Expr | None:
    """`0 <= node` says that it is not nobody."""
    low, high = expr.args
    nobody = Expr("nobody", (), True)
    least = Expr("node", (0,), True)
    if high.is_node and low == (nobody if expr.op == "lt" else least):
        return negation(Expr("eq", (high, nobody)))
    if low.is_node and high == (least if expr.op == "lt" else nobody):
        return Expr("eq", (low, nobody))
    return None

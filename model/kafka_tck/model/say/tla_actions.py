"""Actions as TLA+ operators: guards and effects, under the names that they have here."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from typing import Any

from kafka_tck.model.say.actions import ActionText, Change
from kafka_tck.model.say.expr import TRUE, Expr, mapped, name
from kafka_tck.model.say.tla_names import Names
from kafka_tck.model.say.tla_shared import replaced, shared


class Actions(Names):
    """Writes the actions of a module."""

    def action(self, text: ActionText) -> str:
        called = self.parameters(text)
        guards = {said: _renamed(expr, called) for said, expr in text.guards.items()}
        guards = {said: expr for said, expr in guards.items() if expr != TRUE}
        changes = [
            Change(
                tuple(_renamed(p, called) if isinstance(p, Expr) else p for p in change.target),
                _renamed(change.value, called),
            )
            for change in text.changes
        ]
        head = self.called(text.action.name, called.values())
        taken = frozenset({*self.variables, *self.operators.values(), *called.values()})
        everything = [*guards.values(), *(change.value for change in changes)]
        names = shared(everything, called.values(), taken)
        body = [*self._guards(guards, names), *self._effects(changes, names)]
        lines = [f"{head} ==", *self._definitions(names), *body]
        return comment([text.action.sentence]) + "\n" + "\n".join(lines)

    def _definitions(self, names: list[tuple[str, Expr]]) -> Iterator[str]:
        """The smaller ones first: a larger one may use them."""
        for at, (said, expr) in reversed(list(enumerate(names))):
            known = names[at + 1 :]
            word = "LET" if at == len(names) - 1 else "   "
            lead = f"  {word} {said} == "
            yield lead + self.writer.text(replaced(expr, known), len(lead))
        if names:
            yield "  IN"

    def _guards(self, guards: Mapping[str, Expr], names: list[tuple[str, Expr]]) -> Iterator[str]:
        for said, expr in guards.items():
            yield f"  \\* {said}"
            yield f"  /\\ {self.writer.text(replaced(expr, names), 5)}"

    def _effects(self, changes: list[Change], names: list[tuple[str, Expr]]) -> Iterator[str]:
        for field in dict.fromkeys(change.field for change in changes):
            here = [change for change in changes if change.field == field]
            yield f"  /\\ {field}' = {self._new_value(field, here, names)}"
        stays = [said for said in self.variables if all(c.field != said for c in changes)]
        if stays:
            yield f"  /\\ UNCHANGED <<{', '.join(stays)}>>"

    def _new_value(self, field: str, changes: list[Change], names: list[tuple[str, Expr]]) -> str:
        start = 9 + len(field)
        said = [(change.target[1:], replaced(change.value, names)) for change in changes]
        if not said[0][0]:
            return self.writer.value(said[0][1], start)
        if said[0][0][0] is None:
            return self._for_every_node(field, said)
        start += len(field) + 9
        updates = []
        for steps, new in said:
            lead = f"!{self._target(steps)} = "
            updates.append(lead + self.writer.value(new, start + len(lead)))
        joint = ",\n" + " " * start
        return f"[{field} EXCEPT {joint.join(updates)}]"

    def _for_every_node(self, field: str, said: list[tuple[tuple[Any, ...], Expr]]) -> str:
        """Every node's entry changes: each value is a function of the node."""
        updates = [
            f"!{self._target(steps[1:])} = {self.writer.line(_applied(new, 'n'))}"
            for steps, new in said
        ]
        return f"[n \\in Nodes |-> [{field}[n] EXCEPT {', '.join(updates)}]]"

    def _target(self, steps: tuple[Any, ...]) -> str:
        path = self.writer.path(("", *steps))
        return path if path.startswith("[") else f".{path}"


def _renamed(expr: Expr, called: Mapping[str, str]) -> Expr:
    def change(part: Expr) -> Expr | None:
        if part.op in ("name", "index") and part.args[0] in called:
            return Expr(part.op, (called[part.args[0]],), part.is_node)
        return None

    return mapped(expr, change)


def _applied(function: Expr, said: str) -> Expr:
    """What a function from nodes says of one node."""
    if function.op != "function":
        at = (*function.args, name(said, True))
        return Expr(function.op, at)
    bound, body = function.args
    return _renamed(body, {bound: said})


def comment(lines: Iterable[str]) -> str:
    return "\n".join(f"\\* {line}".rstrip() for line in lines)

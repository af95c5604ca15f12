"""Guards, effects and claims in words, for reports.

Without chosen parameters a text speaks of `leader` and `replica`; with them, of `r2` and `r1`.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from kafka_tck.model.say.actions import Change, Sayer
from kafka_tck.model.say.expr import Expr
from kafka_tck.model.say.phrases import Phrases
from kafka_tck.model.shapes import Given
from kafka_tck.model.spec import Module, Promise


@dataclass(frozen=True)
class ActionWords:
    """An action in words: its sentence, each guard by name, and a line per change."""

    name: str
    sentence: str
    guards: Mapping[str, str]
    effects: tuple[str, ...]

    def text(self) -> str:
        """All of it, a line each."""
        guards = [f"  {name}: {said}" for name, said in self.guards.items()]
        lines = [self.name, f"  {self.sentence}", "when" if guards else "always", *guards, "then"]
        return "\n".join([*lines, *(f"  {said}" for said in self.effects or ("nothing changes",))])


def action_in_words(
    module: Module[Any],
    action: str,
    given: Given | None = None,
    bounds: Mapping[str, int] | None = None,
    parameters: Mapping[str, int] | None = None,
) -> ActionWords:
    """What an action needs and does. KeyError if the module has no such action."""
    sayer = Sayer(module, given or module.given, bounds or {}, ghosts=True)
    of = module.actions[action]
    text = sayer.action(of, parameters)
    phrases = Phrases(module.shape)
    guards = {name: phrases.say(expr) for name, expr in text.guards.items()}
    effects = tuple(_effect(phrases, change) for change in text.changes)
    return ActionWords(action, of.sentence, guards, effects)


def _effect(phrases: Phrases, change: Change) -> str:
    """`leader.hw becomes leader.hw + 1`; of a set, who enters or leaves it."""
    target, value = change.target, change.value
    if target[-1] is None or None in target:
        return f"{_open(target)} becomes {phrases.say(value)}"
    said = phrases.path(target)
    if isinstance(target[-1], Expr) and " is in " in said:
        return _membership(phrases, target, value)
    if value.op == "append" and value.args[0] == Expr("path", target):
        return f"{said} gets one more: {phrases.record(value.args[1])}"
    if value.op == "cut" and value.args[0] == Expr("path", target):
        return f"{said} is cut to {phrases.say(value.args[1])}"
    return f"{said} becomes {phrases.say(value)}"


def _open(target: tuple[Any, ...]) -> str:
    return ".".join("each" if part is None else str(part) for part in target)


def _membership(phrases: Phrases, target: tuple[Any, ...], value: Expr) -> str:
    member, where = phrases.say(target[-1]), phrases.path(target[:-1])
    if value.op == "truth":
        return f"{member} {'enters' if value.args[0] else 'leaves'} {where}"
    return f"{member} is in {where} exactly if {phrases.say(value)}"


def promise_in_words(promise: Promise[Any]) -> str:
    """What a claim says: its sentence."""
    return promise.sentence


def formula_of(module: Module[Any], promise: Promise[Any], given: Given | None = None) -> str:
    """A claim as a formula."""
    expr = Sayer(module, given or module.given, {}, ghosts=True).claim(promise)
    assert expr is not None, "no ghost is left out"
    return Phrases(module.shape).say(expr)

"""The run reader: an action on plain values. It is the oracle's step function."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

from kafka_tck.model.spec import Module, Shape
from kafka_tck.model.terms import Bool, Term

Values = Mapping[str, int | bool]
"""A state as plain values, field by field."""


@dataclass(frozen=True)
class Done:
    """The action happened: the next state and what the client is told."""

    state: Values
    answer: Values


@dataclass(frozen=True)
class Refused:
    """The first guard that failed, in Kafka's order of checks, and the error it means."""

    guard: str
    error: str | None


def attempt(module: Module[Any], action: str, state: Values, **parameters: int) -> Done | Refused:
    """What the action does in this state."""
    plan = _plan(module, action, tuple(sorted(parameters.items())))
    for name, error, holds in plan.guards:
        if not holds(state):
            return Refused(name, error)
    return Done(
        {name: value(state) for name, value in plan.next},
        {name: value(state) for name, value in plan.answer},
    )


def holds_in(module: Module[Any], claim: Callable[[Any], Bool], state: Values) -> bool:
    """Whether a claim is true of a state."""
    return bool(_compiled(claim(module.shape.variables()))(state))


@dataclass(frozen=True)
class _Plan:
    guards: tuple[tuple[str, str | None, Callable[[Values], Any]], ...]
    next: tuple[tuple[str, Callable[[Values], Any]], ...]
    answer: tuple[tuple[str, Callable[[Values], Any]], ...]


@lru_cache(maxsize=4096)
def _plan(module: Module[Any], action: str, parameters: tuple[tuple[str, int], ...]) -> _Plan:
    step = module.actions[action].step(module.shape.variables(), **dict(parameters))
    return _Plan(
        tuple((name, g.error, _compiled(g.holds)) for name, g in step.guards.items()),
        tuple((name, _compiled(getattr(step.next, name))) for name in _names(step.next)),
        tuple((name, _compiled(term)) for name, term in step.answer.items()),
    )


def _names(state: Shape) -> tuple[str, ...]:
    return type(state).names()


def _compiled(term: Term) -> Callable[[Values], Any]:
    return eval(f"lambda s: {_source(term)}", {"__builtins__": {}, "min": min, "max": max})  # type: ignore[no-any-return]


_BINARY = {"add": "+", "sub": "-", "lt": "<", "le": "<=", "eq": "==", "same": "=="}


def _source(term: Term) -> str:
    if term.op == "const":
        return repr(term.args[0])
    if term.op == "var":
        return f"s[{term.args[0]!r}]"
    parts = [_source(arg) for arg in term.args]
    match term.op:
        case "and":
            return f"({' and '.join(parts)})" if parts else "True"
        case "or":
            return f"({' or '.join(parts)})" if parts else "False"
        case "not":
            return f"(not {parts[0]})"
        case "choose":
            return f"({parts[1]} if {parts[0]} else {parts[2]})"
        case "least":
            return f"min(({', '.join(parts)},))"
        case "most":
            return f"max(({', '.join(parts)},))"
    return f"({parts[0]} {_BINARY[term.op]} {parts[1]})"

"""The run reader: an action on plain values. It is the oracle's step function.

A state maps paths to plain values; a sequence is a tuple of records, a record a tuple of leaves.
"""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

from kafka_tck.model.shapes import Given
from kafka_tck.model.spec import Module
from kafka_tck.model.terms import NONE, POSITIONAL, Bool, Int, Seq, Term, int_var, leaves_of

Values = Mapping[str, Any]
"""A state as plain values, leaf by leaf."""


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


def attempt(
    module: Module[Any],
    action: str,
    state: Values,
    given: Given | None = None,
    /,
    **parameters: int,
) -> Done | Refused:
    """What the action does in this state."""
    plan = _plan(module, action, given or module.given, tuple(sorted(parameters.items())))
    for name, error, holds in plan.guards:
        if not holds(state):
            return Refused(name, error)
    return Done(plan.next(state), plan.answer(state))


def guards_of(
    module: Module[Any], action: str, state: Values, given: Given, parameters: Mapping[str, int]
) -> dict[str, bool]:
    """Whether each named guard holds, also those after one that fails."""
    plan = _plan(module, action, given, tuple(sorted(parameters.items())))
    return {name: bool(holds(state)) for name, _, holds in plan.guards}


def next_of(
    module: Module[Any], action: str, state: Values, given: Given, parameters: Mapping[str, int]
) -> Values:
    """The state that the action's effect gives, whether or not its guards hold."""
    return _plan(module, action, given, tuple(sorted(parameters.items()))).next(state)


def holds_in(
    module: Module[Any], claim: Callable[[Any], Bool], state: Values, given: Given | None = None
) -> bool:
    """Whether a claim is true of a state."""
    return bool(_claim(module, claim, given or module.given)(state))


@lru_cache(maxsize=4096)
def _claim(
    module: Module[Any], claim: Callable[[Any], Bool], given: Given
) -> Callable[[Values], Any]:
    return _compiled(claim(module.shape.variables(given)))


@dataclass(frozen=True)
class _Plan:
    guards: tuple[tuple[str, str | None, Callable[[Values], Any]], ...]
    next: Callable[[Values], Values]
    answer: Callable[[Values], Values]


@lru_cache(maxsize=4096)
def _plan(
    module: Module[Any], action: str, given: Given, parameters: tuple[tuple[str, int], ...]
) -> _Plan:
    step = module.actions[action].step(module.shape.variables(given), **dict(parameters))
    return _Plan(
        tuple((name, g.error, _compiled(g.holds)) for name, g in step.guards.items()),
        _compiled_all(step.next.terms()),
        _compiled_all(step.answer),
    )


def _compiled(term: Term) -> Callable[[Values], Any]:
    return _evaluated(_source(term))


def _compiled_all(terms: Mapping[str, Term]) -> Callable[[Values], Values]:
    """One function for all of them; what stays as it is is copied."""
    parts = [
        f"{name!r}: {_source(term)}"
        for name, term in terms.items()
        if not (term.op == "var" and term.args[0] == name)
    ]
    kept = "**s, " if len(parts) < len(terms) else ""
    return _evaluated(f"{{{kept}{', '.join(parts)}}}")


def _evaluated(source: str) -> Callable[[Values], Any]:
    return eval(f"lambda s: {source}", dict(_WORDS))  # type: ignore[no-any-return]


_BINARY = {"add": "+", "sub": "-", "lt": "<", "le": "<=", "eq": "==", "same": "=="}


def _source(term: Term) -> str:
    if term.op == "const":
        return repr(term.args[0])
    if term.op == "var":
        name = term.args[0]
        return name if name.startswith(_BOUND) else f"s[{name!r}]"
    if term.op in POSITIONAL:
        return _positional(term)
    if isinstance(term, Seq) or term.op in ("cell", "length"):
        return _sequential(term)
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


_BOUND = "o_"


def _positional(term: Term) -> str:
    count, claim = term.args
    variable = f"{_BOUND}{id(term)}"
    body = _source(claim(int_var(variable)))
    return f"{term.op}({_source(count)}, lambda {variable}: {body})"


def _sequential(term: Term) -> str:
    match term.op:
        case "length":
            return f"len({_source(term.args[0])})"
        case "append":
            values = ", ".join(_source(value) for value in term.args[1])
            return f"({_source(term.args[0])} + (({values},),))"
        case "put":
            values = ", ".join(_source(value) for value in term.args[2])
            return f"put({_source(term.args[0])}, {_source(term.args[1])}, ({values},))"
        case "cut":
            return f"{_source(term.args[0])}[:max(0, {_source(term.args[1])})]"
        case "cell":
            seq, where, name = term.args
            index = [leaf for leaf, _ in leaves_of(seq.record)].index(name)
            blank = NONE if isinstance(term, Int) else False
            return f"cell({_source(seq)}, {_source(where)}, {index}, {blank})"
    condition, yes, no = term.args[:3]
    return f"({_source(yes)} if {_source(condition)} else {_source(no)})"


def _cell(seq: tuple[Any, ...], where: int, index: int, blank: int) -> Any:
    return seq[where][index] if 0 <= where < len(seq) else blank


def _put(seq: tuple[Any, ...], where: int, record: tuple[Any, ...]) -> tuple[Any, ...]:
    return (*seq[:where], record, *seq[where + 1 :]) if 0 <= where < len(seq) else seq


def _every(count: int, claim: Callable[[int], bool]) -> bool:
    return all(claim(o) for o in range(count))


def _first_where(count: int, claim: Callable[[int], bool]) -> int:
    return next((o for o in range(count) if claim(o)), count)


def _last_where(count: int, claim: Callable[[int], bool]) -> int:
    return next((o + 1 for o in reversed(range(count)) if claim(o)), 0)


_WORDS: dict[str, Any] = {
    "__builtins__": {},
    "min": min,
    "max": max,
    "len": len,
    "cell": _cell,
    "put": _put,
    "every": _every,
    "first_where": _first_where,
    "last_where": _last_where,
}


def enabled_instances(
    module: Module[Any], given: Given, bounds: Mapping[str, int] | None = None
) -> Iterator[tuple[str, dict[str, int]]]:
    """Every action of the module with every choice of its parameters."""
    sizes = module.sizes(given, bounds)
    for name, action in module.actions.items():
        if action.enabled(given):
            for parameters in action.instances(sizes):
                yield name, parameters

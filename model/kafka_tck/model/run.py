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
    lines, source = _written([term])
    return _evaluated([*lines, f"return {source[0]}"])


def _compiled_all(terms: Mapping[str, Term]) -> Callable[[Values], Values]:
    """One function for all of them; what stays as it is is copied."""
    changed = {
        name: term
        for name, term in terms.items()
        if not (term.op == "var" and term.args[0] == name)
    }
    lines, sources = _written(list(changed.values()))
    parts = [f"{name!r}: {source}" for name, source in zip(changed, sources, strict=True)]
    kept = "**s, " if len(changed) < len(terms) else ""
    return _evaluated([*lines, f"return {{{kept}{', '.join(parts)}}}"])


def _evaluated(lines: list[str]) -> Callable[[Values], Any]:
    space = dict(_WORDS)
    exec("def work_out(s):\n" + "\n".join(f"    {line}" for line in lines), space)  # noqa: S102
    return space["work_out"]  # type: ignore[no-any-return]


def _written(terms: list[Term]) -> tuple[list[str], list[str]]:
    """Terms as Python: what several places share is worked out first, under a name of its own."""
    shared = _Shared(terms)
    sources = [shared.source(term) for term in terms]
    return shared.lines, sources


class _Shared:
    """The parts that are met more than once, outside of claims about positions."""

    def __init__(self, terms: list[Term]) -> None:
        self.lines: list[str] = []
        self._met: dict[int, int] = {}
        self._names: dict[int, str] = {}
        for term in terms:
            self._count(term)

    def _count(self, term: Term) -> None:
        self._met[id(term)] = self._met.get(id(term), 0) + 1
        if self._met[id(term)] == 1:
            for part in _parts(term):
                self._count(part)

    def source(self, term: Term) -> str:
        """The term, or the name under which it is known."""
        if term.op in ("const", "var") or self._met.get(id(term), 0) < 2:
            return _source(term, self.source)
        name = self._names.get(id(term))
        if name is None:
            text = _source(term, self.source)
            name = self._names[id(term)] = f"t{len(self.lines)}"
            self.lines.append(f"{name} = {text}")
        return name


def _parts(term: Term) -> Iterator[Term]:
    """The terms that a term is made of; what is claimed of positions is no part."""
    for arg in term.args:
        if isinstance(arg, Term):
            yield arg
        elif isinstance(arg, tuple):
            yield from (one for one in arg if isinstance(one, Term))


_BINARY = {"add": "+", "sub": "-", "lt": "<", "le": "<=", "eq": "==", "same": "=="}


def _source(term: Term, of: Callable[[Term], str]) -> str:
    """One term, its parts written by `of`."""
    if term.op == "const":
        return repr(term.args[0])
    if term.op == "var":
        name = term.args[0]
        return name if name.startswith(_BOUND) else f"s[{name!r}]"
    if term.op in POSITIONAL:
        return _positional(term, of)
    if isinstance(term, Seq) or term.op in ("cell", "length"):
        return _sequential(term, of)
    parts = [of(arg) for arg in term.args]
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


def _positional(term: Term, of: Callable[[Term], str]) -> str:
    count, claim = term.args
    variable = f"{_BOUND}{id(term)}"
    body = _alone(claim(int_var(variable)))
    return f"{term.op}({of(count)}, lambda {variable}: {body})"


def _sequential(term: Term, of: Callable[[Term], str]) -> str:
    match term.op:
        case "length":
            return f"len({of(term.args[0])})"
        case "append":
            values = ", ".join(of(value) for value in term.args[1])
            return f"({of(term.args[0])} + (({values},),))"
        case "put":
            values = ", ".join(of(value) for value in term.args[2])
            return f"put({of(term.args[0])}, {of(term.args[1])}, ({values},))"
        case "cut":
            return f"{of(term.args[0])}[:max(0, {of(term.args[1])})]"
        case "cell":
            seq, where, name = term.args
            index = [leaf for leaf, _ in leaves_of(seq.record)].index(name)
            blank = NONE if isinstance(term, Int) else False
            return f"cell({of(seq)}, {of(where)}, {index}, {blank})"
    condition, yes, no = term.args[:3]
    return f"({of(yes)} if {of(condition)} else {of(no)})"


def _alone(term: Term) -> str:
    """A term that speaks of a position: nothing of it can be worked out before."""
    return _source(term, _alone)


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

"""Modules of guarded actions: the form in which the protocol is written, once.

An action is a pure function of a state and a few parameters. It returns a `Step`: named guards in
the order in which Kafka checks them, each with the error its failure means; the next state; and,
where a client sees the action, the answer it gets.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field, fields, replace
from itertools import product
from typing import Any, Generic, TypeVar

from kafka_tck.model.shapes import Given, Limit, Shape, Sizes, flattened, resolved
from kafka_tck.model.sources import Source
from kafka_tck.model.terms import NONE, Bool, Int, Term, lift

S = TypeVar("S", bound=Shape)
_WHOLE = (int, "int")


@dataclass(frozen=True)
class Guard:
    """What must be true, and the error that a client gets when it is not (None: no answer)."""

    holds: Bool
    error: str | None = None


def otherwise(holds: bool | Bool, error: str) -> Guard:
    """A guard whose failure is answered with this error."""
    return Guard(lift(holds), error)


@dataclass(frozen=True)
class Step(Generic[S]):
    """Guards in checking order, the next state, and the answer's fields."""

    guards: Mapping[str, Guard]
    next: S
    answer: Mapping[str, Int | Bool] = field(default_factory=dict)

    def answering(self, **answer: int | Int | bool | Bool) -> Step[S]:
        """The same step, with what the client is told."""
        return replace(self, answer={name: lift(value) for name, value in answer.items()})


@dataclass(frozen=True)
class Conditions:
    """Guards that wait for their effect."""

    guards: Mapping[str, Guard]

    def then(self, state: S) -> Step[S]:
        """The step that these guards allow."""
        return Step(self.guards, state)


def when(**guards: bool | Bool | Guard) -> Conditions:
    """Named guards, in the order in which Kafka checks them."""
    return Conditions(
        {
            name: guard if isinstance(guard, Guard) else Guard(lift(guard))
            for name, guard in guards.items()
        }
    )


@dataclass(frozen=True)
class Nodes:
    """A parameter that names a node, or NONE if that is allowed."""

    or_none: bool = False

    def values(self, sizes: Sizes) -> tuple[int, ...]:
        return tuple(range(NONE if self.or_none else 0, sizes["nodes"]))


@dataclass(frozen=True)
class Among:
    """A parameter that takes one of a few values."""

    choices: tuple[int, ...]

    def values(self, sizes: Sizes) -> tuple[int, ...]:
        return self.choices


@dataclass(frozen=True)
class Whole:
    """A parameter that is a whole number: from `low` to `high` when exploring, any in a proof."""

    low: Limit = 0
    high: Limit = "numbers"

    def values(self, sizes: Sizes) -> tuple[int, ...]:
        return tuple(range(resolved(self.low, sizes), resolved(self.high, sizes) + 1))


Domain = Nodes | Among | Whole
nodes = Nodes()
nodes_or_none = Nodes(or_none=True)


def among(*choices: int) -> Among:
    return Among(choices)


def whole(low: Limit = 0, high: Limit = "numbers") -> Whole:
    return Whole(low, high)


@dataclass(frozen=True)
class Action(Generic[S]):
    """One guarded action of a module. Its name is the function's."""

    name: str
    sentence: str
    sources: tuple[Source, ...]
    domains: Mapping[str, Domain]
    step: Callable[..., Step[S]]
    enabled: Callable[[Any], bool] = lambda given: True
    """Whether the module has this action under these settings."""

    @property
    def parameters(self) -> tuple[str, ...]:
        return tuple(self.domains)

    def instances(self, sizes: Sizes) -> Iterator[dict[str, int]]:
        """Every choice of parameters at these sizes."""
        chosen = [domain.values(sizes) for domain in self.domains.values()]
        for values in product(*chosen):
            yield dict(zip(self.domains, values, strict=True))


@dataclass(frozen=True)
class Promise(Generic[S]):
    """A claim about states: `always`, `sometimes`, `possible`, or an anomaly that settings permit.

    `up_to` is for what is `possible`: fields whose ranges may end before the claim comes true.
    """

    name: str
    sentence: str
    sources: tuple[Source, ...]
    claim: Callable[[S], Bool]
    up_to: frozenset[str] = frozenset()


@dataclass(frozen=True)
class Variant:
    """Named settings of a module, and which of its `always` claims they are known to break."""

    name: str
    sentence: str
    given: Given
    breaks: frozenset[str] = frozenset()


class Module(Generic[S]):
    """A named state machine: one shape, its initial state, its actions and its promises.

    `start` gives the initial state in nested plain form; a flat shape may name its fields instead.
    `bounds` are the sizes at which it is explored unless others are asked for.
    """

    def __init__(
        self,
        name: str,
        shape: type[S],
        start: Callable[[Any], Mapping[str, Any]] | None = None,
        *,
        given: Given | None = None,
        bounds: Mapping[str, int] | None = None,
        pinned: tuple[int, ...] = (),
        doc: str = "",
        **flat: int | bool,
    ) -> None:
        self.name = name
        self.shape = shape
        self.doc = doc
        self.given = given or Given()
        self.bounds: dict[str, int] = {"numbers": 3, **(bounds or {})}
        self.pinned = pinned
        """Nodes that have a part of their own: symmetry leaves them where they are."""
        self._start = start or (lambda given: flat)
        self.initial: Mapping[str, Any] = self.initial_state(self.given)
        self.actions: dict[str, Action[S]] = {}
        self.always_claims: dict[str, Promise[S]] = {}
        self.supporting_claims: dict[str, Promise[S]] = {}
        self.landmarks: list[Callable[[S], Iterable[Term]]] = []
        self.sometimes_claims: dict[str, Promise[S]] = {}
        self.possible_claims: dict[str, Promise[S]] = {}
        self.anomalies: dict[str, Promise[S]] = {}
        self.variants: dict[str, Variant] = {}
        self.harmless: dict[tuple[str, str], str] = {}

    @property
    def claims(self) -> dict[str, Promise[S]]:
        """All that the module says of its states, but for what only supports it."""
        return {
            **self.always_claims,
            **self.possible_claims,
            **self.sometimes_claims,
            **self.anomalies,
        }

    def initial_state(self, given: Given) -> dict[str, Any]:
        """The state that every run begins in: plain values by path."""
        return flattened(self.shape, self._start(given))

    def sizes(self, given: Given, bounds: Mapping[str, int] | None = None) -> dict[str, int]:
        """The bounds of exploring, with the settings that are numbers, `nodes` among them."""
        unknown = set(bounds or {}) - set(self.bounds)
        if unknown:
            raise ValueError(f"{self.name} has no bound {', '.join(sorted(unknown))}")
        numbers = {f.name: getattr(given, f.name) for f in fields(given) if f.type in _WHOLE}
        return {**numbers, **self.bounds, **(bounds or {})}

    def action(
        self,
        *sources: Source,
        only: Callable[[Any], bool] = lambda given: True,
        **domains: Domain,
    ) -> Callable[[Callable[..., Step[S]]], Callable[..., Step[S]]]:
        """Registers an action, with what its parameters range over.

        `only` says under which settings the module has it.
        """

        def register(function: Callable[..., Step[S]]) -> Callable[..., Step[S]]:
            count = function.__code__.co_argcount
            parameters = function.__code__.co_varnames[1:count]
            name, sentence = _named(self.actions, function)
            ranges = {parameter: domains.get(parameter, Whole()) for parameter in parameters}
            self.actions[name] = Action(name, sentence, sources, ranges, function, only)
            return function

        return register

    def always(self, *sources: Source) -> Callable[[Callable[[S], Bool]], Callable[[S], Bool]]:
        """Registers a claim that holds in every reachable state."""
        return self._promise(self.always_claims, sources)

    def supports(self, *sources: Source) -> Callable[[Callable[[S], Bool]], Callable[[S], Bool]]:
        """Registers a claim that always holds and helps to prove the others; it may read ghosts."""
        return self._promise(self.supporting_claims, sources)

    def landmark(self, function: Callable[[S], Iterable[Term]]) -> None:
        """Names cells that proofs look at, besides those that an action or a claim looks at."""
        self.landmarks.append(function)

    def sometimes(self, *sources: Source) -> Callable[[Callable[[S], Bool]], Callable[[S], Bool]]:
        """Registers a claim that some reachable state satisfies."""
        return self._promise(self.sometimes_claims, sources)

    def possible(
        self, *sources: Source, up_to: tuple[str, ...] = ()
    ) -> Callable[[Callable[[S], Bool]], Callable[[S], Bool]]:
        """Registers a claim that can come true from every reachable state (AG EF).

        A state from which a field of `up_to` would leave its range counts as one where it is true:
        what comes after it is not searched. The claim says the same whatever nodes are called.
        """
        unknown = set(up_to) - set(self.shape.kinds)
        if unknown:
            raise ValueError(f"{self.name} has no field {', '.join(sorted(unknown))}")
        return self._promise(self.possible_claims, sources, frozenset(up_to))

    def anomaly(self, *sources: Source) -> Callable[[Callable[[S], Bool]], Callable[[S], Bool]]:
        """Registers what nobody wants and some settings permit."""
        return self._promise(self.anomalies, sources)

    def variant(
        self, name: str, sentence: str, given: Given, *, breaks: tuple[str, ...] = ()
    ) -> None:
        """Registers named settings."""
        self.variants[name] = Variant(name, sentence, given, frozenset(breaks))

    def only_enables(self, action: str, guard: str, reason: str) -> None:
        """Says that dropping this guard breaks no claim, and why."""
        self.harmless[action, guard] = reason

    def _promise(
        self,
        into: dict[str, Promise[S]],
        sources: tuple[Source, ...],
        up_to: frozenset[str] = frozenset(),
    ) -> Callable[[Callable[[S], Bool]], Callable[[S], Bool]]:
        def register(function: Callable[[S], Bool]) -> Callable[[S], Bool]:
            name, sentence = _named(into, function)
            into[name] = Promise(name, sentence, sources, function, up_to)
            return function

        return register


def _named(known: Mapping[str, object], function: Callable[..., object]) -> tuple[str, str]:
    name = function.__name__
    if name in known:
        raise ValueError(f"{name} is defined twice")
    if not function.__doc__:
        raise ValueError(f"{name} has no sentence: its docstring is printed in reports")
    return name, " ".join(function.__doc__.strip().split("\n\n")[0].split())

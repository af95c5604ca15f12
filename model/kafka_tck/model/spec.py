"""Modules of guarded actions: the form in which the protocol is written, once.

An action is a pure function of a state and a few concrete parameters. It returns a `Step`: named
guards in the order in which Kafka checks them, each with the error its failure means; the next
state; and, where a client sees the action, the answer it gets.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, fields, replace
from typing import (
    Any,
    ClassVar,
    Generic,
    Self,
    TypeVar,
    dataclass_transform,
    get_type_hints,
)

from kafka_tck.model.sources import Source
from kafka_tck.model.terms import Bool, Int, bool_var, int_var, lift


@dataclass_transform(frozen_default=True)
class Shape:
    """A state: fields of type `Int` or `Bool`. Subclasses are frozen dataclasses.

    `ghosts` names the fields that no real broker has; no guard may read them.
    """

    ghosts: ClassVar[frozenset[str]] = frozenset()

    def __init_subclass__(cls) -> None:
        dataclass(frozen=True, eq=False)(cls)

    @classmethod
    def variables(cls) -> Self:
        """The state in which every field is a variable of its own name."""
        kinds: dict[type, Callable[[str], Any]] = {Int: int_var, Bool: bool_var}
        hints = get_type_hints(cls)
        return cls(**{name: kinds[hints[name]](name) for name in cls.names()})

    @classmethod
    def names(cls) -> tuple[str, ...]:
        return tuple(f.name for f in fields(cls))  # type: ignore[arg-type]

    def having(self, **changes: int | Int | bool | Bool) -> Self:
        """The same state but for these fields."""
        return replace(self, **{name: lift(value) for name, value in changes.items()})  # type: ignore[type-var]


S = TypeVar("S", bound=Shape)


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
class Action(Generic[S]):
    """One guarded action of a module. Its name is the function's."""

    name: str
    sentence: str
    sources: tuple[Source, ...]
    parameters: tuple[str, ...]
    step: Callable[..., Step[S]]


@dataclass(frozen=True)
class Promise(Generic[S]):
    """A claim about every state (`always`) or about some reachable one (`sometimes`)."""

    name: str
    sentence: str
    sources: tuple[Source, ...]
    claim: Callable[[S], Bool]


class Module(Generic[S]):
    """A named state machine: one shape, its initial state, its actions and its promises."""

    def __init__(self, name: str, shape: type[S], **initial: int | bool) -> None:
        if set(initial) != set(shape.names()):
            raise ValueError(f"{name}: the initial state must set exactly {shape.names()}")
        self.name = name
        self.shape = shape
        self.initial: Mapping[str, int | bool] = initial
        self.actions: dict[str, Action[S]] = {}
        self.always_claims: dict[str, Promise[S]] = {}
        self.sometimes_claims: dict[str, Promise[S]] = {}

    def action(
        self, *sources: Source
    ) -> Callable[[Callable[..., Step[S]]], Callable[..., Step[S]]]:
        """Registers an action. Its parameters after the state are plain whole numbers."""

        def register(function: Callable[..., Step[S]]) -> Callable[..., Step[S]]:
            count = function.__code__.co_argcount
            parameters = function.__code__.co_varnames[1:count]
            name, sentence = _named(self.actions, function)
            self.actions[name] = Action(name, sentence, sources, parameters, function)
            return function

        return register

    def always(self, *sources: Source) -> Callable[[Callable[[S], Bool]], Callable[[S], Bool]]:
        """Registers a claim that holds in every reachable state."""
        return self._promise(self.always_claims, sources)

    def sometimes(self, *sources: Source) -> Callable[[Callable[[S], Bool]], Callable[[S], Bool]]:
        """Registers a claim that some reachable state satisfies."""
        return self._promise(self.sometimes_claims, sources)

    def _promise(
        self, into: dict[str, Promise[S]], sources: tuple[Source, ...]
    ) -> Callable[[Callable[[S], Bool]], Callable[[S], Bool]]:
        def register(function: Callable[[S], Bool]) -> Callable[[S], Bool]:
            name, sentence = _named(into, function)
            into[name] = Promise(name, sentence, sources, function)
            return function

        return register


def _named(known: Mapping[str, object], function: Callable[..., object]) -> tuple[str, str]:
    name = function.__name__
    if name in known:
        raise ValueError(f"{name} is defined twice")
    if not function.__doc__:
        raise ValueError(f"{name} has no sentence: its docstring is printed in reports")
    return name, function.__doc__.strip().splitlines()[0]

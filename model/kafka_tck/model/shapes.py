"""Shapes of states: named fields whose kinds say what can stand in them.

A kind has finite ranges for exploring; a proof ignores the ranges and takes whole numbers and
sequences without end. Flattened, a state is one value per leaf: `replicas.0.hw`, `isr.2`, `log`.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field, fields, replace
from typing import Any, ClassVar, Self, TypeVar, dataclass_transform, get_type_hints

from kafka_tck.model.terms import (
    Bool,
    Int,
    Term,
    bool_var,
    choose,
    int_var,
    lift,
    seq_var,
)

Sizes = Mapping[str, int]
"""How far exploring goes: `nodes`, and the bounds of the module by name."""

Limit = int | str | Callable[[Sizes], int]
"""A plain number, the name of a size, or a function of the sizes."""


def resolved(limit: Limit, sizes: Sizes) -> int:
    """What a limit comes to at these sizes."""
    if isinstance(limit, str):
        return sizes[limit]
    return limit if isinstance(limit, int) else limit(sizes)


@dataclass(frozen=True)
class Number:
    """Whole numbers from `low` to `high`, both included."""

    low: Limit = 0
    high: Limit = "numbers"


@dataclass(frozen=True)
class Flag:
    """True or false."""


@dataclass(frozen=True)
class Node:
    """The index of a node, or NONE."""


@dataclass(frozen=True)
class Each:
    """A tuple with one entry per node, in the order of their indexes."""

    of: Kind | type[Shape]


@dataclass(frozen=True)
class Sequence:
    """A sequence of up to `capacity` records."""

    capacity: Limit
    record: Mapping[str, Number | Flag | Node | Each]

    def layout(self, nodes: int) -> dict[str, type | int]:
        """The fields of a record as terms know them."""
        return {
            name: nodes if isinstance(kind, Each) else bool if isinstance(kind, Flag) else int
            for name, kind in self.record.items()
        }


@dataclass(frozen=True)
class Settled:
    """What is fixed before a run starts. It is no part of the state."""


Kind = Number | Flag | Node | Each | Sequence | Settled


def number(low: Limit = 0, high: Limit = "numbers") -> Any:
    return Number(low, high)


def flag() -> Any:
    return Flag()


def node() -> Any:
    return Node()


def each(of: Any) -> Any:
    return Each(of)


def sequence(capacity: Limit, **record: Any) -> Any:
    return Sequence(capacity, record)


def settled() -> Any:
    return Settled()


@dataclass(frozen=True)
class Given:
    """What is fixed before a run: the number of nodes and, in subclasses, a module's settings."""

    nodes: int = field(default=3, metadata={"meaning": "how many brokers there are"})


def setting(default: Any, meaning: str, *, among: tuple[str | int, ...] = ()) -> Any:
    """A field of a `Given`: its default, what it means, and the values it may have, if said."""
    return field(default=default, metadata={"meaning": meaning, "among": among})


Part = str | tuple[str, int]
"""One step of the way to a leaf: a field's name, `("node", i)` or `("cell", k)`."""


@dataclass(frozen=True)
class Place:
    """A leaf of a shape: the way to it, and the kind that stands there."""

    parts: tuple[Part, ...]
    kind: Number | Flag | Node | Sequence

    @property
    def path(self) -> str:
        return ".".join(part if isinstance(part, str) else str(part[1]) for part in self.parts)


@dataclass_transform(
    frozen_default=True, field_specifiers=(number, flag, node, each, sequence, settled)
)
class Shape:
    """A state, or a part of one. Subclasses are frozen dataclasses; their fields have kinds.

    `ghosts` names the fields that no real broker has; no guard may read them.
    """

    ghosts: ClassVar[frozenset[str]] = frozenset()
    kinds: ClassVar[Mapping[str, Kind]]

    def __init_subclass__(cls) -> None:
        cls.kinds = {}
        declared = dict(cls.__annotations__)
        for name in declared:
            kind = cls.__dict__.get(name)
            if isinstance(kind, Number | Flag | Node | Each | Sequence | Settled):
                delattr(cls, name)
                cls.kinds[name] = kind
        dataclass(frozen=True, eq=False)(cls)
        plain: dict[Any, Kind] = {Int: Number(), Bool: Flag()}
        hints = get_type_hints(cls) if any(f.name not in cls.kinds for f in fields(cls)) else {}  # type: ignore[arg-type]
        cls.kinds = {
            f.name: cls.kinds[f.name] if f.name in cls.kinds else plain[hints[f.name]]
            for f in fields(cls)  # type: ignore[arg-type]
        }

    @classmethod
    def variables(cls, given: Given = Given()) -> Self:  # noqa: B008 - it is frozen
        """The state in which every leaf is a variable of its own path."""
        found: Self = _variables(cls, given, "")
        return found

    @classmethod
    def places(cls, nodes: int = 3) -> tuple[Place, ...]:
        """The leaves, in the order of declaration."""
        return tuple(_places(cls, nodes, ()))

    @classmethod
    def names(cls, nodes: int = 3) -> tuple[str, ...]:
        """The paths of the leaves."""
        return tuple(place.path for place in cls.places(nodes))

    def having(self, **changes: Any) -> Self:
        """The same state but for these fields; plain values are lifted."""
        changed = {name: _lifted(value) for name, value in changes.items()}
        return replace(self, **changed)  # type: ignore[type-var]

    def having_of(self, name: str, index: int, **changes: Any) -> Self:
        """The same state but for these fields of the `index`-th entry of a tuple field."""
        entries = getattr(self, name)
        entry = entries[index].having(**changes)
        return self.having(**{name: (*entries[:index], entry, *entries[index + 1 :])})

    def terms(self) -> dict[str, Term]:
        """What stands in each leaf, by path."""
        return dict(_terms(self, ""))


S = TypeVar("S", bound="Shape")


def either(condition: bool | Bool, yes: S, no: S) -> S:
    """`yes` where the condition holds, else `no`, field by field."""
    found: S = _either(condition, yes, no)
    return found


def _either(condition: bool | Bool, yes: Any, no: Any) -> Any:
    if yes is no:
        return yes
    if isinstance(yes, tuple):
        return tuple(_either(condition, a, b) for a, b in zip(yes, no, strict=True))
    if isinstance(yes, Shape):
        changed = {
            name: _either(condition, getattr(yes, name), getattr(no, name))
            for name, kind in yes.kinds.items()
            if not isinstance(kind, Settled)
        }
        return replace(yes, **changed)  # type: ignore[type-var]
    return choose(condition, yes, no)


def _lifted(value: Any) -> Any:
    if isinstance(value, tuple):
        return tuple(_lifted(one) for one in value)
    return value if isinstance(value, Shape) else lift(value)


def _variables(kind: Any, given: Given, path: str) -> Any:
    if isinstance(kind, type):
        inside = f"{path}." if path else ""
        return kind(
            **{
                name: given if isinstance(k, Settled) else _variables(k, given, inside + name)
                for name, k in kind.kinds.items()  # type: ignore[attr-defined]
            }
        )
    if isinstance(kind, Each):
        return tuple(_variables(kind.of, given, f"{path}.{n}") for n in range(given.nodes))
    if isinstance(kind, Sequence):
        return seq_var(path, kind.layout(given.nodes))
    return bool_var(path) if isinstance(kind, Flag) else int_var(path)


def _places(kind: Any, nodes: int, parts: tuple[Part, ...]) -> Iterator[Place]:
    if isinstance(kind, type):
        for name, k in kind.kinds.items():  # type: ignore[attr-defined]
            if not isinstance(k, Settled):
                yield from _places(k, nodes, (*parts, name))
    elif isinstance(kind, Each):
        for n in range(nodes):
            yield from _places(kind.of, nodes, (*parts, ("node", n)))
    else:
        yield Place(parts, kind)


def _terms(state: Any, path: str) -> Iterator[tuple[str, Term]]:
    if isinstance(state, Term):
        yield path, state
    elif isinstance(state, tuple):
        for n, entry in enumerate(state):
            yield from _terms(entry, f"{path}.{n}")
    else:
        inside = f"{path}." if path else ""
        for name, kind in state.kinds.items():
            if not isinstance(kind, Settled):
                yield from _terms(getattr(state, name), inside + name)


def flattened(shape: type[Shape], nested: Mapping[str, Any]) -> dict[str, Any]:
    """Plain values by path, from a nested form: dictionaries for shapes, lists per node."""
    return dict(_plain(shape, nested, ""))


def _plain(kind: Any, value: Any, path: str) -> Iterator[tuple[str, Any]]:
    if isinstance(kind, type):
        inside = f"{path}." if path else ""
        wanted = {n for n, k in kind.kinds.items() if not isinstance(k, Settled)}  # type: ignore[attr-defined]
        if set(value) != wanted:
            raise ValueError(f"{kind.__name__}: must set exactly {sorted(wanted)}")
        for name in value:
            yield from _plain(kind.kinds[name], value[name], inside + name)  # type: ignore[attr-defined]
    elif isinstance(kind, Each):
        for n, entry in enumerate(value):
            yield from _plain(kind.of, entry, f"{path}.{n}")
    else:
        yield path, value

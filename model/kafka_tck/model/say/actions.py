"""An action as expressions: its guards by name and what it changes, for all instances at once."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from kafka_tck.model.say.expr import Expr, name, node
from kafka_tck.model.say.general import Reader
from kafka_tck.model.say.leaves import Environment, Rows
from kafka_tck.model.shapes import Given, Node, Place
from kafka_tck.model.spec import Action, Module, Nodes, Promise, Step
from kafka_tck.model.terms import Term, lift


@dataclass(frozen=True)
class Change:
    """What a part of the state becomes. The target's steps are names and nodes."""

    target: tuple[Any, ...]
    value: Expr

    @property
    def field(self) -> str:
        """The top-level field."""
        said: str = self.target[0]
        return said


@dataclass(frozen=True)
class ActionText:
    """An action at given settings, in names of its parameters."""

    action: Action[Any]
    parameters: tuple[str, ...]
    guards: Mapping[str, Expr]
    errors: Mapping[str, str | None]
    changes: tuple[Change, ...]


@dataclass(frozen=True)
class Sayer:
    """Reads actions and claims of a module at given settings and sizes."""

    module: Module[Any]
    given: Given
    bounds: Mapping[str, int]
    ghosts: bool = False

    @property
    def hidden(self) -> frozenset[str]:
        return frozenset() if self.ghosts else self.module.shape.ghosts

    @property
    def sizes(self) -> dict[str, int]:
        return self.module.sizes(self.given, self.bounds)

    @property
    def places(self) -> tuple[Place, ...]:
        return tuple(
            p for p in self.module.shape.places(self.given.nodes) if p.parts[0] not in self.hidden
        )

    def actions(self) -> Iterator[ActionText]:
        """Every action that the module has under these settings."""
        for action in self.module.actions.values():
            if action.enabled(self.given):
                yield self.action(action)

    def action(self, action: Action[Any], chosen: Mapping[str, int] | None = None) -> ActionText:
        """One action; with its parameters chosen, the text speaks of those nodes and numbers."""
        state = self.module.shape.variables(self.given)
        instances = [chosen] if chosen is not None else list(action.instances(self.sizes))
        steps = [(env, action.step(state, **env)) for env in instances]
        names = [] if chosen is not None else action.parameters
        if chosen is not None:
            steps = [({}, step) for _, step in steps]
        reader = self._reader(action, names)
        first = steps[0][1]
        return ActionText(
            action,
            tuple(names),
            {guard: reader.read(_guards(steps, guard)) for guard in first.guards},
            {guard: of.error for guard, of in first.guards.items()},
            tuple(self._changes(reader, [(env, step.next.terms()) for env, step in steps])),
        )

    def claim(self, promise: Promise[Any]) -> Expr | None:
        """A claim; None if it speaks of a ghost that is left out."""
        term = promise.claim(self.module.shape.variables(self.given))
        try:
            return self._reader(None, ()).read([({}, term)])
        except KeyError:
            return None

    def _reader(self, action: Action[Any] | None, names: Sequence[str]) -> Reader:
        of_nodes = [
            one for one in names if action is not None and isinstance(action.domains[one], Nodes)
        ]
        taken = frozenset({*self.module.shape.kinds, *self.sizes, *names})
        return Reader(self.places, self.given.nodes, frozenset(of_nodes), taken)

    # changes

    def _changes(
        self, reader: Reader, steps: Sequence[tuple[Environment, Mapping[str, Term]]]
    ) -> Iterator[Change]:
        for field in self.module.shape.kinds:
            leaves = [place for place in self.places if place.parts[0] == field]
            found = list(_of_field(reader, leaves, steps, pinned=True))
            if any(_is_open(change) for change in found):
                found = list(_of_field(reader, leaves, steps, pinned=False))
            yield from found


def _guards(steps: Sequence[tuple[Environment, Step[Any]]], guard: str) -> Rows:
    return [
        (env, step.guards[guard].holds if guard in step.guards else lift(True))
        for env, step in steps
    ]


def _is_open(change: Change) -> bool:
    """Whether it changes the field of every node: its value is a function of the first node."""
    return len(change.target) > 1 and change.target[1] is None


@dataclass(frozen=True)
class _Leaf:
    """A leaf of one pattern in one instance: the nodes on the way to it, and what it becomes."""

    env: Environment
    nodes: tuple[int, ...]
    path: str
    term: Term

    @property
    def stays(self) -> bool:
        return self.term.op == "var" and self.term.args[0] == self.path


def _of_field(
    reader: Reader,
    leaves: Sequence[Place],
    steps: Sequence[tuple[Environment, Mapping[str, Term]]],
    pinned: bool,
) -> Iterator[Change]:
    for pattern in dict.fromkeys(_pattern(place) for place in leaves):
        places = [place for place in leaves if _pattern(place) == pattern]
        found = [
            _Leaf(env, _nodes(place), place.path, terms[place.path])
            for env, terms in steps
            for place in places
        ]
        if all(leaf.stays for leaf in found):
            continue
        is_node = isinstance(places[0].kind, Node)
        yield _change(reader, pattern, found, is_node, pinned)


def _change(
    reader: Reader,
    pattern: tuple[str | None, ...],
    found: list[_Leaf],
    is_node: bool,
    pinned: bool,
) -> Change:
    """Pins each index to a parameter if only that one's entry changes."""
    holes = [n for n, part in enumerate(pattern) if part is None]
    target: list[Any] = list(pattern)
    open_holes = []
    for at, hole in enumerate(holes):
        pin = _pin(reader, found, at) if pinned or at else None
        if pin is None:
            open_holes.append(at)
            continue
        target[hole] = pin
        found = [leaf for leaf in found if leaf.nodes[at] == _index(pin, leaf.env)]
    value = _value(reader, found, open_holes, is_node)
    last = max((n for n, part in enumerate(target) if part is not None), default=0)
    steps = target[: last + 1] if open_holes and holes[open_holes[0]] > last else target
    return Change(tuple(steps), value)


def _value(reader: Reader, found: list[_Leaf], holes: list[int], is_node: bool) -> Expr:
    if not holes:
        return reader.read([(leaf.env, leaf.term) for leaf in found], is_node)
    if len(holes) > 1:
        raise NotImplementedError("an entry per node inside of entries of every node")
    by_node: dict[int, list[tuple[Environment, Term]]] = {}
    for leaf in found:
        by_node.setdefault(leaf.nodes[holes[0]], []).append((leaf.env, leaf.term))
    return reader.function([by_node[n] for n in sorted(by_node)], is_node)


def _pin(reader: Reader, found: list[_Leaf], at: int) -> Expr | None:
    """The one node whose entry changes, if there is such a one."""
    candidates = [name(said, True) for said in found[0].env if said in reader.node_names]
    candidates += [node(n) for n in range(reader.nodes)]
    for pin in candidates:
        if all(leaf.stays for leaf in found if leaf.nodes[at] != _index(pin, leaf.env)):
            return pin
    return None


def _index(pin: Expr, env: Environment) -> int:
    index: int = pin.args[0] if pin.op == "node" else env[pin.args[0]]
    return index


def _pattern(place: Place) -> tuple[str | None, ...]:
    return tuple(part if isinstance(part, str) else None for part in place.parts)


def _nodes(place: Place) -> tuple[int, ...]:
    return tuple(part[1] for part in place.parts if not isinstance(part, str))

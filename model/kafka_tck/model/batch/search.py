"""Breadth-first search: every reachable state at given sizes, or the shortest way to a claim."""

from __future__ import annotations

import time
from collections import Counter
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any, Final

import numpy as np

from kafka_tck.model.batch.code import compiled
from kafka_tck.model.batch.fingerprints import Tables
from kafka_tck.model.batch.moves import Move
from kafka_tck.model.batch.possible import Possibilities
from kafka_tck.model.batch.trail import Trail
from kafka_tck.model.batch.visited import Visited
from kafka_tck.model.finite import Finite
from kafka_tck.model.terms import Bool

_BLOCK: Final = 1 << 16
"""Most states that are worked on at once."""


@dataclass(frozen=True)
class Progress:
    """How far a search is."""

    states: int
    generated: int
    depth: int
    frontier: int
    seconds: float
    nbytes: int
    """Bytes that hold what was visited, besides the frontier."""


@dataclass
class Outcome:
    """What a search found.

    `reached` maps each claim that was looked for, and is true of some state, to the number of the
    first such state. `hopeless` maps each goal to the numbers of the states that do not lead to it,
    once the search is complete. `depth` counts states, the initial one included, as TLC does.
    """

    states: int
    generated: int
    depth: int
    complete: bool
    seconds: float
    nbytes: int
    taken: Mapping[str, int]
    reached: Mapping[str, int]
    trail: Trail
    renamings: int = 1
    hopeless: Mapping[str, Any] = field(default_factory=dict)

    @property
    def collision(self) -> float:
        """An upper bound on the probability that two different states were taken for one."""
        return min(1.0, (self.states * self.renamings) ** 2 / 2**65)


@dataclass
class _Block:
    """Some states of one level: columns by states, and their fingerprints by renaming."""

    columns: Any
    prints: Any

    def __len__(self) -> int:
        length: int = self.columns.shape[1]
        return length


class Search:
    """A breadth-first search over the finite reading of a module.

    `look_for` are scalar claims by name: the search ends at the end of the first level in which
    one of `stop_at` holds. `goals` are scalar claims that should stay possible.
    """

    def __init__(
        self,
        finite: Finite,
        look_for: Mapping[str, Bool] | None = None,
        *,
        goals: Mapping[str, Bool] | None = None,
        stop_at: frozenset[str] = frozenset(),
        symmetric: bool = False,
    ) -> None:
        self.finite = finite
        self.tables = Tables(finite, symmetric)
        self.flags = frozenset(n for n, column in enumerate(finite.columns) if column.is_flag)
        self._look_for = dict(look_for or {})
        self._stop_at = stop_at
        self._goals = dict(goals or {})
        self._claims, self._claim_reads = self._compile(list(self._look_for.values()))
        guards = [
            finite.make.all_of([*one.guards.values(), one.within]) for one in finite.instances
        ]
        self._guards, self._guard_reads = self._compile(guards)
        self._moves = [Move(finite, self.tables, n, one) for n, one in enumerate(finite.instances)]

    def _compile(self, terms: list[Any]) -> tuple[Any, tuple[int, ...]]:
        return compiled(terms, self.finite.number, self.flags)

    def run(
        self,
        report: Callable[[Progress], None] = lambda progress: None,
        *,
        most_states: int | None = None,
        most_seconds: float | None = None,
    ) -> Outcome:
        """Searches until nothing is left, a claim to stop at holds, or a limit is met.

        Ctrl-C ends it too: the outcome says what is known so far.
        """
        begun = time.monotonic()
        visited, trail = Visited(), Trail()
        self._possible = Possibilities(self.finite, self.tables, self._goals)
        outcome = Outcome(0, 0, 0, False, 0.0, 0, Counter(), {}, trail, len(self.tables.renamings))
        first = np.array(self.finite.initial, np.int8).reshape(-1, 1)
        level = [_Block(first, self.tables.of_states(first))]
        least = self.tables.least(level[0].prints)
        visited.add(least)
        self._possible.found(least)
        trail.begin()
        try:
            while level:
                outcome.depth += 1
                outcome.states = visited.count
                self._look(level, trail.level_start, outcome)
                if self._stop_at & set(outcome.reached):
                    break
                trail.next_level()
                level = list(self._expand(level, visited, trail, outcome))
                outcome.seconds = time.monotonic() - begun
                outcome.states = visited.count
                outcome.nbytes = visited.nbytes + trail.nbytes
                report(self._progress(outcome, level))
                if most_states is not None and visited.count >= most_states:
                    break
                if most_seconds is not None and outcome.seconds >= most_seconds:
                    break
            else:
                outcome.complete = True
                outcome.hopeless = self._possible.hopeless()
        except KeyboardInterrupt:
            outcome.states = visited.count
        outcome.seconds = time.monotonic() - begun
        outcome.nbytes = visited.nbytes + trail.nbytes
        return outcome

    def _progress(self, outcome: Outcome, level: list[_Block]) -> Progress:
        return Progress(
            outcome.states,
            outcome.generated,
            outcome.depth,
            sum(map(len, level)),
            outcome.seconds,
            outcome.nbytes,
        )

    def _view(self, columns: Any, numbers: tuple[int, ...]) -> dict[int, Any]:
        """Columns by number, flags as truth values."""
        return {n: columns[n].view(np.bool_) if n in self.flags else columns[n] for n in numbers}

    def _look(self, level: list[_Block], start: int, outcome: Outcome) -> None:
        """Notes the first state of this level in which each claim holds."""
        reached = dict(outcome.reached)
        for block in level:
            values = self._claims(self._view(block.columns, self._claim_reads))
            for name, value in zip(self._look_for, values, strict=True):
                if name not in reached and np.any(value):
                    reached[name] = start + int(_where(value, len(block))[0])
            self._possible.seen(block.columns)
            start += len(block)
        outcome.reached = reached

    def _expand(
        self, level: list[_Block], visited: Visited, trail: Trail, outcome: Outcome
    ) -> Iterator[_Block]:
        start = 0
        for block in level:
            for at in range(0, len(block), _BLOCK):
                part = _Block(block.columns[:, at : at + _BLOCK], block.prints[at : at + _BLOCK])
                new = self._step(part, start, visited, trail, outcome)
                if new is not None:
                    yield new
                start += len(part)

    def _step(
        self, block: _Block, start: int, visited: Visited, trail: Trail, outcome: Outcome
    ) -> _Block | None:
        """All successors of a block that are new; `start` is the block's first in its level."""
        masks = self._guards(self._view(block.columns, self._guard_reads))
        pieces = []
        for move, mask in zip(self._moves, masks, strict=True):
            rows = _where(mask, len(block))
            if len(rows):
                outcome.taken[move.action] += len(rows)  # type: ignore[index]
                pieces.append((move, rows, *move.make(block.columns, block.prints, rows)))
        if not pieces:
            return None
        prints = np.concatenate([piece[3] for piece in pieces])
        outcome.generated += len(prints)
        least = self.tables.least(prints)
        chosen = visited.add(least)
        if self._goals:
            parents = np.concatenate([piece[1] for piece in pieces])
            self._possible.stepped(parents + (trail.parents_start + start), least)
            self._possible.found(least.take(chosen))
        if not len(chosen):
            return None
        return self._gathered(block, pieces, prints, chosen, start, trail)

    def _gathered(
        self,
        block: _Block,
        pieces: list[Any],
        prints: Any,
        chosen: Any,
        start: int,
        trail: Trail,
    ) -> _Block:
        """The new states as a block, in the order of the pieces."""
        columns = np.empty((len(block.columns), len(chosen)), np.int8)
        ends = np.cumsum([len(piece[1]) for piece in pieces])
        cuts = np.searchsorted(chosen, ends)
        low, offset = 0, 0
        for (move, rows, values, _), end, cut in zip(pieces, ends, cuts, strict=True):
            if cut > low:
                picked = chosen[low:cut] - offset
                parents = rows.take(picked)
                np.take(block.columns, parents, axis=1, out=columns[:, low:cut], mode="clip")
                for number, value in values:
                    columns[number, low:cut] = (
                        value if isinstance(value, np.generic) else value.take(picked)
                    )
                trail.add(move.number, parents + start)
            low, offset = int(cut), int(end)
        return _Block(columns, prints.take(chosen, axis=0))


def _where(mask: Any, count: int) -> Any:
    """The rows at which a mask holds; a constant one holds at all of them or at none."""
    if isinstance(mask, np.generic):
        return np.arange(count if mask else 0)
    return np.flatnonzero(mask)

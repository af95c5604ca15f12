"""The faults of a storm: drawn one after the other, each undone after a while.

At most one node is away at a time (down, paused, or cut off), and links between the others may be
bad meanwhile. A power failure is allowed only where nothing acknowledged may be lost by it: with
two copies on every partition's minimum, everybody in sync, nothing else wrong (B-31).
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from random import Random
from typing import Final, Protocol

from kafka_tck.adapters.target import CONTROLLERS
from kafka_tck.properties.faults import Way
from kafka_tck.properties.histories.plan import Pace, Plan

MOST_BAD_LINKS: Final = 2
_TAKES_A_NODE: Final = frozenset({"kill", "restart", "pause", "isolate", "desert", "lose_power"})


class Hand(Protocol):
    """What carries the faults out, and writes them down."""

    nodes: tuple[int, ...]
    reaches_controllers: bool
    """Whether the ways to and from the controllers can be cut."""

    def now_ms(self) -> int: ...

    def leaders(self) -> list[int]:
        """The nodes that lead a partition, one for each, as far as any client has heard."""

    def inject(self, what: str, nodes: tuple[int, ...], ms: int = 0) -> None:
        """Does one thing to the cluster; on a real one it may go on after this returns."""

    def is_busy(self) -> bool:
        """Whether something that was begun goes on."""

    def all_in_sync(self) -> bool:
        """Whether every node says that all replicas of all partitions are in sync."""


Undo = Callable[[], None]


@dataclass
class Troubles:
    """What is wrong now, until when, and what comes next."""

    hand: Hand
    plan: Plan
    pace: Pace
    rng: Random
    left: int = 0
    next_at: int = 0
    away: int | None = None
    """The node that is down, paused or cut off."""
    links: list[tuple[int, int]] = field(default_factory=list)
    """Pairs of brokers whose link is bad."""
    usual: dict[Way, int] = field(default_factory=dict)
    """How long each way takes where nothing is wrong with it; 0 where none is named."""
    back: int | None = None
    """Who has just come back, while the next fault is to take another node."""
    undo: list[tuple[int, Undo]] = field(default_factory=list)
    """When, and how, what was done is undone."""

    def __post_init__(self) -> None:
        self.left = self.plan.faults
        if self.plan.latency:
            for way in self._ways():
                self.usual[way] = self.pace.latency(self.rng)
                self.hand.inject("delay", way, self.usual[way])
        self.next_at = self.hand.now_ms() + self.pace.gap(self.rng)

    def _ways(self) -> list[Way]:
        nodes = self.hand.nodes
        return [(one, other) for one in nodes for other in nodes if one != other]

    def is_over(self) -> bool:
        return not self.left and not self.undo and not self.hand.is_busy()

    def next_ms(self) -> int | None:
        """When there is something to do; None if never."""
        dues = [at for at, _ in self.undo] + ([self.next_at] if self.left else [])
        return min(dues, default=None)

    def act(self) -> None:
        """Undoes what is due, or begins the next fault. Waits for what still goes on."""
        now = self.hand.now_ms()
        due = sorted((at, n) for n, (at, _) in enumerate(self.undo) if at <= now)
        if self.hand.is_busy():
            return
        if due:
            _, undo = self.undo.pop(due[0][1])
            undo()
        elif self.left and self.next_at <= now:
            self.left -= 1
            self._begin()
            self.next_at = self.hand.now_ms() + self.pace.gap(self.rng)

    def _begin(self) -> None:
        """One of the faults that may come now; none if there is none."""
        possible = [move for move in self.plan.moves if self._may(move)]
        if not possible:
            return
        takers = [move for move in possible if move in _TAKES_A_NODE]
        follows = self.back is not None and takers
        move = self.rng.choice(takers if follows else possible)
        node = self._victim(self.back if follows else None)
        if move in _TAKES_A_NODE:
            self._take(move, node)
        else:
            self._spoil(move)
        self.back = None

    def _victim(self, but: int | None) -> int:
        """Whoever leads something, as often as not."""
        leaders = self.hand.leaders() if self.rng.random() < 0.5 else []
        among = [node for node in leaders if node != but]
        return self.rng.choice(among or [node for node in self.hand.nodes if node != but])

    def _may(self, move: str) -> bool:
        if move == "lose_power":
            return not self.undo and self.hand.all_in_sync()
        if move in _TAKES_A_NODE:
            return self.away is None
        return len(self.links) < MOST_BAD_LINKS

    # A node is away.

    def _take(self, move: str, node: int) -> None:
        inject = self.hand.inject
        self.away = node
        if move == "restart":
            inject("restart", (node,))
            self.away = None
        elif move == "pause":
            inject("pause", (node,))
            self._later(lambda: self._back("resume", node))
        elif move in ("isolate", "desert"):
            self._cut_off(move, node)
        else:
            inject(move, (node,))
            self._later(lambda: self._back("start", node))

    def _back(self, what: str, node: int) -> None:
        self.hand.inject(what, (node,))
        self._returned(node)

    def _returned(self, node: int) -> None:
        """Often another one goes before this one has caught up."""
        self.away = None
        if self.rng.random() < 0.6:
            self.next_at = self.hand.now_ms() + self.pace.relay(self.rng)
            self.back = node

    def _cut_off(self, move: str, node: int) -> None:
        """From the others, or from the controllers, or from both."""
        others = [CONTROLLERS] if self.hand.reaches_controllers else []
        if move == "isolate":
            others += [n for n in self.hand.nodes if n != node]
        ways = [way for other in others for way in ((node, other), (other, node))]
        self._lose(ways)

        def heal() -> None:
            self._heal(ways)
            self._returned(node)

        self._later(heal)

    # A link is bad.

    def _spoil(self, move: str) -> None:
        pairs = [(a, b) for a in self.hand.nodes for b in self.hand.nodes if a < b]
        free = [pair for pair in pairs if pair not in self.links]
        pair = self.rng.choice(free)
        self.links.append(pair)
        one, other = pair if self.rng.random() < 0.5 else pair[::-1]
        if move == "delay":
            ways, ms = [(one, other), (other, one)], 1 + self.pace.hold(self.rng) // 4
            for way in ways:
                self.hand.inject("delay", way, ms)
        else:
            ways = [(one, other), (other, one)] if move == "part" else [(one, other)]
            self._lose(ways)

        def mend() -> None:
            self.links.remove(pair)
            if move == "delay":
                for way in ways:
                    self.hand.inject("delay", way, self.usual.get(way, 0))
            else:
                self._heal(ways)

        self._later(mend)

    def _lose(self, ways: list[Way]) -> None:
        for way in ways:
            self.hand.inject("cut", way)

    def _heal(self, ways: list[Way]) -> None:
        """Also ways that another fault has cut: who cuts a way twice heals it once."""
        for way in ways:
            self.hand.inject("heal", way)

    def _later(self, undo: Undo) -> None:
        hold = self.pace.hold if self.back is None else self.pace.long_hold
        self.undo.append((self.hand.now_ms() + hold(self.rng), undo))

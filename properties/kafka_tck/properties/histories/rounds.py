"""Many storms on one target, one after the other, each with a seed of its own."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Final

from kafka_tck.adapters.target import Misuse, TargetOptions
from kafka_tck.properties.histories.checks import judge
from kafka_tck.properties.histories.events import to_lines
from kafka_tck.properties.histories.finding import Found
from kafka_tck.properties.histories.history import History
from kafka_tck.properties.histories.plan import Plan, draw_plan, possible_moves
from kafka_tck.properties.histories.settling import settle
from kafka_tck.properties.histories.storm import Storm
from kafka_tck.properties.session import Session
from kafka_tck.properties.suite import Suite
from kafka_tck.properties.world import World

BUNDLED: Final = "reference"
BUNDLED_CONFIG: Final[Mapping[str, str]] = {
    "broker.session.timeout.ms": "2000",
    "broker.heartbeat.interval.ms": "200",
    "replica.lag.time.max.ms": "1000",
    "replica.fetch.wait.max.ms": "100",
    "replica.socket.timeout.ms": "5000",
    "offsets.topic.num.partitions": "1",
    "group.initial.rebalance.delay.ms": "0",
    "group.min.session.timeout.ms": "100",
}
"""The bundled cluster as quick as the real ones that we start, so that storms are alike."""


NODES: Final = 3
"""Brokers that a storm needs at least."""


def is_bundled(spec: str) -> bool:
    """Whether a target is the bundled cluster, or one of its wrong brokers."""
    return spec.partition(":")[0] == BUNDLED


@dataclass(frozen=True)
class Size:
    """How much one storm does; None for `moves`: drawn from what the target can inject."""

    operations: int = 150
    faults: int = 6
    moves: tuple[str, ...] | None = None
    transactors: int = 0
    members: int = 0


@dataclass(frozen=True)
class Round:
    """One storm that is over."""

    seed: int
    history: History
    found: tuple[Found, ...]

    @property
    def lines(self) -> str:
        return to_lines(self.history.events)

    @property
    def digest(self) -> str:
        """Of the whole history: the same for the same bytes."""
        return hashlib.sha256(self.lines.encode()).hexdigest()


@dataclass
class Rounds:
    """Storms on one kind of target. The bundled cluster is new for each, a real one is kept."""

    spec: str
    options: TargetOptions
    size: Size = field(default_factory=Size)
    progress: Callable[[Storm], None] = lambda storm: None
    storm: Storm | None = None
    """The one that runs, or ran last."""
    _suite: Suite | None = None

    def run(self, seed: int) -> Round:
        """One storm, judged. Raises `Misuse`, `TargetGone`, `KeyboardInterrupt`."""
        session = self._opened(seed)
        world = World(session.target, session.profile, session.namespace)
        try:
            self.storm = Storm(world, self._plan(session, seed), self.progress)
            try:
                self.storm.run()
                settle(self.storm)
            finally:
                self.storm.close()
        finally:
            world.close()
        history = self.storm.history()
        return Round(seed, history, tuple(judge(history)))

    def broken_off(self) -> Round | None:
        """What the last storm had shown when it was broken off."""
        if self.storm is None:
            return None
        history = self.storm.history()
        return Round(self.storm.plan.seed, history, tuple(judge(history)))

    def _plan(self, session: Session, seed: int) -> Plan:
        possible = possible_moves(session.target.capabilities, session.profile.features)
        wanted = self.size.moves
        moves = None if wanted is None else tuple(move for move in possible if move in wanted)
        if wanted and not moves:
            raise Misuse(f"{self.spec} has only the faults {', '.join(possible) or '(none)'}")
        size = self.size
        clients = (size.transactors, size.members)
        return draw_plan(seed, possible, size.operations, size.faults, moves, *clients)

    def _opened(self, seed: int) -> Session:
        if (
            self._suite is not None
            and self._suite.session is not None
            and not is_bundled(self.spec)
        ):
            return self._suite.session
        self.close()
        config = {**BUNDLED_CONFIG, **self.options.config} if is_bundled(self.spec) else None
        given = self.options
        options = TargetOptions(
            given.nodes,
            seed,
            given.features,
            given.config if config is None else config,
            given.kafka_home,
            given.behaves_like,
        )
        self._suite = Suite(self.spec, options)
        session = self._suite.open()
        if len(session.target.nodes()) < NODES:
            raise Misuse(f"{self.spec}: a storm needs three brokers, write --nodes 3")
        return session

    def close(self) -> None:
        if self._suite is not None:
            self._suite.close()
            self._suite = None

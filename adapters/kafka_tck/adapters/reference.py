"""The bundled cluster as a target: in this process, on virtual time, `reference[:MUTANT]`."""

from collections.abc import Callable
from difflib import get_close_matches
from typing import Final, TypeVar

from kafka_tck.adapters.target import (
    Clock,
    Connection,
    Misuse,
    Silence,
    Target,
    TargetOptions,
    Unreachable,
    hookimpl,
)
from kafka_tck.reference.cluster import Cluster
from kafka_tck.reference.mutants import MUTANTS
from kafka_tck.reference.rules import Rules
from kafka_tck.wire.frames import Deframer

T = TypeVar("T")

RELEASE: Final = "4.3.1"
"""The release that the bundled cluster behaves like."""


_DIRECTS: Final = {
    "replica.selector.class": "org.apache.kafka.common.replica.RackAwareReplicaSelector"
}
"""Consumers that say their rack are directed to the replica there."""


_COORDINATES: Final = {
    "offsets.topic.num.partitions": "1",
    "transaction.state.log.num.partitions": "1",
    "add.partitions.to.txn.retry.backoff.ms": "1",
    "transaction.abort.timed.out.transaction.cleanup.interval.ms": "200",
    "group.initial.rebalance.delay.ms": "0",
    "group.min.session.timeout.ms": "100",
    "group.max.size": "10",
    "group.consumer.max.size": "10",
    "group.consumer.min.session.timeout.ms": "100",
    "group.consumer.min.heartbeat.interval.ms": "50",
    "group.consumer.assignment.interval.ms": "0",
    "group.consumer.min.assignment.interval.ms": "0",
    # Between two looks for expired offsets ten minutes pass; it need not be a week, too.
    "offsets.retention.minutes": "1",
}
"""As real nodes are configured: few partitions to load, and nothing that takes long."""

_GROWTH_MS: Final = 2
_LONGEST_PAUSE_MS: Final = 500
"""How long a wait goes without looking, and how fast it comes to that."""


class _VirtualClock:
    """Time that passes only while someone waits, and then jumps to the next event."""

    def __init__(self, cluster: Cluster) -> None:
        self._cluster = cluster

    def now_ms(self) -> int:
        return self._cluster.now_ms

    def until(self, condition: Callable[[], T | None], within: float) -> T | None:
        """Looks after each event, but the longer it takes, the less often."""
        return self._until(condition, within, _GROWTH_MS)

    def until_exactly(self, condition: Callable[[], T | None], within: float) -> T | None:
        """Looks after each event: for conditions that cost nothing."""
        return self._until(condition, within, 0)

    def _until(self, condition: Callable[[], T | None], within: float, growth: int) -> T | None:
        deadline = self._cluster.now_ms + round(within * 1000)
        pause = 0
        while (found := condition()) is None:
            due = self._cluster.next_event_ms()
            if due is None or due > deadline:
                self._cluster.advance_to(deadline)
                return condition()
            self._cluster.advance_to(min(deadline, max(due, self._cluster.now_ms + pause)))
            pause = min(_LONGEST_PAUSE_MS, pause + growth)
        return found


class _Loopback:
    """A connection that hands its bytes to the cluster itself."""

    def __init__(self, cluster: Cluster, clock: _VirtualClock, node: int) -> None:
        self._cluster = cluster
        self._clock = clock
        self._id = cluster.connect(node)
        self._incoming = Deframer()

    def send(self, data: bytes) -> None:
        self._cluster.send(self._id, data)

    def receive(self, within: float) -> bytes | Silence:
        return self._clock.until_exactly(self._arrived, within) or Silence.TIMED_OUT

    def _arrived(self) -> bytes | Silence | None:
        self._incoming.feed(self._cluster.take(self._id))
        frame = self._incoming.next()
        if frame is None and self._cluster.is_closed(self._id):
            return Silence.CLOSED
        return frame

    def close(self) -> None:
        self._cluster.disconnect(self._id)


class ReferenceTarget:
    """The bundled cluster, or one of its wrong brokers."""

    def __init__(self, name: str, cluster: Cluster) -> None:
        self.name = name
        self.release: str | None = RELEASE
        self.cluster = cluster
        self._clock = _VirtualClock(cluster)
        self.clock: Clock = self._clock
        self.capabilities = frozenset(
            {
                "fault.restart",
                "fault.kill",
                "fault.lose_power",
                "fault.cut",
                "fault.cut_controllers",
                "fault.pause",
                "fault.delay",
                "fault.delay_controllers",
                "fault.lose",
                "fault.duplicate",
                "fault.reorder",
                "fault.skew",
                "time.virtual",
                *(["config.racks"] if len(cluster.node_ids()) > 1 else []),
                f"nodes.{len(cluster.node_ids())}",
            }
        )

    def nodes(self) -> tuple[int, ...]:
        return self.cluster.node_ids()

    def connect(self, node: int) -> Connection:
        try:
            return _Loopback(self.cluster, self._clock, node)
        except ConnectionRefusedError as down:
            raise Unreachable(str(down)) from None

    def restart(self, node: int) -> None:
        self.cluster.stop(node)
        self.cluster.start(node)

    def kill(self, node: int) -> None:
        self.cluster.kill(node)

    def start(self, node: int) -> None:
        self.cluster.start(node)

    def lose_power(self, node: int) -> None:
        self.cluster.lose_power(node)

    def cut(self, sender: int, receiver: int) -> None:
        self.cluster.cut(sender, receiver)

    def heal(self, sender: int, receiver: int) -> None:
        self.cluster.heal(sender, receiver)

    def pause(self, node: int) -> None:
        self.cluster.pause(node)

    def resume(self, node: int) -> None:
        self.cluster.unpause(node)

    def delay(self, sender: int, receiver: int, ms: int) -> None:
        self.cluster.delay(sender, receiver, ms)

    def lose(self, sender: int, receiver: int) -> None:
        self.cluster.lose_next(sender, receiver)

    def duplicate(self, sender: int, receiver: int) -> None:
        self.cluster.duplicate_next(sender, receiver)

    def reorder(self, sender: int, receiver: int) -> None:
        self.cluster.reorder_next(sender, receiver)

    def undo_mishaps(self) -> None:
        self.cluster.undo_mishaps()

    def skew(self, node: int, ms: int) -> None:
        self.cluster.skew(node, ms)

    def close(self) -> None:
        for node in self.cluster.node_ids():
            self.cluster.kill(node)


@hookimpl
def kafka_tck_target(spec: str, options: TargetOptions) -> Target | None:
    kind, _, mutant = spec.partition(":")
    if kind != "reference":
        return None
    if mutant and mutant not in MUTANTS:
        raise Misuse(_unknown(mutant))
    rules = MUTANTS[mutant].rules() if mutant else Rules()
    several = options.nodes > 1
    cluster = Cluster(
        brokers=options.nodes,
        seed=options.seed,
        config=(_DIRECTS if several else {}) | _COORDINATES | dict(options.config),
        rules=rules,
        features=options.features,
        racks={n: f"rack-{n}" for n in range(1, options.nodes + 1)} if several else None,
    )
    return ReferenceTarget(spec, cluster)


@hookimpl
def kafka_tck_target_forms() -> list[str]:
    return [
        "reference              the bundled broker, in this process, on virtual time",
        "reference:WRONG        one of its wrong brokers, such as reference:"
        + next(iter(sorted(MUTANTS)), "NAME"),
    ]


def _unknown(mutant: str) -> str:
    near = get_close_matches(mutant, MUTANTS, cutoff=0.5)
    meant = f"; did you mean {' or '.join(near)}?" if near else ""
    listed = f"`kafka-tck mutants --list` names all {len(MUTANTS)}"
    return f"no wrong broker named {mutant!r}{meant} ({listed})"

"""What brokers show of one partition: leader, epoch, replicas in order, ISR and ELR."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, Final

from kafka_tck.adapters.client import Answer
from kafka_tck.properties.operations.replication.looking import PATIENCE, TOPIC, running, state_of
from kafka_tck.properties.world import World

ELR: Final = "eligible.leader.replicas.version"


@dataclass(frozen=True)
class Shown:
    """One partition; `replicas` is in the order of the assignment, the first one is preferred."""

    leader: int
    epoch: int
    replicas: tuple[int, ...]
    isr: frozenset[int]
    elr: frozenset[int]
    offline: frozenset[int] = frozenset()
    """The replicas on brokers that are gone, or fenced."""

    @property
    def preferred(self) -> int:
        return self.replicas[0]

    def plain(self) -> dict[str, Any]:
        return {
            "leader": self.leader,
            "epoch": self.epoch,
            "replicas": list(self.replicas),
            "isr": sorted(self.isr),
            "elr": sorted(self.elr),
            "offline": sorted(self.offline),
        }


def of_plain(told: Any) -> Shown:
    """The same, from an observation."""
    isr, elr, offline = (frozenset(told[name]) for name in ("isr", "elr", "offline"))
    return Shown(told["leader"], told["epoch"], tuple(told["replicas"]), isr, elr, offline)


def keeps_elr(world: World) -> bool:
    """Whether the cluster keeps eligible leader replicas."""
    return world.profile.features.get(ELR, 0) >= 1


def shown_by(world: World, node: int) -> Shown | None:
    """What one node shows; None if it shows nothing."""
    if not world.profile.has("DescribeTopicPartitions"):
        state = state_of(world, node)
        if state is None:
            return None
        return Shown(
            state.leader,
            state.epoch,
            state.replicas,
            frozenset(state.isr),
            frozenset(),
            frozenset(state.offline),
        )
    found = world.call(
        world.client("watch", node),
        "DescribeTopicPartitions",
        topics=[{"name": world.real(TOPIC)}],
        response_partition_limit=10,
        cursor=None,
    )
    if not isinstance(found, Answer) or not found.body.topics[0].partitions:
        return None
    part = found.body.topics[0].partitions[0]
    return Shown(
        part.leader_id,
        part.leader_epoch,
        tuple(part.replica_nodes),
        frozenset(part.isr_nodes),
        frozenset(part.eligible_leader_replicas or ()),
        frozenset(part.offline_replicas),
    )


def shown(
    world: World, wanted: Callable[[Shown], bool] = lambda shown: True, within: float = PATIENCE
) -> Shown | None:
    """What all running nodes show alike, once it is as wanted; None if it never is."""

    def alike() -> Shown | None:
        found = {shown_by(world, node) for node in running(world)}
        only = found.pop() if len(found) == 1 else None
        return only if only is not None and wanted(only) else None

    return world.until(alike, within)


def is_known_alive(world: World, node: int) -> bool:
    """Whether every running node counts the node among the brokers that are not fenced."""
    return all(node in _alive(world, asked) for asked in running(world))


def _alive(world: World, asked: int) -> set[int]:
    found = world.call(world.client("watch", asked), "Metadata", topics=[])
    return {b.node_id for b in found.body.brokers} if isinstance(found, Answer) else set()

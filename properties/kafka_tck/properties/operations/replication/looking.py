"""Looking at a replicated partition through the brokers that run."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from kafka_tck.adapters.client import Answer
from kafka_tck.adapters.target import CONTROLLERS
from kafka_tck.model import replica_rules
from kafka_tck.model.specials import EARLIEST
from kafka_tck.properties.claims import Claim, claim_that
from kafka_tck.properties.operations.replication.history import History
from kafka_tck.properties.operations.replication.laws import (
    epochs_rise_with_leaders,
    leaderless_partitions_say_so,
)
from kafka_tck.properties.world import TargetGone, World
from kafka_tck.wire.batches import BadBatch, BadRecords, read_records, split_batches
from kafka_tck.wire.errors import error_name

TOPIC = "r"
PATIENCE = 60.0
"""Seconds on the target's clock for an election, or for replicas to come back."""
AT_ONCE = 3.0
"""Seconds on the target's clock after which brokers have heard of an ISR or a high watermark."""
BROKER = 4
"""The resource type of a broker's settings."""


def running(world: World) -> list[int]:
    """The nodes that run and hear the controllers: they come to know who leads."""
    cuts = world.faults.cuts
    return [n for n in world.faults.running() if (CONTROLLERS, n) not in cuts]


@dataclass(frozen=True)
class State:
    """The partition as Metadata shows it."""

    leader: int
    epoch: int
    isr: tuple[int, ...]
    replicas: tuple[int, ...]
    offline: tuple[int, ...] = ()
    """The replicas on brokers that are gone, or fenced."""

    def plain(self) -> dict[str, Any]:
        return {
            "leader": self.leader,
            "epoch": self.epoch,
            "isr": sorted(self.isr),
            "replicas": sorted(self.replicas),
            "offline": sorted(self.offline),
        }


def state_of(world: World, node: int | None = None) -> State | None:
    """What a running node (the first one) shows; None if it shows nothing."""
    node = running(world)[0] if node is None else node
    found = world.call(
        world.client("watch", node), "Metadata", topics=[{"name": world.real(TOPIC)}]
    )
    if not isinstance(found, Answer) or not found.body.topics[0].partitions:
        return None
    part = found.body.topics[0].partitions[0]
    return State(
        part.leader_id,
        part.leader_epoch,
        tuple(part.isr_nodes),
        tuple(part.replica_nodes),
        tuple(sorted(part.offline_replicas)),
    )


def led(world: World) -> State | None:
    """The state once all running nodes agree on a running leader that serves; None if they do not.

    Waits up to `PATIENCE`.
    """
    return world.until(lambda: _agreed(world), PATIENCE)


def _agreed(world: World) -> State | None:
    states = {state_of(world, node) for node in running(world)}
    if len(states) != 1:
        return None
    state = states.pop()
    if state is None or state.leader not in running(world):
        return None
    return state if serves(world, state.leader) else None


def serves(world: World, node: int) -> bool:
    """Whether a node answers as leader."""
    return listed(world, node, EARLIEST)[0] == "NONE"


def listed(world: World, node: int, timestamp: int, epoch: int = -1) -> tuple[str, int]:
    """What ListOffsets says at a node: an error by name, and an offset."""
    asked = [{"partition_index": 0, "current_leader_epoch": epoch, "timestamp": timestamp}]
    found = world.call(
        world.client("watch", node),
        "ListOffsets",
        replica_id=-1,
        isolation_level=0,
        topics=[{"name": world.real(TOPIC), "partitions": asked}],
    )
    if not isinstance(found, Answer):
        return "NO_ANSWER", -1
    part = found.body.topics[0].partitions[0]
    return error_name(part.error_code), part.offset


def setting_of(world: World, node: int, name: str) -> int:
    """A number among a broker's settings; asked once. Raises `TargetGone` if it does not say."""
    key = f"setting {name} of {node}"
    if key not in world.handles:
        found = world.call(
            world.client("watch", node),
            "DescribeConfigs",
            resources=[
                {"resource_type": BROKER, "resource_name": str(node), "configuration_keys": [name]}
            ],
            include_synonyms=False,
            include_documentation=False,
        )
        told = found.body.results[0].configs if isinstance(found, Answer) else []
        if not told:
            raise TargetGone(f"broker {node} does not say its {name}")
        world.handles[key] = int(told[0].value)
    return int(world.handles[key])


def log_end_is_at_least(world: World, node: int, offset: int) -> bool | None:
    """Whether a replica's log reaches an offset; None if it does not answer.

    A follower refuses a consumer only what lies beyond its log end (Fetch v11 on).
    """
    found = read_at(world, node, offset)
    if found is None or found.error not in ("NONE", "OFFSET_OUT_OF_RANGE"):
        return None
    return found.error == "NONE"


@dataclass(frozen=True)
class Reading:
    """What one fetch from offset 0 on gave: values by offset."""

    error: str
    hw: int
    values: Mapping[int, str]

    def plain(self) -> dict[str, Any]:
        shown = [f"{offset}:{value}" for offset, value in sorted(self.values.items())]
        return {"error": self.error, "high_watermark": self.hw, "values": shown}


def read_at(world: World, node: int, offset: int = 0) -> Reading | None:
    """Everything that a consumer reads at a node from an offset on; None if it is silent."""
    told = fetched_at(world, node, offset)
    if told is None:
        return None
    return Reading(
        error_name(told.error_code), told.high_watermark, values_in(bytes(told.records or b""))
    )


def fetched_at(world: World, node: int, offset: int, rack: str = "") -> Any:
    """What a node answers a consumer of that rack, of the partition; None if it is silent."""
    part = {
        "partition": 0,
        "current_leader_epoch": -1,
        "fetch_offset": offset,
        "last_fetched_epoch": -1,
        "log_start_offset": -1,
        "partition_max_bytes": 1 << 20,
    }
    found = world.call(
        world.client("reader", node),
        "Fetch",
        11,
        replica_id=-1,
        max_wait_ms=0,
        min_bytes=0,
        max_bytes=1 << 20,
        isolation_level=0,
        session_id=0,
        session_epoch=-1,
        topics=[{"topic": world.real(TOPIC), "partitions": [part]}],
        forgotten_topics_data=[],
        rack_id=rack,
    )
    return found.body.responses[0].partitions[0] if isinstance(found, Answer) else None


def values_in(data: bytes) -> dict[int, str]:
    """The values of the records in these bytes, by offset; what cannot be read says so."""
    try:
        return {
            record.offset: (record.value or b"").decode()
            for batch in split_batches(data)
            for record in read_records(batch)
        }
    except (BadBatch, BadRecords) as bad:
        return {-1: f"unreadable: {bad}"}


def claims_on_state(known: History, seen: Mapping[str, Any]) -> tuple[Claim, ...]:
    """A leader is in the ISR; another leader has a later epoch."""
    leader, epoch = seen["leader"], seen["epoch"]
    moved = known.leader not in (replica_rules.NOBODY, leader)
    least = replica_rules.least_epoch(known.epoch, moved=moved)
    return (
        claim_that(
            leaderless_partitions_say_so.id,
            replica_rules.state_is_legal(leader, seen["isr"], seen["replicas"], seen["offline"]),
            expected="a leader of the ISR, and an ISR of replicas that are there",
            actual={name: seen[name] for name in ("leader", "isr", "replicas", "offline")},
            because="this is what Metadata shows at every broker that runs",
        ),
        claim_that(
            epochs_rise_with_leaders.id,
            epoch >= least,
            expected=f"an epoch of at least {least}",
            actual=epoch,
            because=f"broker {known.leader} led in epoch {known.epoch}, {leader} leads now",
        ),
    )

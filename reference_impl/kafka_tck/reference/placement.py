"""Which brokers hold which partitions. Source: StripedReplicaPlacer, ReplicationControlManager."""

from collections.abc import Iterable, Sequence
from typing import TYPE_CHECKING

from kafka_tck.reference.log import Refusal
from kafka_tck.wire.messages import Message

if TYPE_CHECKING:
    from kafka_tck.reference.controller import Controller

INVALID = "INVALID_REPLICA_ASSIGNMENT"


def placed(controller: "Controller", partitions: int, factor: int) -> list[list[int]]:
    """Replicas for new partitions, spread over the brokers that are alive."""
    registered = sorted(controller.image.brokers)
    alive = [broker.broker_id for broker in controller.image.alive()]
    start = f"Unable to replicate the partition {factor} time(s): "
    if factor > len(registered):
        raise Refusal(
            "INVALID_REPLICATION_FACTOR",
            f"{start}The target replication factor of {factor} cannot be reached because only "
            f"{len(registered)} broker(s) are registered or some brokers have all their log "
            "directories cordoned.",
        )
    if not alive:
        text = f"{start}All brokers are currently fenced."
        raise Refusal("INVALID_REPLICATION_FACTOR", text)
    brokers = alive + [node for node in registered if node not in alive]
    first = controller.ids.below(len(alive))
    rules = controller.rules.topics
    shifts = (index // len(brokers) for index in range(partitions))
    return [
        rules.placed(brokers, factor, first + index, shift) for index, shift in enumerate(shifts)
    ]


def check_replicas(controller: "Controller", replicas: Sequence[int], factor: int | None) -> None:
    """A manual assignment of one partition."""
    start = "The manual partition assignment includes"
    if not replicas:
        raise Refusal(INVALID, f"{start} an empty replica list.")
    before: int | None = None
    for broker in sorted(replicas):
        rules = controller.rules.topics
        if not rules.broker_may_replicate(broker, controller.image.brokers):
            text = f"{start} broker {broker}, but no such broker is registered."
            raise Refusal(INVALID, text)
        if broker == before:
            raise Refusal(INVALID, f"{start} the broker {broker} more than once.")
        before = broker
    if factor is not None and len(replicas) != factor:
        raise Refusal(
            INVALID,
            f"{start} a partition with {len(replicas)} replica(s), but this is not consistent "
            f"with previous partitions, which have {factor} replica(s).",
        )


def check_someone_alive(controller: "Controller", partition: int, replicas: Iterable[int]) -> None:
    if not any(controller.image.is_alive(broker) for broker in replicas):
        raise Refusal(
            INVALID,
            "All brokers specified in the manual partition assignment for partition "
            f"{partition} are fenced or in controlled shutdown.",
        )


def read_assignment(controller: "Controller", given: Iterable[Message]) -> list[list[int]]:
    """The manual assignment of a new topic: partitions 0 to n-1, replicas that exist."""
    found: dict[int, list[int]] = {}
    factor: int | None = None
    for one in given:
        index, replicas = one.partition_index, list(one.broker_ids)
        if index in found:
            text = f"Found multiple manual partition assignments for partition {index}"
            raise Refusal(INVALID, text)
        check_replicas(controller, replicas, factor)
        factor = len(replicas)
        check_someone_alive(controller, index, replicas)
        found[index] = replicas
    if not controller.rules.topics.indexes_are_whole(found):
        text = "partitions should be a consecutive 0-based integer sequence"
        raise Refusal(INVALID, text)
    return [found[index] for index in sorted(found)]

"""How the controller takes a partition over to other replicas, and back (KIP-455).

Source: ReplicationControlManager (changePartitionReassignment, cancelPartitionReassignment),
PartitionReassignmentReplicas, PartitionReassignmentRevert, 4.3.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import TYPE_CHECKING, Final

from kafka_tck.reference.electing import Change, active, may_be_unclean
from kafka_tck.reference.log import Refusal

if TYPE_CHECKING:
    from kafka_tck.reference.controller import Controller
    from kafka_tck.reference.records import PartitionRecord

INVALID: Final = "INVALID_REPLICA_ASSIGNMENT"


def check_target(controller: Controller, target: Sequence[int]) -> None:
    """A target names brokers that exist, at least one, each once. Raises `Refusal`."""
    rules = controller.rules.reassignments
    start = "The manual partition assignment includes"
    if not target and not rules.takes_no_replicas():
        raise Refusal(INVALID, f"{start} an empty replica list.")
    before: int | None = None
    for broker in sorted(target):
        if broker not in controller.image.brokers and not rules.takes_strangers():
            text = f"{start} broker {broker}, but no such broker is registered."
            raise Refusal(INVALID, text)
        if broker == before and not rules.takes_doubles():
            raise Refusal(INVALID, f"{start} the broker {broker} more than once.")
        before = broker


def start(controller: Controller, old: PartitionRecord, target: Sequence[int]) -> None:
    """The partition goes over to the target, at once where all of it is in sync.

    A target that is given while another reassignment runs takes its place: what only the earlier
    one would have added is removed.
    """
    before = set(old.replicas) - set(old.adding)
    removing = set(old.replicas) - set(target)
    kept = controller.rules.reassignments.still_removed(target, old.removing)
    wanted = replace(
        old,
        replicas=(*target, *sorted(removing)),
        adding=tuple(sorted(set(target) - before)),
        removing=tuple(sorted(removing | set(kept))),
    )
    change = Change(controller, old, old.isr, active(controller), target=wanted)
    changed = change.build()
    if changed is not None and controller.rules.reassignments.starts():
        controller.append(changed)


def cancel(controller: Controller, old: PartitionRecord) -> None:
    """The partition goes back to the replicas that it had. Raises `Refusal`."""
    rules = controller.rules.reassignments
    if not old.is_reassigned:
        raise Refusal(rules.error_of_nothing_to_cancel())
    unclean = may_be_unclean(controller, old)
    replicas = rules.original(old.replicas, old.adding)
    isr = tuple(node for node in old.isr if node in replicas)
    if not isr and not unclean:
        topic = controller.image.by_id[old.topic_id].name
        raise Refusal(
            INVALID,
            f"Unable to revert partition assignment for {topic}:{old.partition_id} because it "
            "would require an unclean leader election.",
        )
    before = replace(old, replicas=replicas, adding=(), removing=())
    change = Change(
        controller, old, isr or replicas[:1], active(controller), unclean, target=before
    )
    changed = change.build()
    if changed is not None:
        controller.append(changed)

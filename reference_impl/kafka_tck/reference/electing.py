"""What the controller decides about one partition: its leader, its ISR, its ELR, its epochs.

Source: PartitionChangeBuilder, ReplicationControlManager
(generateLeaderAndIsrUpdates), 4.3.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Final

from kafka_tck.reference.features import ELR
from kafka_tck.reference.topic_configs import texts_in_force

if TYPE_CHECKING:
    from kafka_tck.reference.controller import Controller
    from kafka_tck.reference.records import PartitionRecord

NOBODY: Final = -1
UNCLEAN: Final = "unclean.leader.election.enable"
MIN_ISR: Final = "min.insync.replicas"


@dataclass(slots=True)
class Change:
    """A change of one partition in the making. `shut_down` came back from an unclean shutdown.

    `target` has the replicas that are wanted, those being added and those being removed, in the
    three fields of a partition record; None leaves them as they are.
    """

    controller: Controller
    partition: PartitionRecord
    isr: Sequence[int]
    acceptable: frozenset[int]
    may_be_unclean: bool = False
    prefers_first: bool = False
    shut_down: int = NOBODY
    target: PartitionRecord | None = None

    def build(self) -> PartitionRecord | None:
        """The record of the change; None if nothing changes."""
        old, rules = self.partition, self.controller.rules
        keeps_elr = self.controller.image.features.get(ELR, 0) > 0
        new = self._with_reassignment_completed()
        isr = tuple(self.isr) if self.isr or keeps_elr else old.isr
        elr = rules.replication.eligible(isr, old.isr, old.elr, self._min_isr(), self.shut_down)
        keeps = rules.reassignments.keeps_eligible
        elr = tuple(node for node in elr if keeps_elr and keeps(node, new.replicas))
        leader, unclean = self._elected(new.replicas, tuple(self.isr), elr, keeps_elr)
        if leader != old.leader and leader in elr:
            isr, elr = (leader,), rules.elections.elr_after_election(leader, elr)
        elif leader != old.leader and unclean:
            isr, elr = rules.elections.isr_after_unclean(leader, isr), ()
        changed = replace(
            new,
            isr=isr,
            elr=elr,
            leader=leader,
            leader_epoch=self._leader_epoch(leader, new.replicas),
            last_leader=self._last_leader(isr, leader) if keeps_elr else NOBODY,
        )
        return None if changed == old else replace(changed, partition_epoch=old.partition_epoch + 1)

    def _with_reassignment_completed(self) -> PartitionRecord:
        """The replicas that are wanted, without those to be removed if the others are in sync."""
        new = self.partition if self.target is None else self.target
        if not new.is_reassigned:
            return new
        stay = tuple(node for node in new.replicas if node not in new.removing)
        left = [node for node in self.isr if node not in new.removing]
        fewer = len(new.removing) > len(new.adding)
        is_complete = self.controller.rules.reassignments.is_complete
        if not stay or not is_complete(stay, left, new.adding, fewer):
            return new
        self.isr = left
        return replace(new, replicas=stay, adding=(), removing=())

    def _leader_epoch(self, leader: int, replicas: Sequence[int]) -> int:
        old, rules = self.partition, self.controller.rules
        removes = not set(old.replicas) <= set(replicas) and rules.reassignments.fences_removed()
        if leader == old.leader and not removes:
            return old.leader_epoch
        return rules.replication.next_leader_epoch(old.leader_epoch)

    def _elected(
        self, replicas: tuple[int, ...], isr: tuple[int, ...], elr: tuple[int, ...], keeps_elr: bool
    ) -> tuple[int, bool]:
        """Who leads, and whether that is unclean."""
        old, rules = self.partition, self.controller.rules.replication
        willing = [node for node in replicas if node in self.acceptable]
        fit = [node for node in willing if rules.may_lead(node, isr, elr)]
        elections = self.controller.rules.elections
        if self.prefers_first and elections.takes_preferred(replicas[0], fit):
            return replicas[0], False
        if old.leader in fit:
            return old.leader, False
        if fit:
            return rules.elected(replicas, fit), False
        last = old.last_leader
        if keeps_elr and not isr and not elr and last in self.acceptable:
            return last, True
        if self.may_be_unclean and willing:
            return rules.elected(replicas, willing), True
        return NOBODY, False

    def _last_leader(self, isr: tuple[int, ...], leader: int) -> int:
        if leader != NOBODY:
            return NOBODY
        old = self.partition
        return old.leader if not isr and old.leader != NOBODY else old.last_leader

    def _min_isr(self) -> int:
        topic = self.controller.image.by_id[self.partition.topic_id].name
        return min(int(config_of(self.controller, topic, MIN_ISR)), len(self.partition.replicas))


def config_of(controller: Controller, topic: str, name: str) -> str:
    """What a topic's config comes to, as the controller sees it."""
    image = controller.image
    own = image.topic_configs(topic)
    return texts_in_force(own, controller.settings, image, NOBODY)[name]


def active(controller: Controller) -> frozenset[int]:
    """The brokers that may lead: they are not fenced, and not about to stop."""
    image = controller.image
    return frozenset(node for node in image.brokers if image.is_active(node))


def may_be_unclean(controller: Controller, partition: PartitionRecord) -> bool:
    """Whether the topic would rather have a leader than its records."""
    topic = controller.image.by_id[partition.topic_id].name
    return config_of(controller, topic, UNCLEAN).lower() == "true"


def without_broker(
    controller: Controller, partition: PartitionRecord, node: int
) -> PartitionRecord | None:
    """After a broker is fenced, or before it stops: it leaves the ISR and does not lead."""
    if node not in partition.isr and node != partition.leader:
        return None
    rules = controller.rules.replication
    unclean = may_be_unclean(controller, partition)
    left = rules.isr_without(partition.isr, node)
    return Change(controller, partition, left, active(controller) - {node}, unclean).build()


def after_unclean_shutdown(
    controller: Controller, partition: PartitionRecord, node: int
) -> PartitionRecord | None:
    """A broker registers that did not end cleanly: it may have lost what it had (KIP-966)."""
    if not controller.image.features.get(ELR, 0) or node not in (*partition.isr, *partition.elr):
        return None
    unclean = may_be_unclean(controller, partition)
    left = controller.rules.replication.isr_without(partition.isr, node)
    alive = active(controller) - {node}
    return Change(controller, partition, left, alive, unclean, shut_down=node).build()


def with_heir_among(
    controller: Controller, partition: PartitionRecord, node: int
) -> PartitionRecord | None:
    """After a broker is back: a partition without a leader may have one again."""
    if partition.leader != NOBODY or node not in partition.replicas:
        return None
    unclean = may_be_unclean(controller, partition)
    alive = active(controller) | {node}
    return Change(controller, partition, partition.isr, alive, unclean).build()

"""How far replicas agree, who may lead, and what a follower does with its log."""

from collections.abc import Iterable, Mapping, Sequence
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from kafka_tck.reference.log import Log


class ReplicationRules:
    """Source: Partition, PartitionChangeBuilder, AbstractFetcherThread."""

    # The leader.

    def high_watermark(self, log_ends: Mapping[int, int]) -> int:
        """The smallest log end among the members of the maximal ISR."""
        return min(log_ends.values())

    def may_commit(self, in_sync: int, minimum: int) -> bool:
        """Whether the HW moves with so few in the ISR (KAFKA-15583)."""
        return in_sync >= minimum

    def counts_with(self, isr: Sequence[int], asked_for: Sequence[int]) -> list[int]:
        """The maximal ISR: who is in it, and who will be if what was asked for is granted."""
        return [*isr, *(node for node in asked_for if node not in isr)]

    def waits_for_outsider(self, is_joining: bool) -> bool:
        """Whether the HW also waits for a replica outside: if it is about to enter the ISR."""
        return is_joining

    def min_isr(self, asked: int, replicas: int) -> int:
        """min.insync.replicas in effect: never more than there are replicas."""
        return min(asked, replicas)

    def hw_of_new_leader(self, hw: int, leo: int) -> int:
        """Whoever comes to lead keeps the HW that it knew as a follower."""
        return hw

    def knows_hw(self, hw: int, epoch_start: int) -> bool:
        """A new leader knows the true HW once all in sync have fetched what it has (KIP-207)."""
        return hw >= epoch_start

    def answers(self, api: str, leads: bool) -> bool:
        """Whether a replica may answer what is asked of leaders."""
        return leads

    def hears(self, is_replica: bool) -> bool:
        """Whether a fetch counts as one of a follower."""
        return is_replica

    def counts_refused(self) -> bool:
        """Whether a fetch that is refused, or diverges, is progress of the follower."""
        return False

    def low_watermark(self, own: int, others: Iterable[int]) -> int:
        """The log start that all replicas that run have reached."""
        return min([own, *others])

    def may_be_asked_for(self, is_alive: bool) -> bool:
        """Whether a leader asks for an ISR with that broker (KIP-841)."""
        return is_alive

    def may_enter_isr(self, log_end: int, hw: int, epoch_start: int) -> bool:
        """A follower has reached the HW, and the start of the leader's epoch."""
        return log_end >= hw and log_end >= epoch_start

    def is_caught_up(self, log_end: int, leo: int, last_caught_up: int, now: int, lag: int) -> bool:
        """A follower keeps up: it is at the log end, or was not long ago."""
        return log_end == leo or now - last_caught_up <= lag

    def is_not_older(self, told: int, known: int) -> bool:
        """Whether a fetch is of no earlier life of a broker than one that has fetched (KIP-903)."""
        return told == -1 or told >= known

    # Followers.

    def log_end_to_follow_from(self, log: "Log") -> int:
        """Where a replica begins to follow a new leader: at its log end, as it is."""
        return log.leo

    def last_fetched_epoch(self, latest: int | None) -> int:
        """The epoch of its last record, which a follower tells its leader (KIP-595)."""
        return -1 if latest is None else latest

    def hw_of_follower(self, told: int, leo: int) -> int:
        """A follower's HW is what its leader says."""
        return told

    def truncation_point(self, log: "Log", epoch: int, end: int) -> int:
        """Where a follower cuts its log when its leader says that an epoch ended at an offset."""
        found = log.epochs.end_offset_for(epoch, log.leo)
        if found is None:
            return min(end, log.leo)
        own_epoch, own_end = found
        return min(own_end, log.leo) if own_epoch != epoch else min(own_end, end, log.leo)

    # The controller.

    def session_ms(self, asked: int) -> int:
        """For how long a broker may be silent before it is fenced."""
        return asked

    def may_lead(self, node: int, isr: Sequence[int], elr: Sequence[int]) -> bool:
        """A member of the ISR; of the ELR only where nobody is in the ISR."""
        return node in isr or (not isr and node in elr)

    def elected(self, replicas: Sequence[int], fit: Sequence[int]) -> int:
        """The first in assignment order of those who are fit; -1 if none."""
        return next((node for node in replicas if node in fit), -1)

    def isr_without(self, isr: Sequence[int], node: int) -> tuple[int, ...]:
        """The ISR that is left when a broker is fenced."""
        return tuple(member for member in isr if member != node)

    def eligible(
        self,
        isr: Sequence[int],
        old_isr: Sequence[int],
        old_elr: Sequence[int],
        minimum: int,
        shut_down: int,
    ) -> tuple[int, ...]:
        """Who left an ISR that is under the minimum, and has not lost its log since (KIP-966)."""
        if len(isr) >= minimum:
            return ()
        candidates = [*old_elr, *(node for node in old_isr if node not in old_elr)]
        return tuple(node for node in candidates if node not in isr and node != shut_down)

    def next_leader_epoch(self, epoch: int) -> int:
        """Every choice of a leader, also of none, makes a new epoch."""
        return epoch + 1

    def fault_of_change(
        self,
        *,
        leads: bool,
        leader_epoch: tuple[int, int],
        partition_epoch: tuple[int, int],
    ) -> str | None:
        """The error for a change of the ISR; pairs are what was asked with and what is true."""
        if leader_epoch[0] < leader_epoch[1]:
            return "FENCED_LEADER_EPOCH"
        if leader_epoch[0] > leader_epoch[1] or partition_epoch[0] > partition_epoch[1]:
            return "NOT_CONTROLLER"
        if not leads:
            return "INVALID_REQUEST"
        if partition_epoch[0] < partition_epoch[1]:
            return "INVALID_UPDATE_VERSION"
        return None

    def is_eligible(self, fenced: bool, told_epoch: int, registered_epoch: int) -> bool:
        """Whether a broker may be in an ISR that is asked for (KIP-841, KIP-903)."""
        return not fenced and told_epoch in (-1, registered_epoch)

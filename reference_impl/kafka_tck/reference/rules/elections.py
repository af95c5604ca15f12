"""Who is elected when an operator asks, and how a partition goes over to other replicas."""

from collections.abc import Collection, Sequence


class ElectionRules:
    """Source: ReplicationControlManager.electLeaders, PartitionChangeBuilder, 4.3."""

    def is_needed(self, unclean: bool, leader: int, preferred: int) -> bool:
        """An unclean election where nobody leads; a preferred one where another leads."""
        return leader == -1 if unclean else leader != preferred

    def takes_preferred(self, preferred: int, fit: Collection[int]) -> bool:
        """Whether the preferred replica is elected: if it is fit to lead, like any other."""
        return preferred in fit

    def error_of_unneeded(self) -> str:
        return "ELECTION_NOT_NEEDED"

    def tells_of_unneeded(self, everything: bool) -> bool:
        """Whether an answer lists what needed no election: not where all partitions were meant."""
        return not everything

    def error_of_nobody(self, unclean: bool) -> str:
        return "ELIGIBLE_LEADERS_NOT_AVAILABLE" if unclean else "PREFERRED_LEADER_NOT_AVAILABLE"

    def error_of_unknown(self) -> str:
        return "UNKNOWN_TOPIC_OR_PARTITION"

    def isr_after_unclean(self, leader: int, isr: Sequence[int]) -> tuple[int, ...]:
        """Nobody else can be trusted to have what an unclean leader has."""
        return (leader,)

    def elr_after_election(self, leader: int, elr: Sequence[int]) -> tuple[int, ...]:
        """Who was elected from the ELR is in the ISR instead."""
        return tuple(node for node in elr if node != leader)


class ReassignmentRules:
    """Source: PartitionReassignmentReplicas, PartitionReassignmentRevert, Partition, 4.3."""

    def takes_no_replicas(self) -> bool:
        """Whether the target may be empty."""
        return False

    def takes_doubles(self) -> bool:
        """Whether the target may name a broker twice."""
        return False

    def takes_strangers(self) -> bool:
        """Whether the target may name a broker that is not registered."""
        return False

    def starts(self) -> bool:
        """Whether a change that is granted is made."""
        return True

    def is_complete(
        self,
        target: Collection[int],
        isr: Collection[int],
        adding: Collection[int],
        fewer: bool,
    ) -> bool:
        """All that are added are in what is left of the ISR (KAFKA-19975).

        All of the target are, where it has fewer replicas than there were.
        """
        return bool(isr) and set(target if fewer else adding) <= set(isr)

    def fences_removed(self) -> bool:
        """Whether a replica that is removed makes a new leader epoch, whoever leads."""
        return True

    def still_removed(self, target: Sequence[int], removing: Sequence[int]) -> tuple[int, ...]:
        """Whom an earlier reassignment removes, and a later target keeps: nobody."""
        return ()

    def keeps_eligible(self, node: int, replicas: Collection[int]) -> bool:
        """Only replicas can be eligible to lead."""
        return node in replicas

    def error_of_unknown(self) -> str:
        return "UNKNOWN_TOPIC_OR_PARTITION"

    def lets_go(self) -> bool:
        """Whether a broker gives up a replica that it is no longer to have."""
        return True

    def is_listed(self, adding: Sequence[int], removing: Sequence[int]) -> bool:
        return bool(adding or removing)

    def listed(self, nodes: Sequence[int]) -> list[int]:
        """What the list says of the replicas that are added, or removed."""
        return list(nodes)

    def original(self, replicas: Sequence[int], adding: Collection[int]) -> tuple[int, ...]:
        """The replicas after a reassignment is cancelled."""
        return tuple(node for node in replicas if node not in adding)

    def error_of_nothing_to_cancel(self) -> str:
        return "NO_REASSIGNMENT_IN_PROGRESS"

    def keeps_factor(self, may_change: bool, present: int, wanted: int) -> bool:
        """Whether the number of replicas is as it was, or may be another (KIP-860)."""
        return may_change or present == wanted

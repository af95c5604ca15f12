"""How far replicas agree. Followers come later; what is asked of them is already here."""

from collections.abc import Mapping, Sequence


class ReplicationRules:
    """Source: Partition.maybeIncrementLeaderHW, PartitionChangeBuilder."""

    def high_watermark(self, log_ends: Mapping[int, int]) -> int:
        """The smallest log end among the members of the ISR."""
        return min(log_ends.values())

    def elected(self, replicas: Sequence[int], isr: Sequence[int], alive: Sequence[int]) -> int:
        """The first replica in assignment order that is in the ISR and alive; -1 if none."""
        return next((node for node in replicas if node in isr and node in alive), -1)

    def next_leader_epoch(self, epoch: int) -> int:
        """Every choice of a leader, also of none, makes a new epoch."""
        return epoch + 1

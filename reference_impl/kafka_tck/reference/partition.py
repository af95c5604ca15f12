"""One replica that this broker hosts: its log, and its part in leading the partition.

The high watermark is the smallest log end among the maximal ISR. Followers do not fetch yet: a
topic's ISR is its leader alone, its other replicas are listed but not in the ISR.
"""

from dataclasses import dataclass, field

from kafka_tck.reference.log import Log
from kafka_tck.reference.records import PartitionRecord
from kafka_tck.reference.rules import Rules


@dataclass(slots=True)
class Partition:
    """`state` is what the metadata log last said; `follower_leo` what followers have fetched."""

    node: int
    topic: str
    state: PartitionRecord
    log: Log
    rules: Rules
    min_insync_replicas: int = 1
    epoch_start: int = 0
    follower_leo: dict[int, int] = field(default_factory=dict)

    @property
    def index(self) -> int:
        return self.state.partition_id

    @property
    def leader_epoch(self) -> int:
        return self.state.leader_epoch

    @property
    def leads(self) -> bool:
        return self.state.leader == self.node

    def take_state(self, state: PartitionRecord) -> None:
        """What the metadata log now says of this partition."""
        new_epoch = state.leader_epoch > self.state.leader_epoch
        self.state = state
        if self.leads and new_epoch:
            self.begin_to_lead()

    def begin_to_lead(self) -> None:
        self.follower_leo.clear()
        self.log.become_leader(self.leader_epoch)
        self.epoch_start = self.log.leo
        self.raise_hw()

    def raise_hw(self) -> bool:
        """Moves the high watermark as far as the ISR allows. True if it moved."""
        reached = self.rules.replication.high_watermark(
            {node: self._leo_of(node) for node in self.state.isr}
        )
        if reached <= self.log.hw:
            return False
        self.log.advance_hw(reached)
        return True

    def hw_is_behind_epoch(self) -> bool:
        """Whether this leader does not know the true high watermark yet (KIP-207)."""
        return self.epoch_start > self.log.hw

    def _leo_of(self, node: int) -> int:
        return self.log.leo if node == self.node else self.follower_leo.get(node, 0)

    def min_isr(self) -> int:
        """min.insync.replicas, but never more than there are replicas."""
        return min(self.min_insync_replicas, len(self.state.replicas))

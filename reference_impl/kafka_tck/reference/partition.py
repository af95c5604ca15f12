"""One replica that this broker hosts: its log, and its part in leading the partition.

The high watermark is the smallest log end among the maximal ISR: who is in it, and who will be if
the controller grants what this leader has asked for. Source: Partition, Replica, 4.3.
"""

from collections.abc import Callable
from dataclasses import dataclass, field

from kafka_tck.reference.log import Log
from kafka_tck.reference.records import PartitionRecord
from kafka_tck.reference.rules import Rules


@dataclass(slots=True)
class Follower:
    """What a leader knows of one follower, by its last fetch. Times are ms since 1970."""

    leo: int = -1
    log_start: int = -1
    broker_epoch: int = -1
    fetched_at: int = 0
    leader_leo: int = 0
    """The leader's log end at that fetch."""
    caught_up_at: int = 0


@dataclass(slots=True)
class Partition:
    """`state` is what the metadata log last said; `asked_isr` what this leader has asked for."""

    node: int
    topic: str
    state: PartitionRecord
    log: Log
    rules: Rules
    min_insync_replicas: int = 1
    lag_ms: int = 30_000
    epoch_start: int = 0
    now: int = 0
    followers: dict[int, Follower] = field(default_factory=dict)
    asked_isr: tuple[int, ...] | None = None
    beginnings: dict[tuple[int, int], int] = field(default_factory=dict)
    """By producer id and epoch, the lowest first sequence of the batches that are about to begin a
    transaction here."""
    may_join: Callable[[int], bool] = lambda node: True
    """Whether a broker is unfenced and of the registered life, as far as this one knows."""

    @property
    def index(self) -> int:
        return self.state.partition_id

    @property
    def leader_epoch(self) -> int:
        return self.state.leader_epoch

    @property
    def leads(self) -> bool:
        return self.state.leader == self.node

    def take_state(self, state: PartitionRecord, now: int) -> None:
        """What the metadata log now says of this partition; what is older than known is nothing."""
        same = state.topic_id == self.state.topic_id
        if same and state.partition_epoch < self.state.partition_epoch:
            return
        new_epoch = state.leader_epoch > self.state.leader_epoch
        led_before = self.leads
        changed = state.partition_epoch > self.state.partition_epoch
        self.state = state
        if changed:
            self.asked_isr = None
            known, others = self.followers, [n for n in state.replicas if n != self.node]
            self.followers = {node: known.get(node) or Follower() for node in others}
        if self.leads and new_epoch:
            self.begin_to_lead(now, led_before)
        elif self.leads:
            self.raise_hw(now)
        elif new_epoch:
            self._begin_to_follow()

    def _begin_to_follow(self) -> None:
        kept = self.rules.replication.log_end_to_follow_from(self.log)
        if kept < self.log.leo:
            self.log.truncate_to(kept)

    def begin_to_lead(self, now: int, led_before: bool = False) -> None:
        """Members of the ISR count as caught up for a while, and nobody's log end is known.

        Unless this broker led in the epoch before: then it knows what it knew.
        """
        self.asked_isr = None
        known = self.followers if led_before else {}
        self.followers = {
            n: known.get(n, Follower()) for n in self.state.replicas if n != self.node
        }
        for node, follower in self.followers.items():
            if node not in self.state.isr:
                follower.caught_up_at = follower.fetched_at = 0
            elif not led_before:
                follower.caught_up_at = now
        self.log.become_leader(self.leader_epoch)
        self.epoch_start = self.log.leo
        self.log.set_hw(self.rules.replication.hw_of_new_leader(self.log.hw, self.log.leo))
        self.raise_hw(now)

    # The high watermark.

    def maximal_isr(self) -> list[int]:
        return self.rules.replication.counts_with(self.state.isr, self.asked_isr or ())

    def raise_hw(self, now: int) -> bool:
        """Moves the high watermark as far as the maximal ISR allows. True if it moved."""
        self.now = now
        rules = self.rules.replication
        if not rules.may_commit(len(self.state.isr), self.min_isr()):
            return False
        isr = self.maximal_isr()
        ends = {node: self._leo_of(node) for node in isr}
        outside = [node for node in self.followers if node not in isr]
        waited = [n for n in outside if rules.waits_for_outsider(self._is_joining(n))]
        ends |= {node: self._leo_of(node) for node in waited}
        reached = rules.high_watermark(ends)
        if reached <= self.log.hw:
            return False
        self.log.advance_hw(reached)
        return True

    def hw_is_behind_epoch(self) -> bool:
        """Whether this leader does not know the true high watermark yet (KIP-207)."""
        return not self.rules.replication.knows_hw(self.log.hw, self.epoch_start)

    def _leo_of(self, node: int) -> int:
        if node == self.node:
            return self.log.leo
        follower = self.followers.get(node)
        return -1 if follower is None else follower.leo

    def _is_joining(self, node: int) -> bool:
        return self.may_join(node) and self._keeps_up(node, self.now)

    def min_isr(self) -> int:
        """min.insync.replicas, but never more than there are replicas."""
        rules = self.rules.replication
        return rules.min_isr(self.min_insync_replicas, len(self.state.replicas))

    def low_watermark(self) -> int:
        """The least log start of the replicas that run, as far as they have told."""
        starts = [f.log_start for node, f in self.followers.items() if self.may_join(node)]
        return self.rules.replication.low_watermark(self.log.log_start, starts)

    # Followers.

    def takes_fetch(self, node: int, epoch: int) -> bool:
        """Whether a fetch is of the latest life of a follower that this leader has heard of."""
        known = self.followers.get(node)
        return known is None or self.rules.replication.is_not_older(epoch, known.broker_epoch)

    def note_fetch(self, node: int, offset: int, log_start: int, epoch: int, now: int) -> bool:
        """A follower asks for what comes after its log. True if a bound moved."""
        follower = self.followers.setdefault(node, Follower())
        rose = log_start > follower.log_start
        if offset >= self.log.leo:
            follower.caught_up_at = max(follower.caught_up_at, now)
        elif offset >= follower.leader_leo:
            follower.caught_up_at = max(follower.caught_up_at, follower.fetched_at)
        follower.leo, follower.log_start, follower.broker_epoch = offset, log_start, epoch
        follower.fetched_at, follower.leader_leo = now, self.log.leo
        return self.raise_hw(now) or rose

    def _keeps_up(self, node: int, now: int) -> bool:
        follower = self.followers[node]
        return self.rules.replication.is_caught_up(
            follower.leo, self.log.leo, follower.caught_up_at, now, self.lag_ms
        )

    def isr_with(self, node: int) -> tuple[int, ...] | None:
        """The ISR to ask for so that a follower enters it; None if it may not, or not yet."""
        if self.asked_isr is not None or node in self.state.isr or not self.leads:
            return None
        follower = self.followers.get(node)
        if follower is None or node not in self.state.replicas or not self.may_join(node):
            return None
        rules = self.rules.replication
        if not rules.may_enter_isr(follower.leo, self.log.hw, self.epoch_start):
            return None
        return (*self.state.isr, node)

    def isr_without_laggards(self, now: int) -> tuple[int, ...] | None:
        """The ISR to ask for so that those behind leave it; None if nobody is."""
        if self.asked_isr is not None or not self.leads:
            return None
        kept = tuple(
            node
            for node in self.state.isr
            if node == self.node or (node in self.followers and self._keeps_up(node, now))
        )
        return None if kept == self.state.isr else kept

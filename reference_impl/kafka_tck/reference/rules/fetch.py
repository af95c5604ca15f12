"""What a fetch request gets to read."""

from collections.abc import Sequence
from typing import TYPE_CHECKING

from kafka_tck.reference.log import Aborted, Log

if TYPE_CHECKING:
    from kafka_tck.reference.apis.fetching import Read

READ_COMMITTED = 1


class FetchRules:
    """Source: KafkaApis.handleFetchRequest, ReplicaManager.readFromLog, Partition, DelayedFetch."""

    def bound(self, log: Log, isolation: int) -> int:
        """The offset before which a consumer may read."""
        return log.lso if isolation == READ_COMMITTED else log.hw

    def epoch_fault(self, asked: int, present: int) -> str | None:
        """The error for a request made in another leader epoch; -1 asks for no check."""
        if asked == -1 or asked == present:
            return None
        return "FENCED_LEADER_EPOCH" if asked < present else "UNKNOWN_LEADER_EPOCH"

    def followers_serve(self, version: int) -> bool:
        """Whether a replica that does not lead serves consumers too (KIP-392)."""
        return version >= 11

    def is_directed(self, rack: str) -> bool:
        """Whether a consumer may be directed to a follower: if it says its rack (KIP-392)."""
        return bool(rack)

    def is_in_rack(self, asked: str, rack: str | None) -> bool:
        return asked == rack

    def may_serve(self, in_sync: bool) -> bool:
        """Whether consumers are directed to such a follower."""
        return in_sync

    def directs_with_records(self) -> bool:
        """Whether an answer that names another replica has records too."""
        return False

    def must_return_one(self, found_so_far: int) -> bool:
        """The first partition with data returns a whole batch, whatever the limits say."""
        return found_so_far == 0

    def room_left(self, room: int, taken: int) -> int:
        return max(0, room - taken)

    def room_for(self, partition_room: int, room: int) -> int:
        """Bytes that one partition may return."""
        return min(partition_room, room)

    def answers_at_once(self, max_wait_ms: int, asked: int, found: int, min_bytes: int) -> bool:
        return max_wait_ms <= 0 or asked == 0 or found >= min_bytes

    def error_ends_wait(self) -> bool:
        return True

    def isolation_exists(self, level: int) -> bool:
        return level in (0, READ_COMMITTED)

    def told(self, reads: list["Read"]) -> list["Read"]:
        """What is answered of the partitions that were read: everything, each for itself."""
        return reads

    def error_of_unknown_id(self) -> str:
        return "UNKNOWN_TOPIC_ID"

    def isolation_after_wait(self, isolation: int) -> int:
        """By which isolation level a fetch that has waited is read: its own."""
        return isolation

    def listed_aborted(
        self, isolation: int, aborted: Sequence[Aborted], waited: bool
    ) -> list[Aborted] | None:
        """The aborted transactions that are told, to those who ask to be spared them.

        `waited` is whether the fetch was not answered at once.
        """
        return list(aborted) if isolation == READ_COMMITTED else None

    def shown_lso(self, log: Log) -> int:
        return log.lso

    def tells_leader(self) -> bool:
        """Whether an answer says who leads instead (KIP-951)."""
        return True

    def diverges(self, epoch: int, end: int, last_fetched_epoch: int, offset: int) -> bool:
        """Whether the log of the asker left this one, by KIP-595."""
        return epoch < last_fetched_epoch or end < offset

    def shown_hw(self, log: Log) -> int:
        return log.hw

    def shown_log_start(self, log: Log) -> int:
        return log.log_start

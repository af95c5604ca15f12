"""What a produce request may do."""

from collections.abc import Iterable
from typing import Final, TypeVar

from kafka_tck.reference.image import INTERNAL_TOPICS
from kafka_tck.reference.log.refusal import RecordErrors
from kafka_tck.reference.producer_ids import ProducerIds

T = TypeVar("T")

ADMIN_CLIENT: Final = "__admin_client"


class ProduceRules:
    """Source: KafkaApis.handleProduceRequest, ReplicaManager.appendRecords, ProduceRequest."""

    def acks_are_legal(self, acks: int) -> bool:
        return acks in (-1, 0, 1)

    def may_write(self, topic: str, client_id: str | None) -> bool:
        """Internal topics are written by coordinators only."""
        return topic not in INTERNAL_TOPICS or client_id == ADMIN_CLIENT

    def answers(self, acks: int) -> bool:
        return acks != 0

    def failure_closes(self, acks: int) -> bool:
        """Without an answer, the end of the connection is how a client learns of a failure."""
        return acks == 0

    def enough_in_sync(self, acks: int, in_sync: int, needed: int) -> bool:
        return acks != -1 or in_sync >= needed

    def is_acknowledged(self, hw: int, last_offset: int) -> bool:
        """With acks=all: whether every replica in sync has the batch."""
        return hw > last_offset

    def waits_for_replicas(self, is_duplicate: bool) -> bool:
        """With acks=all: whether a batch is waited for; also for one that was there before."""
        return True

    def gives_up(self, in_sync: int, needed: int) -> bool:
        """Whether a batch that was appended fails because the ISR has become too small."""
        return False

    def deposed_ends_wait(self) -> bool:
        """Whether who waits is answered as soon as the leader hears that it leads no more."""
        return True

    def error_when_deposed(self, error: str) -> str:
        """What is said to who has waited at a leader that leads no more."""
        return error

    def base_offset_in_doubt(self, base_offset: int) -> int:
        """A batch that is not acknowledged in time has an offset all the same."""
        return base_offset

    def of_same_partition(self, batches: Iterable[T]) -> T:
        """Which of several entries for one partition of one request is appended: the last."""
        return list(batches)[-1]

    def answered_base_offset(self, base_offset: int, leo: int, duplicate: bool) -> int:
        """A duplicate is answered with the offset of the original."""
        return base_offset

    def refused_base_offset(self) -> int:
        """A batch that is refused has no offset."""
        return -1

    def told_errors(self, errors: RecordErrors) -> RecordErrors:
        """The records for which a batch is refused, by their index: all of them."""
        return errors

    def is_told(self, refused: bool) -> bool:
        """Whether a partition has an entry in the answer: each has one."""
        return True

    def goes_on_after_refusal(self) -> bool:
        """What is refused of one partition does not concern the next."""
        return True

    def transactions_need_an_id(self) -> bool:
        return True

    def wakes_waiting(self) -> bool:
        """Whether fetches that wait hear of what was appended."""
        return True

    def producer_id(self, ids: ProducerIds) -> int:
        """A fresh producer id: never given out before."""
        return ids.draw()

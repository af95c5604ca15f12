"""Wrong logs: what an accepted batch becomes, and where it stands."""

from kafka_tck.reference.log import LogRules
from kafka_tck.reference.mutants.mutant import wrong
from kafka_tck.reference.rules import ProduceRules
from kafka_tck.wire.batches import Batch


@wrong("skips-an-offset", "Every accepted batch leaves one offset out.", "M07")
class SkipsAnOffset(LogRules):
    def first_offset_of(self, leo: int) -> int:
        return leo + 1


@wrong("answers-the-leo", "A produce answers the log end instead of the base offset.", "M14")
class AnswersTheLeo(ProduceRules):
    def answered_base_offset(self, base_offset: int, leo: int, duplicate: bool) -> int:
        return leo


@wrong(
    "keeps-the-clients-epoch", "A batch is stored with the leader epoch it was sent with.", "B17"
)
class KeepsTheClientsEpoch(LogRules):
    def stamped_leader_epoch(self, batch: Batch, epoch: int) -> int:
        return batch.leader_epoch


@wrong(
    "keeps-a-wrong-max-timestamp",
    "The maximum timestamp of a batch is stored as the client says.",
    "B97, KAFKA-16342",
)
class KeepsAWrongMaxTimestamp(LogRules):
    def stored_max_timestamp(self, batch: Batch, true_maximum: int, append_time: int | None) -> int:
        return batch.max_timestamp if append_time is None else append_time

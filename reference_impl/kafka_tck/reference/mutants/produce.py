"""Brokers that take, refuse or answer produce requests as they should not."""

from kafka_tck.reference.log.refusal import RecordErrors
from kafka_tck.reference.mutants.mutant import wrong
from kafka_tck.reference.rules import ProduceRules


@wrong("takes-any-acks", "Any number of acks is taken.", "KAFKA-1697")
class TakesAnyAcks(ProduceRules):
    def acks_are_legal(self, acks: int) -> bool:
        return True


@wrong("answers-acks-zero", "A produce with acks=0 is answered.", "M36")
class AnswersAcksZero(ProduceRules):
    def answers(self, acks: int) -> bool:
        return True


@wrong(
    "keeps-the-connection-after-a-failure",
    "A produce with acks=0 that failed leaves the client in the belief that it did not.",
    "M36",
)
class KeepsTheConnectionAfterAFailure(ProduceRules):
    def failure_closes(self, acks: int) -> bool:
        return False


@wrong("writes-internal-topics", "Any client may write to internal topics.", "B100")
class WritesInternalTopics(ProduceRules):
    def may_write(self, topic: str, client_id: str | None) -> bool:
        return True


@wrong("refusal-answers-offset-0", "A refused batch is answered with base offset 0.", "M14")
class RefusalAnswersOffsetZero(ProduceRules):
    def refused_base_offset(self) -> int:
        return 0


@wrong("lists-no-bad-records", "A refusal does not say which records it is for.", "KIP-467")
class ListsNoBadRecords(ProduceRules):
    def told_errors(self, errors: RecordErrors) -> RecordErrors:
        return ()


@wrong("forgets-refused-partitions", "Partitions whose batch is refused have no answer.", "M36")
class ForgetsRefusedPartitions(ProduceRules):
    def is_told(self, refused: bool) -> bool:
        return not refused


@wrong(
    "one-bad-partition-refuses-the-rest",
    "After a batch is refused, those of the request's later partitions are refused too.",
    "M36",
)
class OneBadPartitionRefusesTheRest(ProduceRules):
    def goes_on_after_refusal(self) -> bool:
        return False

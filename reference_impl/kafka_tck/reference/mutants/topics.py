"""Controllers that mistake what may be made of topics."""

from collections.abc import Collection, Sequence
from uuid import NAMESPACE_URL, UUID, uuid5

from kafka_tck.reference.decisions import Decision
from kafka_tck.reference.ids import Ids
from kafka_tck.reference.image import Image, TopicState
from kafka_tck.reference.mutants.mutant import wrong
from kafka_tck.reference.rules import TopicRules


@wrong("lets-names-collide", "Two topics may differ only in . against _.", "KAFKA-2337")
class LetsNamesCollide(TopicRules):
    def collision(self, name: str, existing: Collection[str]) -> str | None:
        return None


@wrong(
    "lets-names-of-one-request-collide",
    "Two topics of one request may differ only in . against _.",
    "colliding-names-in-one-request (finding)",
)
class LetsNamesOfOneRequestCollide(TopicRules):
    def names_to_compare(self, before: Collection[str], made: Collection[str]) -> Collection[str]:
        return before


@wrong("accepts-250-characters", "A topic's name may have one character too many.", "M07")
class Accepts250Characters(TopicRules):
    def longest_name(self) -> int:
        return 250


@wrong("creates-duplicates", "A name twice in a request is created twice.", "M37")
class CreatesDuplicates(TopicRules):
    def may_repeat(self, api: str) -> bool:
        return api == "CreateTopics"


@wrong("deletes-what-is-named-twice", "A topic named twice in a request is deleted.", "M37")
class DeletesWhatIsNamedTwice(TopicRules):
    def may_repeat(self, api: str) -> bool:
        return api == "DeleteTopics"


@wrong("grows-a-topic-named-twice", "A topic named twice in a request grows.", "M37")
class GrowsATopicNamedTwice(TopicRules):
    def may_repeat(self, api: str) -> bool:
        return api == "CreatePartitions"


@wrong("accepts-zero-partitions", "A topic may have no partition.", "M07")
class AcceptsZeroPartitions(TopicRules):
    def partition_count_is_legal(self, count: int) -> bool:
        return count >= -1


@wrong("ignores-the-replication-factor", "Replication factor 0 asks for the default.", "M36")
class IgnoresTheReplicationFactor(TopicRules):
    def chosen_factor(self, asked: int, default: int) -> int:
        return default if asked <= 0 else asked


@wrong("accepts-unknown-brokers", "A replica may be assigned to a broker that is none.", "M36")
class AcceptsUnknownBrokers(TopicRules):
    def broker_may_replicate(self, broker: int, registered: Collection[int]) -> bool:
        return True


@wrong("accepts-gaps-in-assignments", "Assigned partitions need not be 0 to n-1.", "M36")
class AcceptsGapsInAssignments(TopicRules):
    def indexes_are_whole(self, indexes: Collection[int]) -> bool:
        return True


@wrong("one-bad-topic-spoils-the-request", "Nothing is created beside a bad entry.", "M36")
class OneBadTopicSpoilsTheRequest(TopicRules):
    def kept(self, api: str, decisions: Sequence[Decision]) -> Sequence[Decision]:
        if api == "CreateTopics" and any(decision.is_refusal for decision in decisions):
            return [Decision(decision.answer) for decision in decisions]
        return decisions


@wrong("one-bad-name-spoils-the-deletion", "Nothing is deleted beside a bad entry.", "M36")
class OneBadNameSpoilsTheDeletion(TopicRules):
    def kept(self, api: str, decisions: Sequence[Decision]) -> Sequence[Decision]:
        if api == "DeleteTopics" and any(decision.is_refusal for decision in decisions):
            return [Decision(decision.answer) for decision in decisions]
        return decisions


@wrong("validate-only-creates", "CreateTopics creates what it is to validate.", "M36")
class ValidateOnlyCreates(TopicRules):
    def applies_validate_only(self, api: str) -> bool:
        return api == "CreateTopics"


@wrong("validate-only-grows", "CreatePartitions makes what it is to validate.", "M36")
class ValidateOnlyGrows(TopicRules):
    def applies_validate_only(self, api: str) -> bool:
        return api == "CreatePartitions"


@wrong("validate-only-changes-settings", "A change that is only to be validated is made.", "M36")
class ValidateOnlyChangesSettings(TopicRules):
    def applies_validate_only(self, api: str) -> bool:
        return api == "IncrementalAlterConfigs"


@wrong("answers-a-wrong-count", "A creation answers one partition too many.", "M07")
class AnswersAWrongCount(TopicRules):
    def told_count(self, partitions: int) -> int:
        return partitions + 1


@wrong("refused-creation-tells-an-id", "The answer to a refused creation has an id.", "M36")
class RefusedCreationTellsAnId(TopicRules):
    def id_of_refused(self, ids: Ids) -> UUID | None:
        return ids.uuid()


@wrong("keeps-the-id-of-a-name", "A topic made again has the id of its namesake.", "B98")
class KeepsTheIdOfAName(TopicRules):
    def new_topic_id(self, name: str, ids: Ids) -> UUID:
        return uuid5(NAMESPACE_URL, name)


@wrong("recreated-topic-keeps-its-log", "A topic made again has its namesake's records.", "B98")
class RecreatedTopicKeepsItsLog(TopicRules):
    def keeps_data_of_namesake(self) -> bool:
        return True


@wrong("never-serves-a-new-topic", "No broker opens the partitions of a new topic.", "M35")
class NeverServesANewTopic(TopicRules):
    def is_served(self, topic: str) -> bool:
        return topic.startswith("__")


@wrong("serves-a-deleted-topic", "A broker goes on with a topic that is deleted.", "B98")
class ServesADeletedTopic(TopicRules):
    def forgets_deleted(self) -> bool:
        return False


@wrong("deletions-wake-nobody", "A fetch that waits does not hear of deletions.", "M35")
class DeletionsWakeNobody(TopicRules):
    def wakes_waiting(self) -> bool:
        return False


@wrong("creates-again", "A topic that exists is created once more.", "M37")
class CreatesAgain(TopicRules):
    def exists(self, name: str, existing: Collection[str]) -> bool:
        return False


@wrong("deleting-nothing-is-another-error", "Deleting an unknown name is a bad request.", "M36")
class DeletingNothingIsAnotherError(TopicRules):
    def error_of_unknown_deletion(self) -> str:
        return "INVALID_REQUEST"


@wrong("partitions-can-decrease", "Asking for fewer partitions is no error.", "M36")
class PartitionsCanDecrease(TopicRules):
    def may_grow(self, present: int, wanted: int) -> bool:
        return wanted != present


@wrong("growth-can-be-repeated", "Asking for as many partitions as there are is fine.", "M07, M37")
class GrowthCanBeRepeated(TopicRules):
    def may_grow(self, present: int, wanted: int) -> bool:
        return wanted >= present


@wrong("ignores-assignments-of-new-partitions", "New partitions go anywhere.", "M36")
class IgnoresAssignmentsOfNewPartitions(TopicRules):
    def chosen_assignment(self, given: list[list[int]] | None) -> list[list[int]] | None:
        return None


class _KnowsDeadIds(TopicRules):
    """The id of a topic that is gone names the one that has its name now."""

    api: str

    def topic_of_id(self, api: str, topic_id: UUID, image: Image) -> TopicState | None:
        name = image.former.get(topic_id) if api == self.api else None
        return super().topic_of_id(api, topic_id, image) or image.topics.get(name or "")


@wrong("reads-by-a-dead-id", "A fetch by the id of a deleted topic reads its namesake.", "B98")
class ReadsByADeadId(_KnowsDeadIds):
    api = "Fetch"


@wrong("writes-by-a-dead-id", "A produce by a dead id writes to the namesake.", "B98")
class WritesByADeadId(_KnowsDeadIds):
    api = "Produce"


@wrong("deletes-by-a-dead-id", "A deletion by a dead id deletes the namesake.", "B98")
class DeletesByADeadId(_KnowsDeadIds):
    api = "DeleteTopics"


@wrong("shows-by-a-dead-id", "Metadata by a dead id shows the namesake.", "B98")
class ShowsByADeadId(_KnowsDeadIds):
    api = "Metadata"

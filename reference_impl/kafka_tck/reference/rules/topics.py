"""How topics come into being, grow and go."""

import re
from collections.abc import Collection, Sequence
from typing import Final
from uuid import UUID

from kafka_tck.reference.decisions import Decision
from kafka_tck.reference.ids import Ids
from kafka_tck.reference.image import Image, TopicState

LEGAL: Final = re.compile(r"[a-zA-Z0-9._-]+\Z")
MAX_NAME: Final = 249


class TopicRules:
    """Source: Topic.validate, ReplicationControlManager, ControllerApis."""

    def fault_of_name(self, name: str) -> str | None:
        """What is wrong with a topic's name, in Kafka's words; None if nothing."""
        if name == "":
            return "Topic name is invalid: the empty string is not allowed"
        if name in (".", ".."):
            return f"Topic name is invalid: '{name}' is not allowed"
        longest = self.longest_name()
        if len(name) > longest:
            return (
                f"Topic name is invalid: the length of '{name}' is longer than the max allowed "
                f"length {longest}"
            )
        if not LEGAL.match(name):
            return (
                f"Topic name is invalid: '{name}' contains one or more characters other than "
                "ASCII alphanumerics, '.', '_' and '-'"
            )
        return None

    def longest_name(self) -> int:
        return MAX_NAME

    def names_to_compare(self, before: Collection[str], made: Collection[str]) -> Collection[str]:
        """A new name must differ from those before the request, and from the others made by it.

        Apache Kafka compares with those before the request only, so that two names of one request
        may collide (docs/findings/colliding-names-in-one-request.md).
        """
        return {*before, *made}

    def collision(self, name: str, existing: Collection[str]) -> str | None:
        """An existing topic that metrics could not tell from this one ("." and "_" merge)."""
        if "." not in name and "_" not in name:
            return None
        merged = name.replace(".", "_")
        return next((other for other in existing if other.replace(".", "_") == merged), None)

    def exists(self, name: str, existing: Collection[str]) -> bool:
        return name in existing

    def partition_count_is_legal(self, count: int) -> bool:
        return count > 0 or count == -1

    def chosen_factor(self, asked: int, default: int) -> int:
        """The replication factor of a new topic; -1 asks for the default."""
        return default if asked == -1 else asked

    def replication_factor_is_legal(self, factor: int) -> bool:
        return factor > 0

    def broker_may_replicate(self, broker: int, registered: Collection[int]) -> bool:
        return broker in registered

    def indexes_are_whole(self, indexes: Collection[int]) -> bool:
        """A manual assignment names partitions 0 to n-1."""
        return sorted(indexes) == list(range(len(indexes)))

    def new_topic_id(self, name: str, ids: Ids) -> UUID:
        """An id that no topic ever had."""
        return ids.uuid()

    def told_count(self, partitions: int) -> int:
        """What the answer to a creation says of the number of partitions."""
        return partitions

    def id_of_refused(self, ids: Ids) -> UUID | None:
        """A topic that was not created has no id."""
        return None

    def may_repeat(self, api: str) -> bool:
        """Whether one request may name a topic twice."""
        return False

    def kept(self, api: str, decisions: Sequence[Decision]) -> Sequence[Decision]:
        """Each entry of a request stands for itself, whatever is wrong with the others."""
        return decisions

    def is_served(self, topic: str) -> bool:
        """Whether brokers open the partitions that a new topic gives them."""
        return True

    def topic_of_id(self, api: str, topic_id: UUID, image: Image) -> TopicState | None:
        """The topic that has this id now; one that had it is no more."""
        return image.by_id.get(topic_id)

    def error_of_unknown_deletion(self) -> str:
        return "UNKNOWN_TOPIC_OR_PARTITION"

    def forgets_deleted(self) -> bool:
        """Whether a broker lets go of a topic that is deleted."""
        return True

    def wakes_waiting(self) -> bool:
        """Whether those that wait for a partition hear that it is made, moved or deleted."""
        return True

    def chosen_assignment(self, given: list[list[int]] | None) -> list[list[int]] | None:
        """Where new partitions of a topic go; None leaves it to the controller."""
        return given

    def may_grow(self, present: int, wanted: int) -> bool:
        """CreatePartitions only ever adds."""
        return wanted > present

    def placed(self, brokers: Sequence[int], factor: int, first: int, shift: int) -> list[int]:
        """The replicas of a partition: distinct brokers, one after the other from `first`."""
        count = len(brokers)
        return [brokers[(first + step + (shift if step else 0)) % count] for step in range(factor)]

    def keeps_data_of_namesake(self) -> bool:
        """Whether a topic created again finds the data of its predecessor."""
        return False

    def applies_validate_only(self, api: str) -> bool:
        """Whether a request that only asks for validation changes anything."""
        return False

"""How topics come into being, grow and go."""

import re
from collections.abc import Collection, Sequence
from typing import Final

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
        if len(name) > MAX_NAME:
            return (
                f"Topic name is invalid: the length of '{name}' is longer than the max allowed "
                f"length {MAX_NAME}"
            )
        if not LEGAL.match(name):
            return (
                f"Topic name is invalid: '{name}' contains one or more characters other than "
                "ASCII alphanumerics, '.', '_' and '-'"
            )
        return None

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

    def replication_factor_is_legal(self, factor: int) -> bool:
        return factor > 0 or factor == -1

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

    def applies_validate_only(self) -> bool:
        """Whether a request that only asks for validation changes anything."""
        return False

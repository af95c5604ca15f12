"""The differences that are meant to be, each with its reason."""

import re
from collections.abc import Callable
from dataclasses import dataclass
from typing import Final

from tests.differential.comparing import ABSENT, Difference
from tests.differential.steps import Step

_INT_MAX: Final = 2**31 - 1

Condition = Callable[[Step, Difference], bool]


@dataclass(frozen=True)
class Allowed:
    """A field of an API (the path is a regular expression) that may differ when `when` holds."""

    api: str
    path: str
    reason: str
    when: Condition = lambda step, difference: True

    def covers(self, step: Step, difference: Difference) -> bool:
        return (
            step.api == self.api
            and re.fullmatch(self.path, difference.path) is not None
            and self.when(step, difference)
        )


def _only_real(step: Step, difference: Difference) -> bool:
    return difference.bundled is ABSENT


def _is_beyond_all_shards(step: Step, difference: Difference) -> bool:
    session = step.fields["session_id"]
    return isinstance(session, int) and not 0 <= int(session / (_INT_MAX // 8)) < 8


def _names_nothing(step: Step, difference: Difference) -> bool:
    topics = step.fields["topics"] or []
    return step.fields["cursor"] is None and any(topic["name"] == "" for topic in topics)


ALLOWED: Final[tuple[Allowed, ...]] = (
    Allowed(
        "ApiVersions",
        r"body\.(api_keys|supported_features|finalized_features)(\..+)?",
        "APIs and features of parts that the bundled broker does not have yet",
        _only_real,
    ),
    Allowed(
        "DescribeConfigs",
        r"body\.results\.(|\d+)( \(\d\))?\.configs\..+",
        "the bundled broker knows the settings that it honours, not all 360",
        _only_real,
    ),
    Allowed(
        "Fetch",
        r"body\.(error_code|session_id|responses.*|node_endpoints.*)|order",
        "a session id below -268435454 or above 2147483639 is an ArrayIndexOutOfBoundsException in "
        "Apache Kafka",
        _is_beyond_all_shards,
    ),
    Allowed(
        "DescribeTopicPartitions",
        r"body\..+",
        "an empty topic name without a cursor is a NullPointerException in Apache Kafka",
        _names_nothing,
    ),
    Allowed(
        "DescribeConfigs",
        r"body\.results\..+\.documentation",
        "the bundled broker has no texts about its settings",
    ),
    Allowed(
        "DescribeConfigs",
        r"body\.results\..+\.(advertised\.listeners|listeners|log\.dirs|controller\.quorum\.voters)\..+",
        "addresses and directories are each node's own",
    ),
)


def unexpected(step: Step, found: list[Difference]) -> list[Difference]:
    """The differences that no entry of the list covers."""
    return [d for d in found if not any(entry.covers(step, d) for entry in ALLOWED)]

"""The differences that are meant to be, each with its reason."""

import re
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from typing import Any, Final

from tests.differential.batch_specs import BatchSpec, Records
from tests.differential.comparing import ABSENT, Difference
from tests.differential.steps import Step
from tests.differential.symbols import Topic

Found = Sequence[Difference]

FAILED: Final = -1
"""UNKNOWN_SERVER_ERROR: Apache Kafka itself failed."""


@dataclass(frozen=True)
class Allowed:
    """Fields of an API (the path is a regular expression) that may differ when `when` holds.

    After one that `ends` a program the two sides are in different states: nothing more is sent.
    """

    api: str
    path: str
    reason: str
    when: Callable[[Step, Difference, Found], bool] = lambda step, difference, found: True
    ends: bool = False

    def covers(self, step: Step, difference: Difference, found: Found) -> bool:
        return (
            step.api == self.api
            and re.fullmatch(self.path, difference.path) is not None
            and self.when(step, difference, found)
        )


def _only_real(step: Step, difference: Difference, found: Found) -> bool:
    return difference.bundled is ABSENT


def _real_says(path: str, value: Any) -> Callable[[Step, Difference, Found], bool]:
    def when(step: Step, difference: Difference, found: Found) -> bool:
        return any(d.path == path and d.real == value for d in found)

    return when


def _names_nothing(step: Step, difference: Difference, found: Found) -> bool:
    topics = step.fields["topics"] or []
    return step.fields["cursor"] is None and any(topic["name"] == "" for topic in topics)


def _starts_near_the_last_number(step: Step, difference: Difference, found: Found) -> bool:
    cursor = step.fields["cursor"]
    return cursor is not None and cursor["partition_index"] > 2**31 - 2001


def _claims_append_time(step: Step, difference: Difference, found: Found) -> bool:
    return any(spec.forged and spec.forged.get("attributes") == 8 for spec in _batches(step))


def _batches(step: Step) -> Iterator[BatchSpec]:
    for topic in step.fields["topic_data"] or []:
        for part in topic["partition_data"] or []:
            if isinstance(part["records"], Records):
                yield from part["records"].batches


def _finds_what_real_does_not(step: Step, difference: Difference, found: Found) -> bool:
    if difference.path.endswith("timestamp"):
        return difference.real == -1
    return isinstance(difference.bundled, int) and bool(difference.real == -1)


def _asks_max_timestamp(step: Step, difference: Difference, found: Found) -> bool:
    _, _, topic, _, index, _ = difference.path.split(".")
    return any(
        part["timestamp"] == -3 and str(part["partition_index"]) == index
        for asked in step.fields["topics"]
        for part in asked["partitions"]
        if isinstance(asked["name"], Topic) and topic.endswith(asked["name"].name)
    )


ALLOWED: Final[tuple[Allowed, ...]] = (
    Allowed(
        "ApiVersions",
        r"body\.(api_keys|supported_features|finalized_features)(\..+)?",
        "APIs and features of parts that the bundled broker does not have yet",
        _only_real,
    ),
    Allowed(
        "DescribeConfigs",
        r"body\.results\.\d*( \(\d\))?\.configs\.[^ ]+",
        "of 360 settings the bundled broker knows those that it honours",
        _only_real,
    ),
    Allowed(
        "DescribeConfigs",
        r"body\.results\..+\.documentation",
        "the bundled broker has no texts about its settings",
    ),
    Allowed(
        "DescribeConfigs",
        r"body\.results\..+\.(advertised\.listeners|listeners|log\.dirs|controller\.quorum\.voters)\..+",
        "addresses and directories are each node's own (Apache Kafka compared with itself)",
    ),
    Allowed(
        "Fetch",
        r"(body\..+|order)",
        "Apache Kafka fails on a session id that is past its last cache shard, and on zero topic "
        "ids in a session",
        _real_says("body.error_code", FAILED),
        ends=True,
    ),
    Allowed(
        "Produce",
        r"outcome|correlation|body",
        "docs/findings/null-records-are-never-answered.md",
        _real_says("outcome", "timed out"),
        ends=True,
    ),
    Allowed(
        "Produce",
        r"body\.responses\..+",
        "docs/findings/claimed-append-time.md",
        _claims_append_time,
        ends=True,
    ),
    Allowed(
        "ListOffsets",
        r"body\.topics\..+\.(offset|timestamp|leader_epoch)",
        "docs/findings/by-time-stops-at-deleted-records.md",
        _finds_what_real_does_not,
    ),
    Allowed(
        "ListOffsets",
        r"body\.topics\.[^.]+\.partitions\.[^.]+\.(offset|timestamp|leader_epoch)",
        "docs/findings/max-timestamp-below-log-start.md",
        _asks_max_timestamp,
    ),
    Allowed(
        "DescribeTopicPartitions",
        r"body\..+",
        "an empty topic name without a cursor is a NullPointerException in Apache Kafka",
        _names_nothing,
    ),
    Allowed(
        "DescribeTopicPartitions",
        r"body\.next_cursor",
        "the cursor's partition overflows in Apache Kafka",
        _starts_near_the_last_number,
    ),
)
"""Anything else that differs is a fault of the bundled broker, or of this list."""


@dataclass(frozen=True)
class Verdict:
    """What is left of the differences of one answer, and whether the program ends with it."""

    unexpected: tuple[Difference, ...]
    ends: bool


def judge(step: Step, found: Found) -> Verdict:
    """Takes the differences away that are allowed."""
    covered = [[entry for entry in ALLOWED if entry.covers(step, d, found)] for d in found]
    left = tuple(d for d, entries in zip(found, covered, strict=True) if not entries)
    return Verdict(left, any(entry.ends for entries in covered for entry in entries))

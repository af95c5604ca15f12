"""The differences that are meant to be, each with its reason."""

import re
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from typing import Any, Final

from tests.differential.batch_specs import BatchSpec, Records
from tests.differential.comparing import ABSENT, Difference
from tests.differential.normal import COMPRESSED
from tests.differential.steps import Step
from tests.differential.symbols import Topic

Found = Sequence[Difference]


@dataclass(frozen=True)
class Case:
    """An answer that differs: its step, the steps before it, and every difference in it."""

    step: Step
    earlier: Sequence[Step]
    found: Found

    def is_after(self, api: str) -> bool:
        return any(step.api == api for step in self.earlier)


FAILED: Final = -1
"""UNKNOWN_SERVER_ERROR: Apache Kafka itself failed."""

UNSUPPORTED_VERSION: Final = 35

ZSTD: Final = 4
ZSTD_SINCE: Final = 7
"""The codec, and the version of Produce that allows it."""


@dataclass(frozen=True)
class Allowed:
    """Fields of an API (the path is a regular expression) that may differ when `when` holds.

    After one that `ends` a program the two sides are in different states: nothing more is sent.
    """

    api: str
    path: str
    reason: str
    when: Callable[[Case, Difference], bool] = lambda case, difference: True
    ends: bool = False

    def covers(self, case: Case, difference: Difference) -> bool:
        return (
            case.step.api == self.api
            and re.fullmatch(self.path, difference.path) is not None
            and self.when(case, difference)
        )


def _only_real(case: Case, difference: Difference) -> bool:
    return difference.bundled is ABSENT


def _real_says(path: str, value: Any) -> Callable[[Case, Difference], bool]:
    def when(case: Case, difference: Difference) -> bool:
        return any(d.path == path and d.real == value for d in case.found)

    return when


def _names_nothing(case: Case, difference: Difference) -> bool:
    topics = case.step.fields["topics"] or []
    return case.step.fields["cursor"] is None and any(topic["name"] == "" for topic in topics)


def _starts_near_the_last_number(case: Case, difference: Difference) -> bool:
    cursor = case.step.fields["cursor"]
    return cursor is not None and cursor["partition_index"] > 2**31 - 2001


def _claims_append_time(case: Case, difference: Difference) -> bool:
    return any(spec.forged and spec.forged.get("attributes") == 8 for spec in _batches(case.step))


def _batches(step: Step) -> Iterator[BatchSpec]:
    for topic in step.fields["topic_data"] or []:
        for part in topic["partition_data"] or []:
            if isinstance(part["records"], Records):
                yield from part["records"].batches


def _is_about_compressed_sizes(case: Case, difference: Difference) -> bool:
    """One side shows a cut batch behind a compressed one where the other shows a whole or none."""
    return COMPRESSED in (difference.bundled, difference.real) or any(
        isinstance(shown, list) and shown and shown[-1] == COMPRESSED
        for shown in (difference.bundled, difference.real)
    )


def _real_fails(case: Case, difference: Difference) -> bool:
    return any(d.path.endswith("error_code") and d.real == FAILED for d in case.found)


def _has_several_faults(case: Case, difference: Difference) -> bool:
    return any(d.bundled and d.real and d.path.endswith("error_code") for d in case.found) and any(
        len(resource["configs"] or []) > 1 for resource in case.step.fields["resources"]
    )


def _finds_what_real_does_not(case: Case, difference: Difference) -> bool:
    if difference.bundled is ABSENT or not case.is_after("DeleteRecords"):
        return False
    return bool(difference.real == -1)


def _asks_max_timestamp_after_deletion(case: Case, difference: Difference) -> bool:
    _, _, topic, _, index, _ = difference.path.split(".")
    return case.is_after("DeleteRecords") and any(
        part["timestamp"] == -3 and str(part["partition_index"]) == index
        for asked in case.step.fields["topics"]
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
        "DescribeConfigs",
        r"body\.results\..+\.offsets\.retention\.minutes\..+",
        "where time is virtual unused offsets are kept for a minute, so that their end is seen",
    ),
    Allowed(
        "Fetch",
        r"body\..+|order.*",
        "Apache Kafka fails on a session id that is past its last cache shard, and on zero topic "
        "ids in a session",
        _real_says("body.error_code", FAILED),
        ends=True,
    ),
    Allowed(
        "Fetch",
        r"body\..+|order.*",
        "a session begun with a last fetched epoch (v12) and gone on with in an older version has "
        "no place for a diverging epoch: Apache Kafka fails to write its answer",
        _real_says("body.error_code", UNSUPPORTED_VERSION),
        ends=True,
    ),
    Allowed(
        "Fetch",
        r"body\.responses\..+\.records(\.\d+)?",
        "how much fits beside a batch that a broker compressed anew depends on its codec library",
        _is_about_compressed_sizes,
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
        "Produce",
        r"body\.responses\..+",
        "Apache Kafka itself fails, such as on a batch length whose sum overflows",
        _real_fails,
        ends=True,
    ),
    Allowed(
        "IncrementalAlterConfigs",
        r"body\.responses\..+",
        "an unknown operation on one topic makes Apache Kafka fail on all resources of the request",
        _real_fails,
        ends=True,
    ),
    Allowed(
        "IncrementalAlterConfigs",
        r"body\.responses\..+\.error_(code|message)",
        "which of several faults is reported depends on the order of a hash map",
        _has_several_faults,
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
        _asks_max_timestamp_after_deletion,
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


def judge(case: Case) -> Verdict:
    """Takes the differences away that are allowed."""
    covered = [[entry for entry in ALLOWED if entry.covers(case, d)] for d in case.found]
    left = tuple(d for d, entries in zip(case.found, covered, strict=True) if not entries)
    return Verdict(left, any(entry.ends for entries in covered for entry in entries))


def leaves_doubt(step: Step) -> bool:
    """Whether nobody can say from the answer what a request has done; it is then not sent.

    Of a partition that a Produce names twice Apache Kafka appends the last batch of the right
    shape, and still answers the error of another one, if that has a wrong shape.
    """
    if step.api != "Produce":
        return False
    shapes: dict[tuple[str, int], list[bool]] = {}
    for topic in step.fields["topic_data"] or []:
        for part in topic["partition_data"] or []:
            name = repr(topic["topic_id"] if step.version >= 13 else topic["name"])
            fits = _has_the_right_shape(part["records"], step.version)
            shapes.setdefault((name, part["index"]), []).append(fits)
    return any(len(same) > 1 and not all(same) for same in shapes.values())


def _has_the_right_shape(records: Any, version: int) -> bool:
    if not isinstance(records, Records) or records.tail or records.cut:
        return False
    if len(records.batches) != 1 or records.batches[0].forged:
        return False
    return version >= ZSTD_SINCE or records.batches[0].codec != ZSTD

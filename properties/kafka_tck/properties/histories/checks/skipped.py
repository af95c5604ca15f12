"""Skipped: a record before a committed offset that no member of the group was given."""

from collections.abc import Iterator

from kafka_tck.model.sources import Code
from kafka_tck.properties.histories.checks.needs import GROUPED
from kafka_tck.properties.histories.finding import Found, places_of
from kafka_tck.properties.histories.groups import commits
from kafka_tck.properties.histories.history import History, Op
from kafka_tck.properties.requirement import Requirement

requirement = Requirement(
    "history.groups-skip-nothing",
    "Members that commit only what they were given, and go on from what is committed, have been "
    "given every record before a committed offset: across rebalances, crashes and coordinators.",
    Code("KafkaConsumer, OffsetMetadataManager"),
    covers=("F-50",),
    needs=GROUPED,
)


def check(history: History) -> Iterator[Found]:
    highest: dict[str, tuple[int, Op]] = {}
    members = {op.client for op in history.ops if "group" in op.request}
    for partition, offset, op in commits(history):
        if op.is_fine and offset > highest.get(partition, (0, op))[0]:
            highest[partition] = (offset, op)
    for partition, (committed, op) in highest.items():
        given = {
            record[0]
            for poll in history.polls(partition)
            if poll.client in members
            for record in poll.outcome["records"]
        }
        there = _there(history, partition)
        missed = sorted(offset for offset in there if offset < committed and offset not in given)
        if missed:
            said = f"offset {committed} was committed, and no member was given {there[missed[0]]}"
            places = places_of(op)
            yield Found(requirement.id, partition, f"{said} at {missed[0]}", places, missed[0])


def _there(history: History, partition: str) -> dict[int, str]:
    """What the partition has in the end, by offset."""
    return {
        record[0]: record[2]
        for polls in history.last_reads(partition).values()
        for poll in polls
        for record in poll.outcome["records"]
    }

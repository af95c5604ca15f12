"""Diverging: one offset, and two records."""

from collections.abc import Iterator

from kafka_tck.model.sources import KIP
from kafka_tck.properties.histories.checks.needs import NEEDS
from kafka_tck.properties.histories.finding import Found, places_of
from kafka_tck.properties.histories.history import History
from kafka_tck.properties.requirement import Requirement

requirement = Requirement(
    "history.one-offset-has-one-record",
    "Whoever reads an offset below a high watermark, at whichever replica and whenever, reads the "
    "same record with the same leader epoch.",
    KIP(101, "Motivation"),
    covers=("B-74", "B-82", "B-76", "A-03"),
    needs=NEEDS,
)


def check(history: History) -> Iterator[Found]:
    """Every sight of an offset is as the first one."""
    for partition in history.partitions:
        firsts = history.first_sights(partition)
        told = set[int]()
        for sight in history.sights(partition):
            first = firsts[sight.offset]
            same = (sight.value, sight.epoch) == (first.value, first.epoch)
            if same or sight.offset in told:
                continue
            told.add(sight.offset)
            yield Found(
                requirement.id,
                partition,
                f"offset {sight.offset} has {first.value} (epoch {first.epoch}) at node "
                f"{first.op.node} and {sight.value} (epoch {sight.epoch}) at node {sight.op.node}",
                places_of(first.op, sight.op),
                sight.offset,
            )

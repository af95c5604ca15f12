"""Read and gone: what a consumer has read is not there in the end."""

from collections.abc import Iterator

from kafka_tck.model.sources import Docs
from kafka_tck.properties.histories.checks.needs import NEEDS
from kafka_tck.properties.histories.finding import Found, places_of
from kafka_tck.properties.histories.history import History
from kafka_tck.properties.requirement import Requirement

requirement = Requirement(
    "history.what-was-read-stays",
    "A record that any consumer has read, at any replica and at any time, is at its offset on "
    "every replica once the cluster has recovered: only what is committed is given out.",
    Docs("only committed messages are given out to the consumer"),
    covers=("B-18", "B-20", "B-75", "B-81"),
    needs=NEEDS,
)


def check(history: History) -> Iterator[Found]:
    """Compares the first sight of each offset with the last reads of each replica."""
    for partition in history.partitions:
        firsts = history.first_sights(partition)
        sent = {write.value: write.op for write in history.writes(partition)}
        gone = set[int]()
        for node, polls in history.last_reads(partition).items():
            shown = {record[0]: record[2] for poll in polls for record in poll.outcome["records"]}
            for offset, first in firsts.items():
                if offset in gone or shown.get(offset) == first.value:
                    continue
                gone.add(offset)
                yield Found(
                    requirement.id,
                    partition,
                    f"{first.value} was read at offset {offset}, and in the end node {node} has "
                    f"{shown.get(offset, 'nothing')} there",
                    places_of(sent.get(first.value), first.op, polls[-1]),
                    offset,
                )

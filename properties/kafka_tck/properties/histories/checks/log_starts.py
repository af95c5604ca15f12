"""A log start that goes back."""

from collections.abc import Iterator

from kafka_tck.model.sources import Code
from kafka_tck.properties.histories.checks.needs import NEEDS
from kafka_tck.properties.histories.finding import Found, places_of
from kafka_tck.properties.histories.history import History, Op
from kafka_tck.properties.requirement import Requirement

requirement = Requirement(
    "history.logs-keep-their-start",
    "Where nothing is deleted a log starts at offset 0, as every answer to a poll and to "
    "ListOffsets(earliest) says.",
    Code("UnifiedLog.logStartOffset"),
    covers=("A-02", "A-59"),
    needs=NEEDS,
)


def check(history: History) -> Iterator[Found]:
    """Nothing deletes records in a storm: any start but 0 is made up, or followed by a way back."""
    for partition in history.partitions:
        for op in history.of(partition, "fetch", "earliest"):
            start = _start(op)
            if start not in (None, 0):
                yield Found(
                    requirement.id,
                    partition,
                    f"node {op.node} says that the log starts at {start}, and nothing was deleted",
                    places_of(op),
                )
                break


def _start(op: Op) -> int | None:
    if not op.is_fine:
        return None
    told: int = op.outcome["offset" if op.request["do"] == "earliest" else "log_start"]
    return told

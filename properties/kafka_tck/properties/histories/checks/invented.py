"""Invented: read, and not sent; or sent and refused."""

from collections.abc import Iterator

from kafka_tck.model.sources import Docs
from kafka_tck.properties.histories.checks.needs import NEEDS
from kafka_tck.properties.histories.finding import Found, places_of
from kafka_tck.properties.histories.history import History, Sight, Write
from kafka_tck.properties.requirement import Requirement

requirement = Requirement(
    "history.records-are-not-invented",
    "Every record that is read was sent before to this partition, and was not refused with "
    "NOT_ENOUGH_REPLICAS; the bytes of a poll are whole batches.",
    Docs("delivery semantics"),
    covers=("B-18", "B-25"),
    needs=NEEDS,
)


def check(history: History) -> Iterator[Found]:
    for partition in history.partitions:
        sent = _sent(history, partition)
        told = set[str]()
        for sight in history.sights(partition):
            wrong = _wrong(sent.get(sight.value), sight)
            if wrong is None or sight.value in told:
                continue
            told.add(sight.value)
            write = sent.get(sight.value)
            places = places_of(None if write is None else write.op, sight.op)
            said = f"{sight.value} was read at offset {sight.offset}, and {wrong}"
            yield Found(requirement.id, partition, said, places, sight.offset)
        for poll in history.polls(partition):
            if "unreadable" in poll.outcome:
                said = f"the records of a poll cannot be read: {poll.outcome['unreadable']}"
                yield Found(requirement.id, partition, said, places_of(poll))


def _sent(history: History, partition: str) -> dict[str, Write]:
    """The first request with each value; of those that were sent again one that was not refused."""
    sent: dict[str, Write] = {}
    for write in history.writes(partition):
        if write.value not in sent or sent[write.value].is_refused:
            sent[write.value] = write
    return sent


def _wrong(write: Write | None, sight: Sight) -> str | None:
    if write is None:
        return "nobody has sent it"
    if write.op.asked_at > sight.op.ended_at:
        return "it was sent only later"
    return f"it was refused with {write.op.error}" if write.is_refused else None

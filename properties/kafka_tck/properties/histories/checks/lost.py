"""Lost: acknowledged by all in sync, and not there."""

from collections.abc import Iterator

from kafka_tck.model.sources import Docs
from kafka_tck.properties.histories.checks.needs import NEEDS
from kafka_tck.properties.histories.finding import Found, places_of
from kafka_tck.properties.histories.history import History, Op, Sight, Write
from kafka_tck.properties.requirement import Requirement

requirement = Requirement(
    "history.acknowledged-records-stay",
    "A record that was acknowledged with acks=all is at its offset for every later reader that "
    "gets so far, whatever failed meanwhile, as long as elections are clean.",
    Docs("acks=all, replication guarantees"),
    covers=("B-31", "B-26", "B-62", "B-76", "A-02"),
    needs=NEEDS,
)


def check(history: History) -> Iterator[Found]:
    """A hole below the end of a poll, or a record that the last reads of a replica do not show."""
    for partition in history.partitions:
        promised = [write for write in history.writes(partition) if write.is_promised]
        told = set[str]()
        pairs = (*_jumped(history, partition, promised), *_missing(history, partition, promised))
        for write, poll in pairs:
            # The poll was sent after the record had been acknowledged.
            if write.value not in told and write.op.ended_at < poll.asked_at:
                told.add(write.value)
                yield _found(partition, write, poll, history)


def _jumped(history: History, partition: str, promised: list[Write]) -> Iterator[tuple[Write, Op]]:
    """Promised records that a poll jumps over.

    Nothing is compacted and nothing is a transaction: offsets follow one another.
    """
    at: dict[int | None, list[Write]] = {}
    for write in promised:
        at.setdefault(write.offset, []).append(write)
    for poll in history.polls(partition):
        offsets = [record[0] for record in poll.outcome["records"]]
        if not offsets:
            continue
        expected = range(min(poll.request["offset"], offsets[0]), offsets[-1] + 1)
        if len(offsets) != len(expected):
            seen = set(offsets)
            for offset in expected:
                if offset not in seen:
                    yield from ((write, poll) for write in at.get(offset, ()))


def _missing(history: History, partition: str, promised: list[Write]) -> Iterator[tuple[Write, Op]]:
    """Promised records that a replica does not show in the end, or shows otherwise."""
    for polls in history.last_reads(partition).values():
        shown = {record[0]: record[2] for poll in polls for record in poll.outcome["records"]}
        for write in promised:
            if write.offset is not None and shown.get(write.offset) != write.value:
                yield write, polls[-1]


def _found(partition: str, write: Write, poll: Op, history: History) -> Found:
    offset = write.offset
    assert offset is not None
    shown = {record[0]: record[2] for record in poll.outcome["records"]}
    instead = f", {shown[offset]} is" if offset in shown else ""
    sight = _seen(history, partition, write)
    places = places_of(write.op, None if sight is None else sight.op, poll)
    return Found(
        requirement.id,
        partition,
        f"{write.value} was acknowledged with acks=all at offset {offset}, and node {poll.node} "
        f"does not have it there{instead}",
        places,
        offset,
    )


def _seen(history: History, partition: str, write: Write) -> Sight | None:
    """Where the value was read, if it ever was."""
    first = history.first_sights(partition).get(write.offset or 0)
    return first if first is not None and first.value == write.value else None

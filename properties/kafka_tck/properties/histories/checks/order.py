"""Reordered: acknowledged before another record was sent, and stored behind it."""

from collections.abc import Iterator
from dataclasses import dataclass

from kafka_tck.model.sources import Docs
from kafka_tck.properties.histories.checks.needs import NEEDS
from kafka_tck.properties.histories.finding import Found, places_of
from kafka_tck.properties.histories.history import History, Op
from kafka_tck.properties.requirement import Requirement

requirement = Requirement(
    "history.appends-keep-their-order",
    "A record that is sent after another one of its partition was acknowledged is stored behind "
    "it, whoever sent them, as long as both are stored.",
    Docs("messages are appended in the order they are sent"),
    covers=("A-01", "A-02", "B-74"),
    needs=NEEDS,
)


@dataclass(frozen=True)
class _Stored:
    value: str
    offset: int
    op: Op
    asked_at: int
    """When it was sent for the first time: numbered batches may be sent again."""


def check(history: History) -> Iterator[Found]:
    """Sweeps over requests and acknowledgements with the highest offset acknowledged so far.

    Only records count that have a place in the log for good: those promised, and those read.
    """
    for partition in history.partitions:
        stored = _stored(history, partition)
        acknowledged = sorted(
            (one for one in stored if one.op.is_fine), key=lambda one: one.op.ended_at
        )
        highest: _Stored | None = None
        at = 0
        for one in sorted(stored, key=lambda one: one.asked_at):
            while at < len(acknowledged) and acknowledged[at].op.ended_at < one.asked_at:
                last = acknowledged[at]
                highest = last if highest is None or last.offset > highest.offset else highest
                at += 1
            if highest is not None and one.offset <= highest.offset:
                yield Found(
                    requirement.id,
                    partition,
                    f"{one.value} was sent after {highest.value} had been acknowledged at offset "
                    f"{highest.offset}, and is at offset {one.offset}",
                    places_of(highest.op, one.op),
                )
                break


def _stored(history: History, partition: str) -> list[_Stored]:
    read = {sight.value: sight.offset for sight in history.first_sights(partition).values()}
    found = []
    firsts: dict[str, int] = {}
    for write in history.writes(partition):
        asked_at = firsts.setdefault(write.value, write.op.asked_at)
        offset = write.offset if write.is_promised else read.get(write.value)
        if offset is not None:
            found.append(_Stored(write.value, offset, write.op, asked_at))
    return found

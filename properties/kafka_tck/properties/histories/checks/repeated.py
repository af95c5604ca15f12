"""Repeated: one value, sent once, at two offsets."""

from collections.abc import Iterator

from kafka_tck.model.sources import Docs
from kafka_tck.properties.histories.checks.needs import NEEDS
from kafka_tck.properties.histories.finding import Found, places_of
from kafka_tck.properties.histories.history import History, Op
from kafka_tck.properties.requirement import Requirement

requirement = Requirement(
    "history.records-are-stored-once",
    "A record that was sent once is at one offset only: at the one that its producer was told, "
    "if it was told any.",
    Docs("delivery semantics"),
    covers=("A-02", "B-28"),
    needs=NEEDS,
)


def check(history: History) -> Iterator[Found]:
    """Nobody sends anything twice, so every value has at most one offset."""
    for partition in history.partitions:
        places: dict[str, tuple[int, Op]] = {}
        for write in history.writes(partition):
            if write.offset is not None:
                places[write.value] = (write.offset, write.op)
        told = set[str]()
        for offset, sight in _all(history, partition):
            known = places.setdefault(sight[0], (offset, sight[1]))
            if known[0] != offset and sight[0] not in told:
                told.add(sight[0])
                yield Found(
                    requirement.id,
                    partition,
                    f"{sight[0]} is at offset {known[0]} and at offset {offset}",
                    places_of(known[1], sight[1]),
                    offset,
                )


def _all(history: History, partition: str) -> Iterator[tuple[int, tuple[str, Op]]]:
    return ((s.offset, (s.value, s.op)) for s in history.sights(partition))

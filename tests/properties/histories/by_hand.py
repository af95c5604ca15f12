"""Histories written by hand, for tests of the checkers: one partition, events in order."""

from collections.abc import Sequence
from typing import Any

from kafka_tck.properties.histories.checks import judge
from kafka_tck.properties.histories.events import (
    Answered,
    Asked,
    Began,
    Calm,
    Event,
    Fault,
    Settled,
)
from kafka_tck.properties.histories.finding import Found
from kafka_tck.properties.histories.history import History

P = "a-0"

Records = Sequence[tuple[int, int, str]]
"""Offset, leader epoch and value."""


class Hand:
    """Each method adds events. `send` alone leaves a request open; `answer` ends it."""

    def __init__(self) -> None:
        self.events: list[Event] = [Began(0, "by hand", "4.3", (1, 2, 3), {P: 2}, {"seed": 0})]
        self.asked = 0

    @property
    def now(self) -> int:
        """One millisecond per event."""
        return len(self.events)

    def send(self, node: int, request: dict[str, Any], client: str = "c") -> int:
        self.asked += 1
        self.events.append(Asked(self.asked, self.now, client, node, request))
        return self.asked

    def answer(self, number: int, outcome: dict[str, Any]) -> None:
        self.events.append(Answered(number, self.now, outcome))

    # Producers.

    def write(self, *values: str, acks: int = -1) -> int:
        request = {"do": "produce", "partition": P, "values": list(values), "acks": acks}
        return self.send(1, request, "p")

    def wrote(self, *values: str, at: int, acks: int = -1, node: int = 1) -> None:
        """Sent, and acknowledged at this offset."""
        request = {"do": "produce", "partition": P, "values": list(values), "acks": acks}
        self.answer(self.send(node, request, "p"), {"error": "NONE", "base_offset": at})

    def failed(self, value: str, error: str, at: int = -1) -> None:
        """Sent, and answered with an error."""
        self.answer(self.write(value), {"error": error, "base_offset": at})

    # Consumers.

    def poll(self, node: int = 1, offset: int = 0, epoch: int | None = None) -> int:
        pinned = {} if epoch is None else {"epoch": epoch}
        return self.send(node, {"do": "fetch", "partition": P, "offset": offset, **pinned})

    def gave(self, number: int, records: Records, hw: int = 99, log_start: int = 0) -> None:
        told = [list(record) for record in records]
        bounds = {"hw": hw, "log_start": log_start}
        self.answer(number, {"error": "NONE", **bounds, "records": told})

    def read(self, records: Records, node: int = 1, hw: int = 99, **asked: Any) -> None:
        """Polled from the first of these offsets on."""
        offset = records[0][0] if records else 0
        self.gave(self.poll(node, **{"offset": offset, **asked}), records, hw)

    def latest(self, offset: int, epoch: int = 0, node: int = 1) -> None:
        number = self.send(node, {"do": "latest", "partition": P})
        self.answer(number, {"error": "NONE", "offset": offset, "leader_epoch": epoch})

    def metadata(self, leader: int, epoch: int, node: int = 1) -> None:
        state = {"leader": leader, "epoch": epoch, "isr": [1, 2, 3]}
        number = self.send(node, {"do": "metadata", "topics": ["a"]})
        self.answer(number, {"partitions": {P: state}})

    # The end.

    def fault(self, what: str, *nodes: int) -> None:
        self.events.append(Fault(self.now, what, nodes))

    def settled(self, *missing: str) -> None:
        self.events.append(Calm(self.now))
        self.events.append(Settled(self.now, 10, 60_000, missing))

    def last_reads(self, records: Records) -> None:
        """The cluster recovers, and every replica shows this."""
        self.settled()
        for node in (1, 2, 3):
            self.read(records, node, offset=0)

    def history(self) -> History:
        return History(self.events)

    def found(self) -> list[Found]:
        return judge(self.history())

    def broken(self) -> set[str]:
        """The requirements that are broken, without their area."""
        return {one.requirement.removeprefix("history.") for one in self.found()}

"""One producer's batches in one partition: when is one there twice, or before an earlier one?

The producer numbers its batches, each of one record, and has several of them in flight. A
connection brings requests in their order; the producer opens another one when it likes, and what
is left on the older ones may come late, or never, as may answers. So requests are lost, repeated
and reordered. A partition remembers the last batches of the producer; who leads next rebuilds that
from its log, and a snapshot has the last batch only. State that is too old is forgotten.

Left out: followers (replication, durability), other producers, batches of several records,
transactions, and producers that renumber what they gave up: a new epoch begins with new batches.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

from kafka_tck.model.shapes import Given, Shape, number, sequence, setting, settled
from kafka_tck.model.spec import Module
from kafka_tck.model.terms import NONE, Int, Seq, choose

UNDER_WAY, WRITTEN, REFUSED, HEARD = range(4)
"""A request: not yet handled; its batch is in the log; answered with an error; which was heard."""


@dataclass(frozen=True)
class Idempotence(Given):
    """The settings of the producer, by Kafka's names where it has them, and sizes of the rules."""

    nodes: int = setting(1, "how many brokers there are")
    enable_idempotence: bool = setting(True, "enable.idempotence")
    max_in_flight_requests_per_connection: int = setting(
        5, "max.in.flight.requests.per.connection, counted from the oldest not acknowledged"
    )
    window: int = setting(5, "how many batches a partition remembers")
    turn: int = setting(16, "how many sequences there are, 2^31 in Kafka; then they begin at 0")
    late_by_a_turn: bool = setting(
        False, "wrong: a request may come when its sequence is used again"
    )


def _largest(sizes: Mapping[str, int]) -> int:
    return min(sizes["turn"] - 1, sizes["batches"])


class Stream(Shape):
    """The producer, its requests, and the partition. A batch's position is its number."""

    given: Idempotence = settled()
    batches: Seq = sequence(
        "batches",
        epoch=number(0, "epochs"),
        sequence=number(0, _largest),
        awaited=number(NONE, "connections"),
        offset=number(NONE, lambda sizes: sizes["requests"] - 1),
    )
    """Per batch: on which connection an answer is awaited; where it is, once acknowledged."""
    epoch: Int = number(0, "epochs")
    first: Int = number(0, "batches")
    """The first batch of the present epoch: earlier ones are given up."""
    connection: Int = number(0, "connections")
    requests: Seq = sequence(
        "requests",
        batch=number(0, lambda sizes: sizes["batches"] - 1),
        connection=number(0, "connections"),
        state=number(UNDER_WAY, HEARD),
        offset=number(NONE, lambda sizes: sizes["requests"] - 1),
    )
    """Per request: what became of it, and where its batch was in the log when it was handled."""
    log: Seq = sequence(
        "requests",
        batch=number(0, lambda sizes: sizes["batches"] - 1),
        epoch=number(0, "epochs"),
        sequence=number(0, _largest),
        run=number(1, "requests"),
        life=number(0, "expiries"),
    )
    """Per record: the batches that follow each other up to it; and in which life of the state."""
    hw: Int = number(0, "requests")
    known_epoch: Int = number(NONE, "epochs")
    """The epoch that the partition knows; NONE if it knows nothing of the producer."""
    last: Int = number(NONE, _largest)
    """The sequence of the last batch that it knows."""
    remembered: Int = number(0, lambda sizes: min(sizes["window"], sizes["requests"]))
    """How many batches it remembers, the last one included."""
    life: Int = number(0, "expiries")
    """How often the partition has forgotten the producer."""


_BEGINNING: Final = {
    "batches": (),
    "epoch": 0,
    "first": 0,
    "connection": 0,
    "requests": (),
    "log": (),
    "hw": 0,
    "known_epoch": NONE,
    "last": NONE,
    "remembered": 0,
    "life": 0,
}

idempotence = Module(
    "idempotence",
    Stream,
    lambda given: _BEGINNING,
    given=Idempotence(),
    bounds={"batches": 3, "requests": 4, "connections": 1, "epochs": 1, "expiries": 0},
    doc=__doc__,
)


def following(p: Stream, sequence: Int) -> Int:
    """The sequence after this one."""
    return choose(sequence + 1 == p.given.turn, 0, sequence + 1)

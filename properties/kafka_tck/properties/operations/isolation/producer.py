"""A well-behaved transactional producer: it adds what it writes to, counts, and ends.

It speaks the newer protocol (KIP-890) where the cluster has finalized it, else the older one; told
to, it speaks the older one everywhere. All that it knows is kept in the world, by its symbol.
"""

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any, Final

from kafka_tck.adapters.client import Answer, Outcome
from kafka_tck.properties.belief import Place
from kafka_tck.properties.claims import Observation
from kafka_tck.properties.operations.coordinators import NOT_READY, TRANSACTION, coordinator
from kafka_tck.properties.operations.producing.produce import send_batch
from kafka_tck.properties.world import World, why_silent
from kafka_tck.wire.batches import TRANSACTIONAL, Record, make_batch
from kafka_tck.wire.errors import error_name

AHEAD_MS: Final = 600_000
"""Records are dated so much after the start of a run: later than any marker of it."""
TIMEOUT_MS: Final = 600_000
"""No program lasts so long that a transaction of its times out."""

_PASSING: Final = NOT_READY | {"CONCURRENT_TRANSACTIONS"}
"""Errors that a client repeats its request for."""
_UNVERIFIED: Final = frozenset({"NOT_ENOUGH_REPLICAS", "CONCURRENT_TRANSACTIONS"})
"""Errors of a Produce whose transaction the coordinator could not confirm yet."""
_PATIENCE: Final = 30.0


@dataclass
class Live:
    """What a producer knows of itself."""

    name: str
    producer_id: int = -1
    epoch: int = -1
    old: bool = False
    """Whether its present transaction speaks the older protocol."""
    number: int = 0
    """How many transactions it began."""
    added: set[Any] = field(default_factory=set)
    """What belongs to the open transaction: partitions, and groups by their symbol."""
    promised: set[tuple[str, str, int]] = field(default_factory=set)
    """Groups, topics and partitions whose offsets wait for its end."""
    sequences: dict[Place, int] = field(default_factory=dict)


def live(world: World, producer: str) -> Live:
    """The producer of this symbol; at first it knows nothing."""
    found = world.handles.setdefault(f"producer {producer}", Live(world.real(producer)))
    assert isinstance(found, Live)
    return found


def speaks_new(world: World) -> bool:
    """Whether clients of this cluster speak the newer protocol."""
    finalized = world.profile.features.get("transaction.version", 0) >= 2
    return finalized and world.profile.newest("EndTxn") >= 5


def persist(
    world: World,
    send: Callable[[], Outcome],
    error_of: Callable[[Any], str] | None = None,
) -> Answer | Observation:
    """Sends until the answer is no passing error; a silence, if that was the outcome."""
    error_of = error_of or first_error
    last: list[Outcome] = []

    def settled() -> bool | None:
        last.append(send())
        found = last[-1]
        passing = isinstance(found, Answer) and error_of(found.body) in _PASSING
        return None if passing else True

    world.until(settled, _PATIENCE)
    found = last[-1]
    return found if isinstance(found, Answer) else {"silence": why_silent(found)}


def first_error(body: Any) -> str:
    """The error of an answer, or that of its first partition."""
    if hasattr(body, "error_code") and body.error_code:
        return error_name(body.error_code)
    for many in ("results_by_topic_v3_and_below", "topics"):
        for topic in getattr(body, many, None) or []:
            for entry in getattr(topic, "results_by_partition", None) or topic.partitions:
                code = getattr(entry, "partition_error_code", None)
                return error_name(entry.error_code if code is None else code)
    return "NONE"


def start(world: World, producer: str, *, transactional: bool = True) -> Observation:
    """InitProducerId: a new life of the producer; whatever was open is aborted."""
    me = live(world, producer)
    at = coordinator(world, me.name, TRANSACTION) if transactional else world.client()
    found = persist(
        world,
        lambda: world.call(
            at,
            "InitProducerId",
            min(4, world.profile.newest("InitProducerId")),
            transactional_id=me.name if transactional else None,
            transaction_timeout_ms=TIMEOUT_MS,
            producer_id=-1,
            producer_epoch=-1,
        ),
    )
    if not isinstance(found, Answer):
        return found
    body = found.body
    if body.error_code == 0:
        me.producer_id, me.epoch = body.producer_id, body.producer_epoch
        me.added, me.sequences, me.promised = set(), {}, set()
    return {
        "error": error_name(body.error_code),
        "producer_id": body.producer_id,
        "epoch": body.producer_epoch,
    }


def write(world: World, producer: str, place: Place, count: int, *, old: bool) -> Observation:
    """One batch in the producer's transaction, which begins with its first batch."""
    me = live(world, producer)
    begin(world, me, old)
    error = "NONE" if place in me.added or not me.old else add_partition(world, me, place)
    if error != "NONE":
        return {"error": error}
    first = me.sequences.get(place, 0)
    values = [f"{producer}.{me.number}.{first + n}" for n in range(count)]
    data = numbered_batch(world, (me.producer_id, me.epoch, first), values, TRANSACTIONAL)
    newest = 13 if place[0] in world.ids else 12  # from 13 on topics go by their id
    version = min(11 if me.old else newest, world.profile.newest("Produce"))
    seen = persist_writing(
        world, lambda: send_batch(world, *place, data, -1, version, transactional_id=me.name)
    )
    if seen.get("error") == "NONE":
        me.sequences[place] = first + count
        me.added.add(place)
    return {**seen, "producer": [me.producer_id, me.epoch, first], "values": values}


def persist_writing(world: World, send: Callable[[], Observation]) -> Observation:
    """Sends until the answer is none that says that the coordinator could not be asked."""
    last: list[Observation] = []

    def settled() -> bool | None:
        last.append(send())
        return None if last[-1].get("error") in _UNVERIFIED else True

    world.until(settled, _PATIENCE)
    return last[-1]


def begin(world: World, me: Live, old: bool) -> None:
    """The first thing of a transaction decides which protocol it speaks."""
    if not me.added:
        me.old = old or not speaks_new(world)
        me.number += 1


def numbered_batch(
    world: World, numbers: tuple[int, int, int], values: list[str], attributes: int
) -> bytes:
    """A batch with producer id, epoch and first sequence; one record for each value."""
    producer_id, epoch, first = numbers
    records = [
        Record(b"k", value.encode(), timestamp=world.start_ms + AHEAD_MS) for value in values
    ]
    return make_batch(
        records,
        producer_id=producer_id,
        producer_epoch=epoch,
        base_sequence=first,
        attributes=attributes,
    ).encode()


def add_partition(world: World, me: Live, place: Place) -> str:
    """AddPartitionsToTxn as clients before 4.0 send it; the error by name."""
    at = coordinator(world, me.name, TRANSACTION)
    topics = [{"name": world.real(place[0]), "partitions": [place[1]]}]
    found = persist(
        world,
        lambda: world.call(
            at,
            "AddPartitionsToTxn",
            min(3, world.profile.newest("AddPartitionsToTxn")),
            v3_and_below_transactional_id=me.name,
            v3_and_below_producer_id=me.producer_id,
            v3_and_below_producer_epoch=me.epoch,
            v3_and_below_topics=topics,
        ),
    )
    return first_error(found.body) if isinstance(found, Answer) else str(found["silence"])


def end(world: World, producer: str, commit: bool) -> Observation:
    """EndTxn, and then until the coordinator says that every marker is written."""
    me = live(world, producer)
    at = coordinator(world, me.name, TRANSACTION)
    newest = world.profile.newest("EndTxn")
    found = persist(
        world,
        lambda: world.call(
            at,
            "EndTxn",
            min(4, newest) if me.old else min(5, newest),
            transactional_id=me.name,
            producer_id=me.producer_id,
            producer_epoch=me.epoch,
            committed=commit,
        ),
    )
    if not isinstance(found, Answer):
        return found
    error = error_name(found.body.error_code)
    if error != "NONE":
        return {"error": error}
    ended = {"error": error, "producer_id": me.producer_id, "complete": _complete(world, me)}
    _go_on(me, found)
    return ended | {"epoch": me.epoch}


def _go_on(me: Live, ended: Answer) -> None:
    """After an end: the newer protocol goes on with another epoch, from sequence 0."""
    me.added = set()
    if ended.version >= 5:
        me.producer_id, me.epoch = ended.body.producer_id, ended.body.producer_epoch
        me.sequences = {}


def _complete(world: World, me: Live) -> bool:
    return world.until(lambda: _is_complete(world, me), _PATIENCE) is not None


def _is_complete(world: World, me: Live) -> bool | None:
    at = coordinator(world, me.name, TRANSACTION)
    found = world.call(at, "DescribeTransactions", transactional_ids=[me.name])
    if not isinstance(found, Answer):
        return None
    state = found.body.transaction_states[0].transaction_state
    return True if state in ("CompleteCommit", "CompleteAbort") else None

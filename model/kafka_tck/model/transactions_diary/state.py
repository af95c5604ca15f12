"""Clients that share a transactional id: who gets it, and who is fenced.

A model of what a public specification says (Jack Vanlightly's kafka-tlaplus, transactions diary,
02 AddPartitionsToTxn), with its states one to one: two brokers, two clients, one transactional id,
one partition of the transaction log and one topic partition. A client asks for a producer id and
adds the partition to its transaction; another that asks later fences it, and its transaction is
aborted. The coordinator may move once.

Each client has at most one message under way. What was delivered is part of the state, because it
is in that specification; so are the errors that a client remembers. What follows from other fields
is not: the pending transition of a coordinator is the last entry of its log that is not committed.
Broker and client of one index have nothing to do with each other. Left out, as there: records,
markers, the end of a transaction by its client, and replication, which copies one entry at once.
"""

from collections.abc import Mapping
from typing import Any, Final

from kafka_tck.model.shapes import Given, Shape, each, flag, node, number, sequence, settled
from kafka_tck.model.sources import Text
from kafka_tck.model.spec import Module
from kafka_tck.model.terms import NONE, Bool, Int, Seq, choose

READY, ASKED, HAS_ID, BEGUN, STOPPED = range(5)
"""What a client is at."""

UNKNOWN, EMPTY, ONGOING, PREPARE_ABORT, COMPLETE_ABORT = range(5)
"""What a coordinator knows of the transactional id."""

NO_MAIL, ASKS_ID, TELLS_ID, ADDS, TELLS_ADDED = range(5)
"""The message that is under way between a client and a broker."""

OK, NOT_COORDINATOR, CONCURRENT_TRANSACTIONS, PRODUCER_FENCED, INVALID_PRODUCER_ID_MAPPING = range(
    5
)


def public(place: str) -> Text:
    """An action or a claim of the public specification."""
    return Text("kafka-tlaplus by Jack Vanlightly, transactions diary 02", place)


class Client(Shape):
    """A client with the transactional id, its message under way, and what was delivered."""

    at: Int = number(READY, STOPPED)
    coordinator: Int = node()
    pid: Int = number(NONE, "pids")
    epoch: Int = number(NONE, "epochs")
    last_error: Int = number(OK, INVALID_PRODUCER_ID_MAPPING)
    is_adding: Bool = flag()
    has_partition: Bool = flag()

    mail: Int = number(NO_MAIL, TELLS_ADDED)
    broker: Int = node()
    """To or from whom the message is."""
    code: Int = number(OK, INVALID_PRODUCER_ID_MAPPING)
    told_pid: Int = number(NONE, "pids")
    told_epoch: Int = number(NONE, "epochs")

    asked: tuple[Bool, ...] = each(flag())
    """By broker: whether it was asked for an id; and likewise for the other messages."""
    got_id: tuple[Bool, ...] = each(flag())
    id_elsewhere: tuple[Bool, ...] = each(flag())
    id_later: tuple[Bool, ...] = each(flag())
    added: tuple[Bool, ...] = each(flag())
    got_partition: tuple[Bool, ...] = each(flag())
    add_elsewhere: tuple[Bool, ...] = each(flag())
    add_later: tuple[Bool, ...] = each(flag())
    add_fenced: tuple[Bool, ...] = each(flag())
    add_unknown: tuple[Bool, ...] = each(flag())


class Broker(Shape):
    """A coordinator: what it believes of the log's leader, its log, and what it knows of the id."""

    knows_epoch: Int = number(0, "elections")
    knows_leader: Int = node()
    pid: Int = number(NONE, "pids")
    epoch: Int = number(NONE, "epochs")
    last_epoch: Int = number(NONE, "epochs")
    state: Int = number(UNKNOWN, COMPLETE_ABORT)
    has_partition: Bool = flag()
    log: Seq = sequence(
        "entries",
        pid=number(NONE, "pids"),
        epoch=number(NONE, "epochs"),
        last_epoch=number(NONE, "epochs"),
        state=number(EMPTY, COMPLETE_ABORT),
        has_partition=flag(),
        client=node(),
        broker=node(),
    )
    """What is to become known; and which client waits for it, at which broker."""
    hw: Int = number(0, "entries")

    @property
    def is_pending(self) -> Bool:
        """A transition is written and not yet committed."""
        waits: Bool = self.hw < self.log.length
        return waits


class Cluster(Shape):
    """The log's leader and its epoch, the producer ids that were given, brokers and clients."""

    given: Given = settled()
    leader: Int = node()
    epoch: Int = number(0, "elections")
    pids: Int = number(0, "pids")
    brokers: tuple[Broker, ...] = each(Broker)
    clients: tuple[Client, ...] = each(Client)


HISTORY: Final = (
    "asked",
    "got_id",
    "id_elsewhere",
    "id_later",
    "added",
    "got_partition",
    "add_elsewhere",
    "add_later",
    "add_fenced",
    "add_unknown",
)
NOTHING_KNOWN: Final[Mapping[str, Any]] = {
    "pid": NONE,
    "epoch": NONE,
    "last_epoch": NONE,
    "state": UNKNOWN,
    "has_partition": False,
}
NOTHING_SENT: Final[Mapping[str, Any]] = {
    "mail": NO_MAIL,
    "broker": NONE,
    "code": OK,
    "told_pid": NONE,
    "told_epoch": NONE,
}


def _beginning(given: Given) -> dict[str, object]:
    broker = {"knows_epoch": 0, "knows_leader": 0, "log": (), "hw": 0, **NOTHING_KNOWN}
    client = {
        "at": READY,
        "coordinator": NONE,
        "pid": NONE,
        "epoch": NONE,
        "last_error": OK,
        "is_adding": False,
        "has_partition": False,
        **NOTHING_SENT,
        **dict.fromkeys(HISTORY, (False,) * given.nodes),
    }
    return {
        "leader": 0,
        "epoch": 0,
        "pids": 0,
        "brokers": [broker] * given.nodes,
        "clients": [client] * given.nodes,
    }


transactions_diary = Module(
    "transactions_diary",
    Cluster,
    _beginning,
    given=Given(2),
    bounds={"elections": 1, "pids": 3, "epochs": 5, "entries": 10},
    pinned=(0, 1),
    doc=__doc__,
)


def delivered(p: Cluster, client: int, broker: int, what: str, /, **changes: Any) -> Cluster:
    """The message to or from this broker has come, and what the client is at changes."""
    flags = getattr(p.clients[client], what)
    come = tuple(True if n == broker else flag for n, flag in enumerate(flags))
    return p.having_of("clients", client, **{**NOTHING_SENT, what: come, **changes})


def at_leader(p: Cluster, name: str) -> Any:
    """A field of the broker that leads the log."""
    value = getattr(p.brokers[0], name)
    for n, broker in enumerate(p.brokers[1:], 1):
        value = choose(p.leader == n, getattr(broker, name), value)
    return value

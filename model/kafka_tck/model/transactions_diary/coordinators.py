"""Coordinators answer, write to the transaction log, and act on what is committed there."""

from typing import Any

from kafka_tck.model.shapes import either
from kafka_tck.model.spec import Step, nodes, when
from kafka_tck.model.terms import NONE, Bool, Int, all_of, choose, negate
from kafka_tck.model.transactions_diary.state import (
    ADDS,
    ASKS_ID,
    COMPLETE_ABORT,
    CONCURRENT_TRANSACTIONS,
    EMPTY,
    INVALID_PRODUCER_ID_MAPPING,
    NOT_COORDINATOR,
    OK,
    ONGOING,
    PREPARE_ABORT,
    PRODUCER_FENCED,
    TELLS_ADDED,
    TELLS_ID,
    UNKNOWN,
    Cluster,
    delivered,
    public,
    transactions_diary,
)


def _comes(p: Cluster, client: int, broker: int, mail: int) -> dict[str, Bool]:
    own = p.clients[client]
    return {"comes": own.mail == mail, "to_this_broker": own.broker == broker}


def _leads(p: Cluster, broker: int) -> Bool:
    """It believes that it leads the log."""
    return p.brokers[broker].knows_leader == broker


def _is_free(p: Cluster, broker: int) -> Bool:
    """It may begin a transition: none is pending, and no abort is."""
    own = p.brokers[broker]
    return all_of([negate(own.is_pending), own.state != PREPARE_ABORT])


def _written(p: Cluster, broker: int, /, **entry: Any) -> Cluster:
    return p.having_of("brokers", broker, log=p.brokers[broker].log.append(**entry))


# Producer ids


@transactions_diary.action(public("ReceiveInitPidRequest"), broker=nodes, client=nodes)
def coordinator_gives_no_id(p: Cluster, broker: int, client: int) -> Step[Cluster]:
    """A broker that does not lead the log says so; one that is busy says: later."""
    own = p.brokers[broker]
    leads = _leads(p, broker)
    code = choose(leads, CONCURRENT_TRANSACTIONS, NOT_COORDINATOR)
    told = delivered(p, client, broker, "asked", mail=TELLS_ID, broker=broker, code=code)
    # The source of ids goes back to the id that this coordinator knows.
    return when(
        **_comes(p, client, broker, ASKS_ID),
        can_not=negate(all_of([leads, _is_free(p, broker)])),
    ).then(told.having(pids=choose(leads, own.pid, p.pids)))


@transactions_diary.action(public("ReceiveInitPidRequest"), broker=nodes, client=nodes)
def coordinator_writes_an_id(p: Cluster, broker: int, client: int) -> Step[Cluster]:
    """The next epoch of the producer id is written; the first of a new one if it is not known."""
    own = p.brokers[broker]
    is_new = own.state == UNKNOWN
    pid = choose(is_new, p.pids + 1, own.pid)
    known = p.having_of("brokers", broker, pid=pid, state=choose(is_new, EMPTY, own.state)).having(
        pids=pid
    )
    written = _written(
        known,
        broker,
        pid=pid,
        epoch=own.epoch + 1,
        last_epoch=own.epoch,
        state=EMPTY,
        has_partition=False,
        client=client,
        broker=broker,
    )
    return when(
        **_comes(p, client, broker, ASKS_ID),
        leads=_leads(p, broker),
        is_free=_is_free(p, broker),
        has_no_transaction=own.state != ONGOING,
    ).then(delivered(written, client, broker, "asked"))


@transactions_diary.action(public("EndTransaction"), broker=nodes, client=nodes)
def coordinator_fences(p: Cluster, broker: int, client: int) -> Step[Cluster]:
    """Another client's transaction is under way: its abort is written, under the next epoch."""
    own = p.brokers[broker]
    written = _written(
        p.having(pids=own.pid),
        broker,
        pid=own.pid,
        epoch=own.epoch + 1,
        last_epoch=NONE,
        state=PREPARE_ABORT,
        has_partition=own.has_partition,
        client=client,
        broker=broker,
    )
    return when(
        **_comes(p, client, broker, ASKS_ID),
        leads=_leads(p, broker),
        is_free=_is_free(p, broker),
        has_transaction=own.state == ONGOING,
    ).then(delivered(written, client, broker, "asked"))


# Partitions


def _refusal(p: Cluster, broker: int, client: int) -> Int:
    """Why the partition can not be added now, or OK."""
    own, asking = p.brokers[broker], p.clients[client]
    is_free = _is_free(p, broker)
    code: Int = choose(is_free, OK, CONCURRENT_TRANSACTIONS)
    code = choose(asking.epoch == own.epoch, code, PRODUCER_FENCED)
    code = choose(asking.pid == own.pid, code, INVALID_PRODUCER_ID_MAPPING)
    code = choose(_leads(p, broker), code, NOT_COORDINATOR)
    unknown = all_of([_leads(p, broker), own.state == UNKNOWN])
    return choose(unknown, INVALID_PRODUCER_ID_MAPPING, code)


@transactions_diary.action(public("ReceiveAddPartitionsToTxnRequest"), broker=nodes, client=nodes)
def coordinator_refuses_the_partition(p: Cluster, broker: int, client: int) -> Step[Cluster]:
    """A broker that does not lead, does not know the producer, fenced it or is busy says so."""
    code = _refusal(p, broker, client)
    return when(**_comes(p, client, broker, ADDS), can_not=code != OK).then(
        delivered(p, client, broker, "added", mail=TELLS_ADDED, broker=broker, code=code)
    )


@transactions_diary.action(public("ReceiveAddPartitionsToTxnRequest"), broker=nodes, client=nodes)
def coordinator_writes_the_partition(p: Cluster, broker: int, client: int) -> Step[Cluster]:
    """The transaction is written as under way, with the partition."""
    own = p.brokers[broker]
    written = _written(
        p,
        broker,
        pid=own.pid,
        epoch=own.epoch,
        last_epoch=own.last_epoch,
        state=ONGOING,
        has_partition=True,
        client=client,
        broker=broker,
    )
    return when(**_comes(p, client, broker, ADDS), can=_refusal(p, broker, client) == OK).then(
        delivered(written, client, broker, "added")
    )


# The log


@transactions_diary.action(public("CommitTxnLogAppend"), broker=nodes)
def coordinator_commits(p: Cluster, broker: int) -> Step[Cluster]:
    """Every broker gets the next entry; the leader acts on it, and tells who waits for it."""
    own = p.brokers[broker]
    entry = own.log.at(own.hw)
    brokers = tuple(
        b.having(hw=own.hw + 1)
        if n == broker
        else b.having(hw=own.hw + 1, log=b.log.append(**vars(entry)))
        for n, b in enumerate(p.brokers)
    )
    known = {name: value for name, value in vars(entry).items() if name not in _WHO}
    replicated = p.having(brokers=brokers).having_of("brokers", broker, **known)
    return when(
        has_more=own.is_pending,
        leads=p.leader == broker,
        is_followed=all_of(b.knows_epoch == own.knows_epoch for b in p.brokers),
    ).then(
        answered(
            either(entry.state == PREPARE_ABORT, completed(replicated, broker), replicated),
            entry,
            choose(entry.state == PREPARE_ABORT, CONCURRENT_TRANSACTIONS, OK),
        )
    )


_WHO = ("client", "broker")


def answered(p: Cluster, entry: Any, code: int | Int) -> Cluster:
    """Who waits for an entry is told what came of it."""
    is_add = entry.state == ONGOING
    tells = all_of([entry.state == EMPTY, code == OK])
    answer = {
        "mail": choose(is_add, TELLS_ADDED, TELLS_ID),
        "broker": entry.broker,
        "code": code,
        "told_pid": choose(tells, entry.pid, NONE),
        "told_epoch": choose(tells, entry.epoch, NONE),
    }
    clients = tuple(
        either(entry.client == n, own.having(**answer), own) for n, own in enumerate(p.clients)
    )
    return p.having(clients=clients)


def completed(p: Cluster, broker: int) -> Cluster:
    """The end of an abort is written; nobody waits for it."""
    own = p.brokers[broker]
    return _written(
        p,
        broker,
        pid=own.pid,
        epoch=own.epoch,
        last_epoch=own.last_epoch,
        state=COMPLETE_ABORT,
        has_partition=own.has_partition,
        client=NONE,
        broker=NONE,
    )


@transactions_diary.action(public("CompletePartialTxn"), broker=nodes)
def coordinator_completes(p: Cluster, broker: int) -> Step[Cluster]:
    """A new coordinator ends an abort that its predecessor had begun."""
    own = p.brokers[broker]
    return when(
        leads=_leads(p, broker),
        has_begun=own.state == PREPARE_ABORT,
        is_idle=negate(own.is_pending),
    ).then(completed(p, broker))

"""Clients ask for a producer id, add a partition, and hear what came of it."""

from kafka_tck.model.shapes import either
from kafka_tck.model.spec import Step, nodes, when
from kafka_tck.model.terms import Bool, any_of, negate
from kafka_tck.model.transactions_diary.state import (
    ADDS,
    ASKED,
    ASKS_ID,
    BEGUN,
    CONCURRENT_TRANSACTIONS,
    HAS_ID,
    INVALID_PRODUCER_ID_MAPPING,
    NOT_COORDINATOR,
    OK,
    PRODUCER_FENCED,
    READY,
    STOPPED,
    TELLS_ADDED,
    TELLS_ID,
    Cluster,
    delivered,
    public,
    transactions_diary,
)


@transactions_diary.action(public("SendInitPidRequest"), client=nodes)
def client_asks_for_an_id(p: Cluster, client: int) -> Step[Cluster]:
    """A client asks whoever leads the log for the producer id of the transactional id."""
    asks = p.having_of("clients", client, at=ASKED, mail=ASKS_ID, broker=p.leader)
    return when(is_ready=p.clients[client].at == READY).then(asks)


def _hears(p: Cluster, client: int, broker: int, mail: int, *codes: int) -> dict[str, Bool]:
    own = p.clients[client]
    return {
        "is_answered": own.mail == mail,
        "by_this_broker": own.broker == broker,
        "so": any_of(own.code == code for code in codes),
    }


@transactions_diary.action(public("ReceiveInitPidResponse"), client=nodes, broker=nodes)
def client_gets_an_id(p: Cluster, client: int, broker: int) -> Step[Cluster]:
    """A client has its producer id and epoch, and keeps to the broker that gave them."""
    own = p.clients[client]
    return when(**_hears(p, client, broker, TELLS_ID, OK)).then(
        delivered(
            p,
            client,
            broker,
            "got_id",
            at=HAS_ID,
            coordinator=broker,
            pid=own.told_pid,
            epoch=own.told_epoch,
            last_error=OK,
        )
    )


@transactions_diary.action(public("ReceiveInitPidResponse"), client=nodes, broker=nodes)
def client_gets_no_id(p: Cluster, client: int, broker: int) -> Step[Cluster]:
    """A client is told to ask elsewhere, or later."""
    heard = _hears(p, client, broker, TELLS_ID, NOT_COORDINATOR, CONCURRENT_TRANSACTIONS)
    code = p.clients[client].code
    return when(**heard).then(
        either(
            code == NOT_COORDINATOR,
            delivered(p, client, broker, "id_elsewhere", at=READY, last_error=code),
            delivered(p, client, broker, "id_later", at=READY, last_error=code),
        )
    )


@transactions_diary.action(public("SendAddPartitionsToTxnRequest"), client=nodes)
def client_adds_the_partition(p: Cluster, client: int) -> Step[Cluster]:
    """A client asks its coordinator to add the partition to its transaction."""
    own = p.clients[client]
    return when(
        has_id=any_of([own.at == HAS_ID, own.at == BEGUN]),
        is_not_adding=negate(own.is_adding),
        lacks_it=negate(own.has_partition),
    ).then(
        p.having_of("clients", client, at=BEGUN, is_adding=True, mail=ADDS, broker=own.coordinator)
    )


@transactions_diary.action(public("ReceiveAddPartitionsToTxnResponse"), client=nodes, broker=nodes)
def client_has_the_partition(p: Cluster, client: int, broker: int) -> Step[Cluster]:
    """A client hears that the partition is part of its transaction."""
    return when(**_hears(p, client, broker, TELLS_ADDED, OK)).then(
        delivered(p, client, broker, "got_partition", is_adding=False, has_partition=True)
    )


@transactions_diary.action(public("ReceiveAddPartitionsToTxnResponse"), client=nodes, broker=nodes)
def client_may_try_again(p: Cluster, client: int, broker: int) -> Step[Cluster]:
    """A client is told to add the partition elsewhere, or later."""
    code = p.clients[client].code
    heard = _hears(p, client, broker, TELLS_ADDED, NOT_COORDINATOR, CONCURRENT_TRANSACTIONS)
    elsewhere = delivered(
        p,
        client,
        broker,
        "add_elsewhere",
        is_adding=False,
        last_error=code,
        coordinator=p.leader,
    )
    later = delivered(p, client, broker, "add_later", is_adding=False, last_error=code)
    return when(**heard).then(either(code == NOT_COORDINATOR, elsewhere, later))


@transactions_diary.action(public("ReceiveAddPartitionsToTxnResponse"), client=nodes, broker=nodes)
def client_stops(p: Cluster, client: int, broker: int) -> Step[Cluster]:
    """A client is told that another has its place, and does nothing more."""
    code = p.clients[client].code
    heard = _hears(p, client, broker, TELLS_ADDED, PRODUCER_FENCED, INVALID_PRODUCER_ID_MAPPING)
    stops = {"at": STOPPED, "is_adding": False, "has_partition": False, "last_error": code}
    return when(**heard).then(
        either(
            code == PRODUCER_FENCED,
            delivered(p, client, broker, "add_fenced", **stops),
            delivered(p, client, broker, "add_unknown", **stops),
        )
    )

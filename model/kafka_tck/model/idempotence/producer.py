"""The producer sends batches, hears of them, and sends them again."""

from kafka_tck.model.idempotence.state import (
    HEARD,
    REFUSED,
    UNDER_WAY,
    WRITTEN,
    Stream,
    following,
    idempotence,
)
from kafka_tck.model.sources import KIP, Code, Docs
from kafka_tck.model.spec import Step, when, whole
from kafka_tck.model.terms import NONE, Int, Seq, all_of, choose, first_where

batches = whole(0, lambda sizes: sizes["batches"] - 1)
requests = whole(0, lambda sizes: sizes["requests"] - 1)


@idempotence.action(KIP(98), Docs("max.in.flight.requests.per.connection"))
def producer_sends(p: Stream) -> Step[Stream]:
    """The producer numbers a new batch, and sends it on its connection."""
    number = p.batches.length
    begins = number == p.first
    sequence = choose(begins, 0, following(p, p.batches.at(number - 1).sequence))
    oldest = first_where(number, lambda b: all_of([b >= p.first, p.batches.at(b).offset == NONE]))
    sent = p.batches.append(epoch=p.epoch, sequence=sequence, awaited=p.connection, offset=NONE)
    return when(
        may_be_in_flight=number - oldest < p.given.max_in_flight_requests_per_connection
    ).then(p.having(batches=sent, requests=_requested(p, number)))


@idempotence.action(Code("Sender.canRetry"), Docs("retries"), batch=batches)
def producer_retries(p: Stream, batch: Int) -> Step[Stream]:
    """The producer sends a batch again: it was told of an error, or its connection is gone."""
    own = p.batches.at(batch)
    return when(
        was_sent=p.batches.length > batch,
        is_not_given_up=p.first <= batch,
        is_not_acknowledged=own.offset == NONE,
        is_not_awaited=own.awaited != p.connection,
    ).then(
        p.having(
            batches=p.batches.put(batch, awaited=p.connection),
            requests=_requested(p, batch),
        )
    )


def _requested(p: Stream, batch: Int) -> Seq:
    return p.requests.append(batch=batch, connection=p.connection, state=UNDER_WAY, offset=NONE)


@idempotence.action(Docs("acks=all"), request=requests)
def producer_hears(p: Stream, request: Int) -> Step[Stream]:
    """The producer is told that a batch is written, and where: all replicas have it."""
    own = p.requests.at(request)
    return when(
        is_written=own.state == WRITTEN,
        is_committed=own.offset < p.hw,
        is_on_this_connection=own.connection == p.connection,
        is_news=p.batches.at(own.batch).offset == NONE,
    ).then(p.having(batches=p.batches.put(own.batch, offset=own.offset)))


@idempotence.action(Code("Sender.completeBatch"), request=requests)
def producer_hears_of_an_error(p: Stream, request: Int) -> Step[Stream]:
    """The producer is told of an error, and may send the batch again."""
    own = p.requests.at(request)
    return when(
        is_refused=own.state == REFUSED,
        is_on_this_connection=own.connection == p.connection,
    ).then(
        p.having(
            requests=p.requests.put(request, state=HEARD),
            batches=p.batches.put(own.batch, awaited=NONE),
        )
    )


@idempotence.action(Docs("request.timeout.ms"))
def producer_connects_again(p: Stream) -> Step[Stream]:
    """The producer opens another connection; it hears nothing more on those that it had."""
    return when().then(p.having(connection=p.connection + 1))


@idempotence.action(
    KIP(360),
    Code("TransactionManager.bumpIdempotentProducerEpoch"),
    only=lambda given: given.enable_idempotence,
)
def producer_begins_an_epoch(p: Stream) -> Step[Stream]:
    """The producer gives up what is not acknowledged, and begins again at 0 in a new epoch."""
    return when().then(p.having(epoch=p.epoch + 1, first=p.batches.length))

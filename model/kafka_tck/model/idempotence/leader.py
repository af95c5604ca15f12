"""The leader handles requests: it writes a batch, recognises it, or refuses it."""

from typing import Any

from kafka_tck.model.idempotence.producer import requests
from kafka_tck.model.idempotence.rules import (
    behind,
    has_present_epoch,
    is_in_sequence,
    repeats,
)
from kafka_tck.model.idempotence.state import REFUSED, UNDER_WAY, WRITTEN, Stream, idempotence
from kafka_tck.model.sources import KIP, Code, Docs
from kafka_tck.model.spec import Guard, Step, otherwise, when
from kafka_tck.model.terms import (
    NONE,
    Bool,
    Int,
    all_of,
    any_of,
    choose,
    every,
    implies,
    last_where,
    least,
    negate,
)


def _arrives(p: Stream, request: Int) -> dict[str, Bool]:
    """The request is the next one that its connection brings."""
    own = p.requests.at(request)

    def is_handled(other: Int) -> Bool:
        earlier = all_of([other < request, p.requests.at(other).connection == own.connection])
        return implies(earlier, p.requests.at(other).state != UNDER_WAY)

    return {
        "is_under_way": own.state == UNDER_WAY,
        "comes_in_order": every(p.requests.length, is_handled),
    }


def _rules(p: Stream, batch: Any) -> dict[str, Guard | Bool]:
    """What is asked of a numbered batch that is to be written."""
    if not p.given.enable_idempotence:
        return {}
    return {
        "is_no_repetition": negate(repeats(p, batch)),
        "has_present_epoch": otherwise(has_present_epoch(p, batch), "INVALID_PRODUCER_EPOCH"),
        "is_in_sequence": otherwise(is_in_sequence(p, batch), "OUT_OF_ORDER_SEQUENCE_NUMBER"),
    }


def _age(p: Stream, number: Int) -> dict[str, Bool]:
    """No request lives on until sequences begin again: a batch is less than a turn behind the next.

    Nor is one so far ahead that it has a sequence that is remembered. The numbers of batches are
    no part of requests: that this holds is asked of the network, and of nobody else.
    """
    if not p.given.enable_idempotence or p.given.late_by_a_turn:
        return {}
    newest = p.log.at(p.log.length - 1).batch
    near = all_of(
        [newest + 1 < number + p.given.turn, number + p.given.window <= newest + p.given.turn]
    )
    return {"is_of_this_turn": any_of([p.known_epoch == NONE, near])}


@idempotence.action(
    KIP(98),
    Code("ProducerAppendInfo.append"),
    Code("Partition.appendRecordsToLeader"),
    request=requests,
)
def leader_writes(p: Stream, request: Int) -> Step[Stream]:
    """The leader writes a batch at the end of its log."""
    own = p.requests.at(request)
    batch = p.batches.at(own.batch)
    newest = p.log.at(p.log.length - 1)
    continues = p.known_epoch == batch.epoch
    written = p.log.append(
        batch=own.batch,
        epoch=batch.epoch,
        sequence=batch.sequence,
        run=choose(continues, newest.run + 1, 1),
        life=p.life,
    )
    known = (
        p.having(
            known_epoch=batch.epoch,
            last=batch.sequence,
            remembered=choose(continues, least(p.remembered + 1, p.given.window), 1),
        )
        if p.given.enable_idempotence
        else p
    )
    return (
        when(**_arrives(p, request), **_age(p, own.batch), **_rules(p, batch))
        .then(
            known.having(
                log=written,
                requests=p.requests.put(request, state=WRITTEN, offset=p.log.length),
            )
        )
        .answering(base_offset=p.log.length)
    )


@idempotence.action(
    KIP(98),
    Code("ProducerStateEntry.findDuplicateBatch"),
    only=lambda given: given.enable_idempotence,
    request=requests,
)
def leader_recognises(p: Stream, request: Int) -> Step[Stream]:
    """The leader answers a batch that it remembers as it did the first time; it writes nothing."""
    own = p.requests.at(request)
    batch = p.batches.at(own.batch)
    offset = p.log.length - 1 - behind(p, batch.sequence)
    return (
        when(
            **_arrives(p, request),
            **_age(p, own.batch),
            is_repetition=repeats(p, batch),
        )
        .then(p.having(requests=p.requests.put(request, state=WRITTEN, offset=offset)))
        .answering(base_offset=offset)
    )


@idempotence.action(
    KIP(98),
    Code("ProducerAppendInfo.checkSequence"),
    only=lambda given: given.enable_idempotence,
    request=requests,
)
def leader_refuses(p: Stream, request: Int) -> Step[Stream]:
    """The leader refuses a batch of an old epoch, or out of sequence."""
    own = p.requests.at(request)
    batch = p.batches.at(own.batch)
    is_right = all_of([has_present_epoch(p, batch), is_in_sequence(p, batch)])
    there = last_where(p.log.length, lambda o: p.log.at(o).batch == own.batch) - 1
    return when(
        **_arrives(p, request),
        is_no_repetition=negate(repeats(p, batch)),
        is_wrong=negate(is_right),
    ).then(p.having(requests=p.requests.put(request, state=REFUSED, offset=there)))


@idempotence.action(Docs("min.insync.replicas: NOT_ENOUGH_REPLICAS"), request=requests)
def leader_cannot_write(p: Stream, request: Int) -> Step[Stream]:
    """The leader refuses a batch for a reason of its own that passes: it may be sent again."""
    return when(**_arrives(p, request)).then(
        p.having(requests=p.requests.put(request, state=REFUSED, offset=NONE))
    )

"""Commits, markers and expiry are written, and memory follows what is replicated."""

from kafka_tck.model.offsets.state import (
    ABORT,
    COMMIT,
    PENDING,
    PLAIN,
    TOMBSTONE,
    Coordinator,
    is_open,
    offsets,
)
from kafka_tck.model.shapes import either
from kafka_tck.model.sources import KIP, Code
from kafka_tck.model.spec import Step, among, nodes, otherwise, when, whole
from kafka_tck.model.terms import NONE, Bool, Int, all_of, any_of, choose, most, negate

values = whole(0, "offsets")
generations = whole(NONE, "generations")


def _may_commit(p: Coordinator, generation: Int) -> Bool:
    """A member says its generation; who says none may commit for a group without members."""
    is_member = all_of([p.has_members, generation == p.generation])
    return any_of([is_member, all_of([negate(p.has_members), generation == NONE])])


@offsets.action(
    Code("ClassicGroup.validateOffsetCommit"),
    Code("OffsetMetadataManager.commitOffset"),
    offset=values,
    generation=generations,
)
def member_commits(p: Coordinator, offset: Int, generation: Int) -> Step[Coordinator]:
    """A member commits an offset, or a tool does so while the group is empty."""
    may = _may_commit(p, generation) if p.given.fenced else all_of([generation <= p.generation])
    return when(
        is_member=otherwise(may, "ILLEGAL_GENERATION"),
        is_offset=offset >= 0,
    ).then(_writing(p, PLAIN, offset, NONE, generation))


@offsets.action(
    KIP(447),
    Code("OffsetMetadataManager.commitTransactionalOffset"),
    offset=values,
    producer=nodes,
    generation=generations,
)
def producer_commits(
    p: Coordinator, offset: Int, producer: int, generation: Int
) -> Step[Coordinator]:
    """An offset becomes part of a producer's transaction, and waits for its end."""
    may = _may_commit(p, generation) if p.given.fenced else all_of([generation <= p.generation])
    return when(
        is_member=otherwise(may, "ILLEGAL_GENERATION"),
        is_offset=offset >= 0,
    ).then(_writing(p, PENDING, offset, producer, generation))


@offsets.action(
    KIP(98),
    Code("GroupCoordinatorService.completeTransaction"),
    producer=nodes,
    kind=among(COMMIT, ABORT),
)
def marker_is_written(p: Coordinator, producer: int, kind: int) -> Step[Coordinator]:
    """The transaction of a producer ends, and what waits for it counts, or is dropped."""
    return when(is_open=is_open(p, producer)).then(_writing(p, kind, NONE, producer, NONE))


@offsets.action(KIP(211), Code("OffsetMetadataManager.cleanupExpiredOffsets"))
def offset_expires(p: Coordinator) -> Step[Coordinator]:
    """The group has been empty for offsets.retention.minutes, and nothing is pending."""
    return when(
        is_empty=negate(p.has_members),
        has_offset=p.offset != NONE,
        nothing_is_pending=_nothing_waits(p) if p.given.spares_pending else True,
    ).then(_writing(p, TOMBSTONE, NONE, NONE, NONE))


def _nothing_waits(p: Coordinator) -> Bool:
    return all_of(negate(is_open(p, n)) for n in range(len(p.producers)))


def _writing(
    p: Coordinator, kind: int, offset: int | Int, producer: int, generation: int | Int
) -> Coordinator:
    written = p.log.append(kind=kind, offset=offset, producer=producer, generation=generation)
    return p.having(log=written)


@offsets.action(Code("ReplicaManager, acks=all"))
def log_is_replicated(p: Coordinator) -> Step[Coordinator]:
    """All replicas have one record more of the log."""
    return when(has_more=p.replicated < p.log.length).then(p.having(replicated=p.replicated + 1))


@offsets.action(
    Code("OffsetMetadataManager.replay"),
    Code("OffsetMetadataManager.replayEndTransactionMarker"),
)
def coordinator_applies(p: Coordinator) -> Step[Coordinator]:
    """The next record of the log counts in memory: readers are told of it from now on."""
    end = p.replicated if p.given.tells_replicated else p.log.length
    return when(has_more=p.applied < end).then(_applying(p))


def _applying(p: Coordinator) -> Coordinator:
    own, at = p.log.at(p.applied), p.applied
    counted = p.having(applied=p.applied + 1)
    found = either(own.kind == PLAIN, _standing(counted, p, own.offset, at), counted)
    gone = counted.having(offset=NONE, stands_at=at)
    found = either(own.kind == TOMBSTONE, gone, found)
    for n, producer in enumerate(p.producers):
        of_this = own.producer == n
        later = producer.pending > p.stands_at if p.given.by_log else producer.pending != NONE
        ends = all_of([own.kind == COMMIT, of_this, later])
        decided = _standing(counted, p, p.log.at(producer.pending).offset, producer.pending)
        waits = all_of([own.kind == PENDING, of_this])
        if not p.given.waits:
            found = either(waits, _standing(counted, p, own.offset, at), found)
        found = either(ends, decided, found)
    return found.having(
        producers=tuple(
            one.having(pending=_pending_after(p, at, n, one.pending))
            for n, one in enumerate(p.producers)
        )
    )


def _standing(into: Coordinator, p: Coordinator, offset: Int, at: Int) -> Coordinator:
    """This offset counts, of the record at this position."""
    return into.having(offset=offset if p.given.lowers else most(p.offset, offset), stands_at=at)


def _pending_after(p: Coordinator, at: Int, n: int, pending: Int) -> Int:
    record = p.log.at(at)
    of_this = record.producer == n
    ended = any_of([record.kind == COMMIT, record.kind == ABORT])
    dropped = any_of([all_of([of_this, ended]), record.kind == TOMBSTONE])
    waits = all_of([of_this, record.kind == PENDING])
    return choose(waits, at, choose(dropped, NONE, pending))

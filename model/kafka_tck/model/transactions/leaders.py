"""Leaders of partitions: they ask the coordinator, and write records and markers."""

from kafka_tck.model.sources import KIP, Code
from kafka_tck.model.spec import Step, among, nodes, otherwise, when, whole
from kafka_tck.model.terms import (
    NONE,
    Bool,
    Int,
    all_of,
    any_of,
    choose,
    every,
    implies,
    most,
    negate,
)
from kafka_tck.model.transactions.coordinator import with_member
from kafka_tck.model.transactions.producers import EPOCHS, with_one
from kafka_tck.model.transactions.state import (
    ABORT,
    COMMIT,
    DATA,
    ONGOING,
    PREPARE_COMMIT,
    Cluster,
    transactions,
)

RECORDS = whole(0, lambda sizes: sizes["records"] - 1)


@transactions.action(
    KIP(890, "part 1"),
    Code("AddPartitionsToTxnManager.addOrVerifyTransaction"),
    only=lambda given: given.verifies,
    leader=nodes,
    record=RECORDS,
)
def leader_verifies(p: Cluster, leader: int, record: Int) -> Step[Cluster]:
    """Before a transaction begins at a partition, its leader asks the coordinator about it.

    It asks whether the partition was added, or with transaction.version 2 to add it.
    """
    epoch = p.records.at(record).epoch
    asked = with_member(p, leader) if p.given.bumps else p
    member = all_of([p.state == ONGOING, p.members[leader]])
    return when(
        was_sent=_was_sent(p, leader, record),
        is_new=negate(p.records.at(record).written),
        begins=negate(p.leaders[leader].is_open_for(epoch, p.given)),
        is_current=otherwise(p.epoch == epoch, "INVALID_PRODUCER_EPOCH"),
        is_settled=otherwise(negate(p.is_prepared), "CONCURRENT_TRANSACTIONS"),
        was_added=otherwise(True if p.given.bumps else member, "TRANSACTION_ABORTABLE"),
    ).then(asked.having_of("leaders", leader, verified=epoch))


@transactions.action(
    KIP(98), KIP(890), Code("ProducerAppendInfo.appendDataBatch"), leader=nodes, record=RECORDS
)
def leader_appends(p: Cluster, leader: int, record: Int) -> Step[Cluster]:
    """A leader writes a record: its transaction is open at the partition from here on."""
    own, epoch = p.leaders[leader], p.records.at(record).epoch
    may_go_on = any_of([own.is_open_for(epoch, p.given), own.verified == epoch])
    return when(
        was_sent=_was_sent(p, leader, record),
        is_new=negate(p.records.at(record).written),
        is_current=otherwise(own.epoch <= epoch, "INVALID_PRODUCER_EPOCH"),
        is_next=otherwise(_is_next(p, leader, record), "OUT_OF_ORDER_SEQUENCE_NUMBER"),
        is_verified=otherwise(may_go_on if p.given.verifies else True, "INVALID_TXN_STATE"),
    ).then(
        p.having(
            records=p.records.put(record, written=True),
            fenced_wrote=any_of([p.fenced_wrote, epoch < p.promised]),
        ).having_of(
            "leaders",
            leader,
            log=own.log.append(kind=DATA, record=record),
            epoch=epoch,
            first_open=choose(own.is_open, own.first_open, own.log.length),
            verified=NONE,
        )
    )


def _was_sent(p: Cluster, leader: int, record: Int) -> Bool:
    return all_of([record < p.records.length, p.records.at(record).partition == leader])


def _is_next(p: Cluster, leader: int, record: Int) -> Bool:
    """Whether all that were sent to this partition before it in its epoch are written."""
    own = p.records.at(record)

    def is_written(earlier: Int) -> Bool:
        one = p.records.at(earlier)
        goes_before = all_of([one.epoch == own.epoch, one.partition == leader])
        return implies(goes_before, one.written)

    return every(record, is_written)


@transactions.action(
    Code("TransactionMarkerChannelManager"),
    Code("ProducerAppendInfo.appendEndTxnMarker"),
    leader=nodes,
)
def leader_writes_marker(p: Cluster, leader: int) -> Step[Cluster]:
    """The leader of a member writes what the coordinator has prepared, and acknowledges it."""
    own = p.leaders[leader]
    marked = p.having(marked=with_one(p.marked, leader))
    if p.given.late_markers:
        sent = p.markers.at(p.epoch)
        marked = marked.having(
            markers=choose(
                p.state == PREPARE_COMMIT,
                p.markers.put(p.epoch, commit=with_one(sent.commit, leader)),
                p.markers.put(p.epoch, abort=with_one(sent.abort, leader)),
            )
        )
    kind = choose(p.state == PREPARE_COMMIT, COMMIT, ABORT)
    return when(
        is_prepared=p.is_prepared,
        is_member=p.members[leader],
        is_missing=negate(p.marked[leader]),
        is_current=otherwise(own.epoch <= p.epoch, "INVALID_PRODUCER_EPOCH"),
    ).then(_with_marker(marked, leader, kind, p.epoch))


@transactions.action(
    KIP(1228),
    only=lambda given: given.late_markers > 0,
    leader=nodes,
    epoch=EPOCHS,
    end=among(COMMIT, ABORT),
)
def leader_gets_late_marker(p: Cluster, leader: int, epoch: Int, end: int) -> Step[Cluster]:
    """A marker that was sent again, since its answer was late, arrives after all."""
    own, sent = p.leaders[leader], p.markers.at(epoch)
    knows = p.given.bumps and p.given.marker_version >= 2
    is_news = any_of([own.epoch < epoch, negate(own.is_open)]) if knows else True
    return when(
        was_sent=sent.commit[leader] if end == COMMIT else sent.abort[leader],
        is_current=otherwise(own.epoch <= epoch, "INVALID_PRODUCER_EPOCH"),
        is_news=otherwise(is_news, "INVALID_PRODUCER_EPOCH"),
    ).then(
        _with_marker(p.having(late_markers=p.late_markers + 1), leader, Int("const", (end,)), epoch)
    )


def _with_marker(p: Cluster, leader: int, kind: Int, epoch: Int) -> Cluster:
    """The marker ends what is open here; an aborted transaction is noted in the index."""
    own = p.leaders[leader]
    is_aborted = all_of([own.is_open, kind == ABORT])
    noted = own.aborted.append(first=own.first_open, last=own.log.length)
    written = p.having_of(
        "leaders",
        leader,
        log=own.log.append(kind=kind, record=NONE),
        epoch=most(own.epoch, epoch),
        first_open=NONE,
        aborted=choose(is_aborted, noted, own.aborted),
    )
    return written.having_of("leaders", leader, verified=NONE) if p.given.guarded else written

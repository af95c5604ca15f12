"""What nobody wants, and some settings permit; and what must be possible."""

from kafka_tck.model.sources import KIP, Text
from kafka_tck.model.terms import Bool, Int, all_of, any_of, first_where, negate
from kafka_tck.model.transactions.consumers import last_stable_offset
from kafka_tck.model.transactions.state import (
    ABORT,
    COMMIT,
    COMPLETE_COMMIT,
    DATA,
    UNENDED,
    Cluster,
    Leader,
    transactions,
)


def _ended_as(p: Cluster, record: int, kind: int) -> Bool:
    """The log has this record, and the first marker after it is of this kind."""
    return any_of(_has_ended(own, record, kind) for own in p.leaders)


def _has_ended(own: Leader, record: int, kind: int) -> Bool:
    at = first_where(own.log.length, lambda o: own.log.at(o).record == record)

    def is_marker(o: Int) -> Bool:
        return all_of([o > at, own.log.at(o).kind != DATA])

    marker = first_where(own.log.length, is_marker)
    return all_of([marker < own.log.length, own.log.at(marker).kind == kind])


def _wanted(p: Cluster, record: int) -> Int:
    wanted: Int = p.transactions.at(p.records.at(record).transaction).wanted
    return wanted


@transactions.anomaly(KIP(890, "motivation"), Text("KAFKA-14562"))
def a_delayed_end_commits_a_later_transaction(p: Cluster) -> Bool:
    """A record is committed while its producer has not asked to end its transaction."""
    return any_of(all_of([_ended_as(p, r, COMMIT), _wanted(p, r) == UNENDED]) for r in _numbers(p))


@transactions.anomaly(KIP(890, "motivation"))
def an_aborted_record_is_committed(p: Cluster) -> Bool:
    """A record is committed though its producer asked to abort its transaction."""
    return any_of(all_of([_ended_as(p, r, COMMIT), _wanted(p, r) == ABORT]) for r in _numbers(p))


@transactions.anomaly(KIP(98), Text("KAFKA-17754"))
def a_transaction_is_torn(p: Cluster) -> Bool:
    """A producer asked to commit; one of the records is committed, and another one aborted."""
    return any_of(
        all_of(
            [
                _ended_as(p, one, COMMIT),
                _ended_as(p, other, ABORT),
                p.records.at(one).transaction == p.records.at(other).transaction,
                _wanted(p, one) == COMMIT,
            ]
        )
        for one in _numbers(p)
        for other in _numbers(p)
        if one != other
    )


@transactions.anomaly(KIP(890, "part 1"), Text("KAFKA-14402"))
def a_transaction_hangs(p: Cluster) -> Bool:
    """A record holds back the last stable offset, and no transaction has its partition."""
    return any_of(
        all_of([last_stable_offset(own) < own.log.length, negate(member)])
        for own, member in zip(p.leaders, p.members, strict=True)
    )


@transactions.anomaly(KIP(98))
def an_aborted_record_is_read(p: Cluster) -> Bool:
    """A consumer was given a record whose transaction is aborted."""
    return any_of(all_of([p.records.at(r).shown, _ended_as(p, r, ABORT)]) for r in _numbers(p))


@transactions.anomaly(KIP(98))
def an_undecided_record_is_read(p: Cluster) -> Bool:
    """A consumer was given a record whose transaction is not decided."""
    return any_of(
        all_of(
            [
                p.records.at(r).shown,
                negate(_ended_as(p, r, ABORT)),
                negate(_ended_as(p, r, COMMIT)),
            ]
        )
        for r in _numbers(p)
    )


@transactions.anomaly(KIP(890, "part 1"))
def a_fenced_epoch_writes(p: Cluster) -> Bool:
    """A record is written whose epoch is below that of a new instance."""
    return p.fenced_wrote


def _numbers(p: Cluster) -> range:
    return range(p.given.records)


@transactions.sometimes()
def a_transaction_is_committed(p: Cluster) -> Bool:
    """A record is committed, and its producer goes on."""
    return all_of([p.state == COMPLETE_COMMIT, _ended_as(p, 0, COMMIT)])


@transactions.sometimes()
def a_transaction_is_aborted(p: Cluster) -> Bool:
    """A record is aborted."""
    return _ended_as(p, 0, ABORT)


@transactions.sometimes()
def a_committed_record_is_read(p: Cluster) -> Bool:
    """A consumer was given a record whose transaction is committed."""
    return all_of([p.records.at(0).shown, _ended_as(p, 0, COMMIT)])

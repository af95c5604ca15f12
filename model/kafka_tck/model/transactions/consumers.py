"""Consumers: what they are given of a partition."""

from kafka_tck.model.sources import KIP, Code
from kafka_tck.model.spec import Step, nodes, when, whole
from kafka_tck.model.terms import Bool, Int, any_of, choose, every, negate
from kafka_tck.model.transactions.state import (
    DATA,
    READ_COMMITTED,
    Cluster,
    Leader,
    transactions,
)


def last_stable_offset(own: Leader) -> Int:
    """The first offset that is not decided; the log end if all are."""
    return choose(own.is_open, own.first_open, own.log.length)


@transactions.action(
    KIP(98),
    Code("LocalLog.read; FetchIsolation"),
    Code("CompletedFetch.isBatchAborted"),
    leader=nodes,
    offset=whole(0, lambda sizes: sizes["log_size"] - 1),
)
def consumer_reads(p: Cluster, leader: int, offset: Int) -> Step[Cluster]:
    """A consumer is given a record; with read_committed only one that is stable and not aborted."""
    own = p.leaders[leader]
    entry = own.log.at(offset)
    committed = p.given.isolation_level == READ_COMMITTED
    return when(
        is_there=offset < own.log.length,
        is_data=entry.kind == DATA,
        is_stable=offset < last_stable_offset(own) if committed else True,
        is_not_aborted=negate(is_in_index(own, offset)) if committed else True,
    ).then(p.having(records=p.records.put(entry.record, shown=True)))


def is_in_index(own: Leader, offset: Int) -> Bool:
    """Whether the list of aborted transactions has one with this offset."""

    def is_outside(at: Int) -> Bool:
        one = own.aborted.at(at)
        return any_of([offset < one.first, offset > one.last])

    return negate(every(own.aborted.length, is_outside))

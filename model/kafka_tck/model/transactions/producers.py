"""What producers send: records, partitions to add, and ends of transactions."""

from typing import Any

from kafka_tck.model.sources import KIP, Code
from kafka_tck.model.spec import Step, among, nodes, when, whole
from kafka_tck.model.terms import Bool, Int, all_of, any_of, choose, every, implies, negate
from kafka_tck.model.transactions.state import (
    ABORT,
    ABORTING,
    COMMIT,
    COMMITTING,
    NOBODY,
    READY,
    UNENDED,
    WRITING,
    Cluster,
    none_of,
    transactions,
)

EPOCHS = whole(0, "epochs")


def with_one(flags: tuple[Bool, ...], index: int) -> tuple[bool | Bool, ...]:
    """These flags, and that of one partition."""
    return tuple(True if n == index else one for n, one in enumerate(flags))


@transactions.action(
    Code("TransactionManager.maybeAddPartition"),
    only=lambda given: not given.bumps,
    epoch=EPOCHS,
    partition=nodes,
)
def producer_adds_partition(p: Cluster, epoch: Int, partition: int) -> Step[Cluster]:
    """A producer asks to add a partition to its transaction; the first begins one."""
    own = p.producers.at(epoch)
    begun = _begun(p, epoch)
    now = begun.producers.at(epoch)
    return when(is_at_work=_is_at_work(own), is_new=negate(now.asked[partition])).then(
        begun.having(
            producers=begun.producers.put(epoch, asked=with_one(now.asked, partition)),
            sent=p.sent.put(epoch, add=with_one(p.sent.at(epoch).add, partition)),
        )
    )


@transactions.action(Code("KafkaProducer.send"), KIP(890, "part 2"), epoch=EPOCHS, partition=nodes)
def producer_sends_record(p: Cluster, epoch: Int, partition: int) -> Step[Cluster]:
    """A producer sends a record to a partition that is in its transaction, or will be."""
    begun = _begun(p, epoch) if p.given.bumps else p
    own = begun.producers.at(epoch)
    return when(
        is_at_work=_is_at_work(p.producers.at(epoch)),
        was_added=True if p.given.bumps else own.added[partition],
    ).then(
        begun.having(
            records=p.records.append(
                epoch=epoch,
                transaction=own.transaction,
                partition=partition,
                written=False,
                shown=False,
            )
        )
    )


@transactions.action(Code("TransactionManager.beginCompletingTransaction"), epoch=EPOCHS)
def producer_commits(p: Cluster, epoch: Int) -> Step[Cluster]:
    """A producer whose records are all acknowledged asks to commit."""
    mine = p.producers.at(epoch).transaction
    acked = every(
        p.records.length,
        lambda r: implies(p.records.at(r).transaction == mine, p.records.at(r).written),
    )
    return when(
        is_writing=p.producers.at(epoch).phase == WRITING,
        has_added=_has_added(p, epoch),
        all_are_acknowledged=acked,
    ).then(_asked(p, epoch, COMMIT))


@transactions.action(Code("TransactionManager.beginAbort"), epoch=EPOCHS)
def producer_aborts(p: Cluster, epoch: Int) -> Step[Cluster]:
    """A producer asks to abort, whatever became of its records."""
    return when(
        is_writing=p.producers.at(epoch).phase == WRITING, has_added=_has_added(p, epoch)
    ).then(_asked(p, epoch, ABORT))


def _is_at_work(own: Any) -> Bool:
    return any_of([own.phase == READY, own.phase == WRITING])


def _has_added(p: Cluster, epoch: Int) -> Bool | bool:
    return True if p.given.bumps else any_of(p.producers.at(epoch).added)


def _begun(p: Cluster, epoch: Int) -> Cluster:
    """The producer is in a transaction: a new one unless it was in one."""
    own = p.producers.at(epoch)
    is_new = own.phase == READY
    return p.having(
        transactions=choose(is_new, p.transactions.append(wanted=UNENDED), p.transactions),
        producers=p.producers.put(
            epoch,
            phase=WRITING,
            transaction=choose(is_new, p.transactions.length, own.transaction),
        ),
    )


def _asked(p: Cluster, epoch: Int, wanted: int) -> Cluster:
    own = p.producers.at(epoch)
    return p.having(
        transactions=p.transactions.put(own.transaction, wanted=wanted),
        producers=p.producers.put(epoch, phase=COMMITTING if wanted == COMMIT else ABORTING),
        sent=p.sent.put(epoch, commit=True) if wanted == COMMIT else p.sent.put(epoch, abort=True),
    )


def heard_of_end(p: Cluster, epoch: Int, wanted: int, heard: int, following: Int) -> Cluster:
    """The producer that waits for this end is told, unless the answer is lost.

    It goes on with the epoch that it is told, and knows nothing of what it had asked before.
    """
    waits = p.producers.at(epoch).phase == (COMMITTING if wanted == COMMIT else ABORTING)
    none = none_of(p.given)
    left = p.producers.put(epoch, phase=NOBODY, asked=none, added=none)
    told = left.put(following, phase=READY)
    return p.having(producers=choose(all_of([bool(heard), waits]), told, p.producers))


HEARD = among(0, 1)
"""Whether the answer reaches the producer."""

"""The coordinator: partitions are added, transactions end, older instances are fenced."""

from kafka_tck.model.shapes import either
from kafka_tck.model.sources import KIP, Code
from kafka_tck.model.spec import Step, among, nodes, otherwise, when
from kafka_tck.model.terms import NONE, Bool, Int, all_of, any_of, choose, negate
from kafka_tck.model.transactions.producers import EPOCHS, HEARD, heard_of_end, with_one
from kafka_tck.model.transactions.state import (
    ABORT,
    COMMIT,
    COMPLETE_ABORT,
    COMPLETE_COMMIT,
    NOBODY,
    ONGOING,
    PREPARE_ABORT,
    PREPARE_COMMIT,
    READY,
    UNENDED,
    WRITING,
    Cluster,
    none_of,
    transactions,
)


@transactions.action(
    Code("TransactionCoordinator.handleAddPartitionsToTransaction"),
    only=lambda given: not given.bumps,
    epoch=EPOCHS,
    partition=nodes,
    heard=HEARD,
)
def coordinator_adds_partition(p: Cluster, epoch: Int, partition: int, heard: int) -> Step[Cluster]:
    """A partition is in the transaction from now on; if there was none, this begins one."""
    own = p.producers.at(epoch)
    tells = all_of([bool(heard), own.phase == WRITING, own.asked[partition]])
    told = p.producers.put(epoch, added=with_one(own.added, partition))
    return when(
        was_sent=p.sent.at(epoch).add[partition],
        is_current=otherwise(p.epoch == epoch, "PRODUCER_FENCED"),
        is_settled=otherwise(negate(p.is_prepared), "CONCURRENT_TRANSACTIONS"),
    ).then(with_member(p, partition).having(producers=choose(tells, told, p.producers)))


def with_member(p: Cluster, partition: int) -> Cluster:
    """The transaction has this partition, and goes on or begins."""
    return p.having(
        state=ONGOING,
        members=with_one(p.members, partition),
        decision=choose(p.state == ONGOING, p.decision, UNENDED),
    )


@transactions.action(
    Code("TransactionCoordinator.endTransaction"),
    only=lambda given: not given.bumps,
    epoch=EPOCHS,
    end=among(COMMIT, ABORT),
    heard=HEARD,
)
def coordinator_handles_end_v4(p: Cluster, epoch: Int, end: int, heard: int) -> Step[Cluster]:
    """EndTxn up to v4: it ends what is ongoing, or repeats how the last transaction ended."""
    ends_or_repeats = any_of([p.state == ONGOING, p.state == _complete(end)])
    prepared = either(p.state == ONGOING, _prepared(p, end), p)
    return when(
        was_sent=_was_sent(p, epoch, end),
        is_current=otherwise(p.epoch == epoch, "PRODUCER_FENCED"),
        fits=otherwise(ends_or_repeats, "INVALID_TXN_STATE"),
    ).then(heard_of_end(prepared, epoch, end, heard, epoch))


@transactions.action(
    KIP(890, "part 2"),
    Code("TransactionCoordinator.endTransaction"),
    only=lambda given: given.bumps,
    epoch=EPOCHS,
    end=among(COMMIT, ABORT),
    heard=HEARD,
)
def coordinator_handles_end_v5(p: Cluster, epoch: Int, end: int, heard: int) -> Step[Cluster]:
    """EndTxn v5: the epoch rises with each end; one epoch lower is a repeat of the last."""
    is_current = p.epoch == epoch
    ends = any_of([p.state == ONGOING, all_of([end == ABORT, p.is_over])])
    repeats = all_of([p.epoch == epoch + 1, p.state == _complete(end)])
    prepared = either(is_current, _prepared(_bumped(p), end), p)
    return when(
        was_sent=_was_sent(p, epoch, end),
        is_known=otherwise(any_of([is_current, p.epoch == epoch + 1]), "PRODUCER_FENCED"),
        fits=otherwise(any_of([all_of([is_current, ends]), repeats]), "INVALID_TXN_STATE"),
    ).then(heard_of_end(prepared, epoch, end, heard, epoch + 1))


def _was_sent(p: Cluster, epoch: Int, end: int) -> Bool:
    sent: Bool = p.sent.at(epoch).commit if end == COMMIT else p.sent.at(epoch).abort
    return sent


def _complete(end: int) -> int:
    return COMPLETE_COMMIT if end == COMMIT else COMPLETE_ABORT


def _prepared(p: Cluster, end: int) -> Cluster:
    return p.having(
        state=PREPARE_COMMIT if end == COMMIT else PREPARE_ABORT,
        marked=none_of(p.given),
        decision=choose(any_of([p.decision == UNENDED, p.is_over]), end, p.decision),
    )


def _bumped(p: Cluster) -> Cluster:
    """The next epoch, which nobody has been told yet."""
    none = none_of(p.given)
    return p.having(
        producers=p.producers.append(phase=NOBODY, transaction=NONE, asked=none, added=none),
        sent=p.sent.append(add=none, commit=False, abort=False),
        markers=p.markers.append(commit=none, abort=none),
    )


@transactions.action(
    Code("TransactionCoordinator.abortTimedOutTransactions"),
    Code("TransactionMetadata.prepareFenceProducerEpoch"),
)
def coordinator_aborts_by_itself(p: Cluster) -> Step[Cluster]:
    """A transaction takes too long, or a new instance begins: it is aborted with a new epoch."""
    return when(is_ongoing=p.state == ONGOING).then(_prepared(_bumped(p), ABORT))


@transactions.action(Code("TransactionCoordinator.handleInitProducerId"))
def coordinator_initializes_producer(p: Cluster) -> Step[Cluster]:
    """A new instance begins with the next epoch: all that were before it are fenced."""
    bumped = _bumped(p)
    return when(is_over=otherwise(p.is_over, "CONCURRENT_TRANSACTIONS")).then(
        bumped.having(
            promised=bumped.epoch,
            producers=bumped.producers.put(bumped.epoch, phase=READY),
        )
    )


@transactions.action(Code("TransactionMarkerChannelManager.writeTxnCompletion"))
def coordinator_completes(p: Cluster) -> Step[Cluster]:
    """Every partition has acknowledged its marker: the transaction is over."""
    none = none_of(p.given)
    return when(is_prepared=p.is_prepared, is_acked=p.is_acked).then(
        p.having(
            state=choose(p.state == PREPARE_COMMIT, COMPLETE_COMMIT, COMPLETE_ABORT),
            members=none,
            marked=none,
        )
    )


@transactions.action(
    Code("TransactionStateManager.loadTransactionsForTxnTopicPartition"),
    Code("TransactionCoordinator.onElection"),
)
def coordinator_fails_over(p: Cluster) -> Step[Cluster]:
    """Another coordinator reads the log: what was prepared gets its markers once more."""
    state = p.state if p.given.recovers else choose(p.is_prepared, PREPARE_ABORT, p.state)
    return when(has_markers_to_write=p.is_prepared).then(
        p.having(state=state, marked=none_of(p.given), fail_overs=p.fail_overs + 1)
    )

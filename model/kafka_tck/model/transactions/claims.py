"""What always holds, whatever the settings that a cluster may have."""

from kafka_tck.model.sources import KIP
from kafka_tck.model.terms import Bool, Int, all_of, every, implies, negate
from kafka_tck.model.transactions.consumers import last_stable_offset
from kafka_tck.model.transactions.state import (
    ABORT,
    COMMIT,
    COMPLETE_ABORT,
    COMPLETE_COMMIT,
    DATA,
    PREPARE_ABORT,
    PREPARE_COMMIT,
    READ_COMMITTED,
    Cluster,
    Leader,
    transactions,
)


@transactions.always(KIP(98))
def the_lso_never_passes_an_undecided_record(p: Cluster) -> Bool:
    """Every record below the last stable offset has a marker after it."""
    return all_of(_is_decided_below_lso(own) for own in p.leaders)


def _is_decided_below_lso(own: Leader) -> Bool:
    def is_decided(o: Int) -> Bool:
        is_last = every(own.log.length, lambda m: implies(m > o, own.log.at(m).kind == DATA))
        return implies(own.log.at(o).kind == DATA, negate(is_last))

    return every(last_stable_offset(own), is_decided)


@transactions.always(KIP(98))
def committed_reads_show_no_undecided_record(p: Cluster) -> Bool:
    """With read_committed a record that a consumer was given is below the last stable offset."""
    if p.given.isolation_level != READ_COMMITTED:
        return all_of([])

    def is_stable(own: Leader, o: Int) -> Bool:
        return implies(_is_shown(p, own, o), o < last_stable_offset(own))

    return all_of(
        every(own.log.length, lambda o, own=own: is_stable(own, o))  # type: ignore[misc]
        for own in p.leaders
    )


def _is_shown(p: Cluster, own: Leader, o: Int) -> Bool:
    """Whether there is a record at this offset that a consumer was given."""
    entry = own.log.at(o)
    return all_of([entry.kind == DATA, p.records.at(entry.record).shown])


@transactions.always(KIP(890))
def no_fenced_epoch_writes(p: Cluster) -> Bool:
    """Where partitions are verified, no epoch writes after a new instance has its own."""
    return negate(p.fenced_wrote) if p.given.verifies else all_of([])


@transactions.always(KIP(98))
def what_is_prepared_stays(p: Cluster) -> Bool:
    """A transaction ends as it was first prepared, whatever happens in between."""
    commits = [p.state == PREPARE_COMMIT, p.state == COMPLETE_COMMIT]
    aborts = [p.state == PREPARE_ABORT, p.state == COMPLETE_ABORT]
    return all_of(
        [
            *(implies(one, p.decision == COMMIT) for one in commits),
            *(implies(one, p.decision == ABORT) for one in aborts),
        ]
    )

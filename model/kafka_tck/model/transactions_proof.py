"""Why the last stable offset is stable, what committed reads show, and why no fenced epoch writes.

What is open at a partition, or was verified for it, belongs to the transaction that the
coordinator has under way; it is over only when every member has its marker; and only then is a
new epoch promised.
"""

from kafka_tck.model.terms import NONE, Bool, Int, all_of, any_of, every, implies, negate
from kafka_tck.model.transactions.state import (
    DATA,
    ONGOING,
    UNENDED,
    Cluster,
    Leader,
    transactions,
)


@transactions.supports()
def the_coordinator_is_in_one_of_its_states(p: Cluster) -> Bool:
    """A transaction goes on, is prepared, or is over."""
    return any_of([p.is_over, p.is_prepared, p.state == ONGOING])


@transactions.supports()
def what_is_open_begins_in_the_log(p: Cluster) -> Bool:
    """An open transaction begins at an offset that the log has."""
    return all_of(
        all_of([own.first_open >= NONE, implies(own.is_open, own.first_open < own.log.length)])
        for own in p.leaders
    )


@transactions.supports()
def what_is_open_is_under_way(p: Cluster) -> Bool:
    """A partition with an open or verified transaction is a member that has no marker yet."""
    return all_of(
        implies(
            any_of([own.is_open, own.verified != NONE]),
            all_of([member, negate(marked), negate(p.is_over)]),
        )
        for own, member, marked in zip(p.leaders, p.members, p.marked, strict=True)
    )


@transactions.supports()
def what_is_over_has_no_members(p: Cluster) -> Bool:
    """Members and their markers are forgotten when a transaction is over."""
    return implies(p.is_over, all_of(negate(one) for one in (*p.members, *p.marked)))


@transactions.supports()
def markers_come_after_the_decision(p: Cluster) -> Bool:
    """While a transaction goes on no member has its marker, and nothing is decided."""
    return implies(
        p.state == ONGOING,
        all_of([p.decision == UNENDED, *(negate(marked) for marked in p.marked)]),
    )


@transactions.supports()
def what_may_write_is_not_fenced(p: Cluster) -> Bool:
    """What is open or verified has an epoch that no new instance has fenced."""
    return all_of(
        all_of(
            [
                implies(own.is_open, own.epoch >= p.promised),
                implies(own.verified != NONE, own.verified >= p.promised),
            ]
        )
        for own in p.leaders
    )


@transactions.supports()
def what_may_write_is_of_one_epoch(p: Cluster) -> Bool:
    """What is open and what was verified have one epoch: the current one while more may come."""
    return all_of(
        all_of(
            [
                implies(all_of([own.is_open, own.verified != NONE]), own.verified == own.epoch),
                implies(all_of([p.state == ONGOING, own.is_open]), own.epoch == p.epoch),
                implies(
                    all_of([p.state == ONGOING, own.verified != NONE]), own.verified == p.epoch
                ),
            ]
        )
        for own in p.leaders
    )


@transactions.supports()
def records_have_epochs(p: Cluster) -> Bool:
    """Every record was sent in an epoch that the coordinator has reached."""

    def is_reached(r: Int) -> Bool:
        return all_of([p.records.at(r).epoch >= 0, p.records.at(r).epoch <= p.epoch])

    return every(p.records.length, is_reached)


@transactions.supports()
def promises_are_epochs(p: Cluster) -> Bool:
    """No epoch is promised that the coordinator has not reached."""
    return all_of([p.promised >= 0, p.promised <= p.epoch])


@transactions.supports()
def logs_have_what_was_written(p: Cluster) -> Bool:
    """A record in a log was sent to that partition, and counts as written."""

    def was_written(leader: int, own: Leader, o: Int) -> Bool:
        entry = own.log.at(o)
        record = p.records.at(entry.record)
        return implies(entry.kind == DATA, all_of([record.written, record.partition == leader]))

    return all_of(
        every(own.log.length, lambda o, n=n, own=own: was_written(n, own, o))  # type: ignore[misc]
        for n, own in enumerate(p.leaders)
    )


@transactions.supports()
def records_are_written_once(p: Cluster) -> Bool:
    """No two offsets of a log have the same record."""

    def is_another(own: Leader, o: Int, before: Int) -> Bool:
        one, other = own.log.at(o), own.log.at(before)
        both = all_of([one.kind == DATA, other.kind == DATA])
        return implies(both, one.record != other.record)

    return all_of(
        every(own.log.length, lambda o, own=own: every(o, lambda q: is_another(own, o, q)))  # type: ignore[misc]
        for own in p.leaders
    )


@transactions.supports()
def what_is_shown_was_written(p: Cluster) -> Bool:
    """A consumer is given only what is written."""

    def was_written(r: Int) -> Bool:
        return implies(p.records.at(r).shown, p.records.at(r).written)

    return every(p.records.length, was_written)


# Guards without which all claims are still proved, and no more anomalies are reached

transactions.only_enables(
    "consumer_reads", "is_there", "Past the log end there is no record that could be given."
)
transactions.only_enables(
    "producer_commits",
    "all_are_acknowledged",
    "A record that its producer does not wait for is refused later: lost, but not torn off.",
)
transactions.only_enables(
    "coordinator_handles_end_v5",
    "is_known",
    "It follows from fits: what is neither current nor a repeat does not fit.",
)
transactions.only_enables(
    "coordinator_fails_over",
    "has_markers_to_write",
    "Another coordinator may take over at any time; only here it has something to do.",
)
for _guard in ("was_sent", "is_new", "begins"):
    transactions.only_enables(
        "leader_verifies",
        _guard,
        "To ask without need adds a partition, which gets a marker that ends nothing.",
    )
transactions.only_enables(
    "leader_appends", "is_next", "The order of records is a matter of idempotence."
)
transactions.only_enables(
    "leader_appends",
    "is_current",
    "It follows from is_verified: the coordinator has agreed to no older epoch.",
)
for _guard in ("is_member", "is_missing"):
    transactions.only_enables(
        "leader_writes_marker", _guard, "A marker where nothing is open ends nothing."
    )
transactions.only_enables(
    "leader_writes_marker",
    "is_current",
    "No leader has seen an epoch above the one that the coordinator has reached.",
)

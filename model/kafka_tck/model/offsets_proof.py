"""Why the committed offset is that of the last record that counts, however long the log."""

from kafka_tck.model.offsets.state import (
    PENDING,
    PLAIN,
    TOMBSTONE,
    Coordinator,
    is_end_of,
    offsets,
    pending_in_log,
    said_by_log,
)
from kafka_tck.model.terms import NONE, Bool, Int, all_of, any_of, every, implies, negate


@offsets.supports()
def positions_are_in_the_log(p: Coordinator) -> Bool:
    """What is in memory is replicated, and what is replicated is in the log."""
    return all_of([p.applied >= 0, p.applied <= p.replicated, p.replicated <= p.log.length])


@offsets.supports()
def what_was_told_was_in_memory(p: Coordinator) -> Bool:
    """Readers were told of what was in memory then."""
    return all_of(
        [
            p.told >= NONE,
            p.told <= p.told_at,
            p.told_at <= p.applied,
            p.stands_at >= NONE,
            p.stands_at < p.applied,
        ]
    )


@offsets.supports()
def what_waits_in_memory_waits_in_the_log(p: Coordinator) -> Bool:
    """Memory has of every producer the last commit that waits, as the log says."""
    return all_of(
        one.pending == pending_in_log(p, n, p.applied) for n, one in enumerate(p.producers)
    )


@offsets.supports()
def generations_are_known(p: Coordinator) -> Bool:
    """No record is of a generation that is yet to come."""

    def is_known(o: Int) -> Bool:
        own = p.log.at(o)
        return all_of([own.generation <= p.generation, own.generation >= NONE])

    return all_of([p.generation >= 0, every(p.log.length, is_known)])


@offsets.supports()
def what_was_told_is_what_the_log_said(p: Coordinator) -> Bool:
    """The last reader was told what the log said so far; where it asked so, nothing waited."""
    asked = p.told_at != NONE
    waits = [pending_in_log(p, n, p.told_at) != NONE for n in range(len(p.producers))]
    stable = negate(any_of(waits)) if p.given.require_stable else all_of([])
    return implies(asked, all_of([p.told == said_by_log(p, p.told_at), stable]))


@offsets.supports()
def records_name_what_they_need(p: Coordinator) -> Bool:
    """Commits in transactions, and markers, name one of the producers."""

    def is_named(o: Int) -> Bool:
        own = p.log.at(o)
        named = all_of([own.producer >= 0, own.producer < p.given.nodes])
        plain = any_of([own.kind == PLAIN, own.kind == TOMBSTONE])
        kinds = [own.kind >= PLAIN, own.kind <= TOMBSTONE, any_of([plain, named])]
        return all_of([*kinds, implies(own.kind == TOMBSTONE, own.offset == NONE)])

    return every(p.log.length, is_named)


@offsets.supports()
def what_waited_was_decided_before_an_expiry(p: Coordinator) -> Bool:
    """A commit in a transaction that stands before a tombstone has its marker before it, too."""
    if not p.given.spares_pending:
        return all_of([])

    def is_decided(q: Int, t: Int) -> Bool:
        goes_on = every(t, lambda m: negate(is_end_of(p, m, q)))
        return implies(p.log.at(q).kind == PENDING, negate(goes_on))

    def has_nothing_open(t: Int) -> Bool:
        expires = p.log.at(t).kind == TOMBSTONE
        return implies(expires, every(t, lambda q: is_decided(q, t)))

    return every(p.log.length, has_nothing_open)

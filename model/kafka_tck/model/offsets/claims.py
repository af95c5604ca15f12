"""What holds of committed offsets, and what goes wrong where readers or members do not ask."""

from kafka_tck.model.offsets.state import (
    COMMITS,
    PENDING,
    TOMBSTONE,
    Coordinator,
    is_committed,
    offsets,
    said_by_log,
)
from kafka_tck.model.sources import KIP, Code, Docs
from kafka_tck.model.terms import NONE, Bool, Int, all_of, any_of, every, implies, negate


@offsets.always(Code("OffsetMetadataManager.replayEndTransactionMarker"))
def memory_is_what_the_log_says(p: Coordinator) -> Bool:
    """The committed offset is that of the last record that counts: after a fail-over, too."""
    return p.stands_at == said_by_log(p, p.applied)


@offsets.always(Code("OffsetMetadataManager.replay"))
def the_offset_is_that_of_its_record(p: Coordinator) -> Bool:
    """The committed offset is the one that its record has; there is none without a record."""
    said: Int = p.log.at(p.stands_at).offset
    return p.offset == said


@offsets.always(Docs("offsets.commit.timeout.ms"), Code("CoordinatorRuntime.scheduleReadOperation"))
def what_is_told_never_gets_older(p: Coordinator) -> Bool:
    """No later reader is told of an earlier record than the last one was told of."""
    return p.told <= p.stands_at


@offsets.always(KIP(98))
def what_is_pending_is_not_told(p: Coordinator) -> Bool:
    """A commit in a transaction is told of only after the transaction was committed."""
    waits = p.log.at(p.stands_at).kind == PENDING
    return implies(waits, is_committed(p, p.stands_at, p.applied))


@offsets.always(KIP(447))
def what_is_stable_is_not_replaced_by_what_was_pending(p: Coordinator) -> Bool:
    """What was pending when a reader was told a stable offset does not replace that offset."""
    if not p.given.require_stable:
        return all_of([])
    return negate(_is_replaced(p))


@offsets.always(KIP(447), Code("ClassicGroup.validateOffsetCommit"))
def generations_commit_in_their_order(p: Coordinator) -> Bool:
    """No commit of an earlier generation stands after one of a later generation."""
    if not p.given.fenced:
        return all_of([])
    return negate(_a_zombie_commits(p))


@offsets.always(KIP(211))
def expiry_takes_nothing_from_a_transaction(p: Coordinator) -> Bool:
    """No offset of a committed transaction is taken away by an expiry in the midst of it."""

    def is_in_the_midst(t: Int) -> Bool:
        return negate(every(t, lambda q: negate(_is_around(p, q, t))))

    return every(p.log.length, lambda t: negate(is_in_the_midst(t)))


def _is_around(p: Coordinator, at: Int, tombstone: Int) -> Bool:
    """A commit in a transaction before the tombstone is committed after it."""
    end = p.log.length
    return all_of(
        [
            p.log.at(tombstone).kind == TOMBSTONE,
            p.log.at(at).kind == PENDING,
            at < tombstone,
            is_committed(p, at, end, since=tombstone),
        ]
    )


def _is_replaced(p: Coordinator) -> Bool:
    return all_of([p.told_at != NONE, p.told < p.stands_at, p.stands_at < p.told_at])


def _a_zombie_commits(p: Coordinator) -> Bool:
    def is_older(q: Int, o: Int) -> Bool:
        one, other = p.log.at(q), p.log.at(o)
        both = [any_of(own.kind == kind for kind in COMMITS) for own in (one, other)]
        return all_of([*both, other.generation != NONE, other.generation < one.generation])

    return negate(every(p.log.length, lambda o: every(o, lambda q: negate(is_older(q, o)))))


@offsets.anomaly(KIP(447))
def a_pending_offset_replaces_what_was_told(p: Coordinator) -> Bool:
    """A reader was told an offset, and one that was pending then has replaced it."""
    return _is_replaced(p)


@offsets.anomaly(KIP(447))
def a_zombie_commits(p: Coordinator) -> Bool:
    """A commit of an earlier generation stands after one of a later generation."""
    return _a_zombie_commits(p)


@offsets.sometimes(Code("OffsetMetadataManager.replayEndTransactionMarker"))
def a_later_decision_changes_nothing(p: Coordinator) -> Bool:
    """A transaction is committed, and a commit that stands after its offset still counts."""

    def is_passed_over(q: Int) -> Bool:
        late = is_committed(p, q, p.applied, since=p.stands_at)
        return all_of([p.log.at(q).kind == PENDING, q < p.stands_at, late])

    return negate(every(p.log.length, lambda q: negate(is_passed_over(q))))


@offsets.sometimes(KIP(211))
def an_offset_is_forgotten(p: Coordinator) -> Bool:
    """There was an offset, and readers are told that there is none."""
    return all_of([p.stands_at != NONE, p.offset == NONE])


@offsets.sometimes()
def an_offset_is_lowered(p: Coordinator) -> Bool:
    """A later commit has a lower offset, and counts."""
    first = p.log.at(0)
    return all_of([p.told == 0, p.stands_at > 0, p.offset >= 0, p.offset < first.offset])


@offsets.possible(KIP(447), up_to=("log",))
def what_is_unstable_gets_stable(p: Coordinator) -> Bool:
    """No offset stays pending for ever: its transaction can still end."""
    return negate(p.is_unstable)

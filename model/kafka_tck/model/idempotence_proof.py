"""Why no batch of an idempotent producer is there twice, or missing, within an epoch.

Two ideas carry the proof. Batches of one epoch that are no more than a turn apart are as far apart
as their sequences say, up to one turn. And what the partition knows is what the end of its log
says: so the only sequence that it takes is that of the batch after the last one there.
"""

from kafka_tck.model.idempotence import Stream, idempotence
from kafka_tck.model.idempotence.state import WRITTEN
from kafka_tck.model.terms import NONE, Bool, Int, Term, all_of, any_of, every, implies


@idempotence.landmark
def the_newest(p: Stream) -> list[Term]:
    """The newest batch and record, and the batch of that record."""
    newest = p.log.at(p.log.length - 1)
    return [
        p.batches.at(p.batches.length - 1).epoch,
        newest.batch,
        p.batches.at(newest.batch).epoch,
    ]


@idempotence.supports()
def numbers_are_in_range(p: Stream) -> Bool:
    """No number is less than where it begins, or beyond what there is."""
    return all_of(
        [
            p.epoch >= 0,
            p.first >= 0,
            p.first <= p.batches.length,
            p.hw >= 0,
            p.hw <= p.log.length,
        ]
    )


@idempotence.supports()
def batches_are_of_known_epochs(p: Stream) -> Bool:
    """A batch has the present epoch unless it is given up; then its epoch is an earlier one."""

    def is_known(b: Int) -> Bool:
        own = p.batches.at(b)
        now = all_of([b >= p.first, own.epoch == p.epoch])
        before = all_of([b < p.first, own.epoch < p.epoch])
        return all_of(
            [any_of([now, before]), own.epoch >= 0, own.sequence >= 0, own.sequence < p.given.turn]
        )

    return every(p.batches.length, is_known)


@idempotence.supports()
def later_batches_are_of_no_earlier_epoch(p: Stream) -> Bool:
    """Epochs do not fall from batch to batch."""
    return every(
        p.batches.length,
        lambda b: every(b, lambda a: p.batches.at(a).epoch <= p.batches.at(b).epoch),
    )


@idempotence.supports()
def sequences_tell_batches_apart(p: Stream) -> Bool:
    """Two batches of an epoch, at most a turn apart, are so far apart as their sequences are."""

    def are_apart(a: Int, b: Int) -> Bool:
        one, other = p.batches.at(a), p.batches.at(b)
        near = all_of([one.epoch == other.epoch, b - a <= p.given.turn])
        ahead = one.sequence + (b - a)
        said = any_of([other.sequence == ahead, other.sequence == ahead - p.given.turn])
        return implies(near, said)

    return every(p.batches.length, lambda b: every(b, lambda a: are_apart(a, b)))


@idempotence.supports()
def requests_are_for_batches(p: Stream) -> Bool:
    """Every request brings a batch, on a connection that was opened."""

    def is_for_one(r: Int) -> Bool:
        own = p.requests.at(r)
        return all_of(
            [own.batch >= 0, own.batch < p.batches.length, own.connection <= p.connection]
        )

    return every(p.requests.length, is_for_one)


@idempotence.supports()
def records_are_of_batches(p: Stream) -> Bool:
    """Every record has the epoch and the sequence of its batch."""

    def is_of_one(o: Int) -> Bool:
        own = p.log.at(o)
        batch = p.batches.at(own.batch)
        return all_of(
            [
                own.batch >= 0,
                own.batch < p.batches.length,
                own.epoch == batch.epoch,
                own.sequence == batch.sequence,
            ]
        )

    return every(p.log.length, is_of_one)


@idempotence.supports()
def runs_are_within_the_log(p: Stream) -> Bool:
    """A run has at least the record itself, and begins in the log."""
    return every(p.log.length, lambda o: all_of([p.log.at(o).run >= 1, p.log.at(o).run <= o + 1]))


@idempotence.supports()
def a_run_is_of_successive_batches(p: Stream) -> Bool:
    """The records of a run are of one epoch, and of batches that were sent one after the other."""

    def is_one(q: Int, o: Int) -> Bool:
        one, other = p.log.at(q), p.log.at(o)
        follows = all_of([one.epoch == other.epoch, one.batch + (o - q) == other.batch])
        return implies(o - q < other.run, follows)

    return every(p.log.length, lambda o: every(o, lambda q: is_one(q, o)))


@idempotence.supports()
def lives_follow_each_other(p: Stream) -> Bool:
    """Records are of the present life or of earlier ones, and those of earlier ones are before."""

    def is_later(o: Int) -> Bool:
        own = p.log.at(o).life
        return all_of([own <= p.life, every(o, lambda q: p.log.at(q).life <= own)])

    return every(p.log.length, is_later)


@idempotence.supports()
def what_is_known_is_the_end_of_the_log(p: Stream) -> Bool:
    """The partition knows the last record, and remembers no more than its run; or nothing."""
    newest = p.log.at(p.log.length - 1)
    is_end = all_of(
        [
            p.log.length > 0,
            p.known_epoch == newest.epoch,
            p.last == newest.sequence,
            p.remembered >= 1,
            p.remembered <= newest.run,
            p.remembered <= p.given.window,
        ]
    )
    is_nothing = all_of([p.known_epoch == NONE, p.last == NONE, p.remembered == 0])
    return any_of([is_nothing, is_end])


@idempotence.supports()
def who_knows_nothing_has_no_record_of_this_life(p: Stream) -> Bool:
    """Where the producer is not known, all that there is was written before it was forgotten."""
    return implies(p.known_epoch == NONE, every(p.log.length, lambda o: p.log.at(o).life < p.life))


@idempotence.supports()
def what_was_written_for_a_request_is_there(p: Stream) -> Bool:
    """What the leader will tell on the present connection is so."""

    def is_there(r: Int) -> Bool:
        own = p.requests.at(r)
        told = all_of([own.state == WRITTEN, own.connection == p.connection])
        there = [own.offset >= 0, own.offset < p.log.length]
        return implies(told, all_of([*there, p.log.at(own.offset).batch == own.batch]))

    return every(p.requests.length, is_there)


# Guards without which all claims are still proved

_IN_ORDER = "Any order is safe: connections that are opened anew bring requests in any order."
_ONCE = "A request that comes again is a request that is sent again."

for action in ("leader_writes", "leader_recognises", "leader_refuses", "leader_cannot_write"):
    idempotence.only_enables(action, "comes_in_order", _IN_ORDER)
for action in ("leader_recognises", "leader_refuses", "leader_cannot_write"):
    idempotence.only_enables(action, "is_under_way", _ONCE)

idempotence.only_enables(
    "leader_writes",
    "is_no_repetition",
    "It follows from is_in_sequence: less than a turn is remembered, so what is remembered is not "
    "next. The rule decides what is answered.",
)
idempotence.only_enables(
    "leader_refuses", "is_no_repetition", "To refuse what is there writes nothing."
)
idempotence.only_enables("leader_refuses", "is_wrong", "To refuse writes nothing.")
idempotence.only_enables("leader_forgets", "knows", "To forget nothing changes nothing.")
idempotence.only_enables(
    "followers_catch_up", "has_more", "To commit what is committed changes nothing."
)
idempotence.only_enables(
    "producer_sends",
    "may_be_in_flight",
    "Order needs no limit; that a batch that is sent again is recognised does.",
)
idempotence.only_enables(
    "producer_retries", "is_not_acknowledged", "A batch may be sent again at any time."
)
idempotence.only_enables(
    "producer_retries", "is_not_awaited", "A batch may be sent again at any time."
)
idempotence.only_enables("producer_hears", "is_news", "To be told twice changes nothing.")
idempotence.only_enables(
    "producer_hears_of_an_error",
    "is_refused",
    "A producer that takes silence for an error sends again, which is safe.",
)
idempotence.only_enables(
    "producer_hears_of_an_error",
    "is_on_this_connection",
    "A producer that hears of an old error sends again, which is safe.",
)

"""What never happens to an idempotent producer, and what happens to others."""

from collections.abc import Callable

from kafka_tck.model.idempotence.state import REFUSED, WRITTEN, Stream, idempotence
from kafka_tck.model.sources import KIP, Docs
from kafka_tck.model.terms import NONE, Bool, Int, all_of, every, implies, negate


def _of_numbered(p: Stream, claim: Callable[[Int, Int], Bool]) -> Bool:
    """A claim about every two records of one life of the state, the earlier one first."""
    if not p.given.enable_idempotence:
        return all_of([])

    def holds(later: Int) -> Bool:
        def of(earlier: Int) -> Bool:
            same = p.log.at(earlier).life == p.log.at(later).life
            return implies(same, claim(earlier, later))

        return every(later, of)

    return every(p.log.length, holds)


@idempotence.always(KIP(98), Docs("enable.idempotence"))
def no_batch_is_repeated(p: Stream) -> Bool:
    """While the partition knows the producer, no batch is in the log twice."""
    return _of_numbered(p, lambda q, o: p.log.at(q).batch != p.log.at(o).batch)


@idempotence.always(KIP(98))
def no_batch_is_before_an_earlier_one(p: Stream) -> Bool:
    """While the partition knows the producer, the log has batches in the order of sending."""
    return _of_numbered(p, lambda q, o: p.log.at(q).batch <= p.log.at(o).batch)


@idempotence.always(KIP(98))
def no_batch_is_missing_within_an_epoch(p: Stream) -> Bool:
    """Of two neighbours of one epoch in the log the later was sent next after the earlier."""

    def follows(q: Int, o: Int) -> Bool:
        one, other = p.log.at(q), p.log.at(o)
        near = all_of([q + 1 == o, one.epoch == other.epoch])
        return implies(near, one.batch + 1 == other.batch)

    return _of_numbered(p, follows)


@idempotence.always(KIP(360))
def no_epoch_writes_after_a_later_one(p: Stream) -> Bool:
    """While the partition knows the producer, epochs do not fall along the log."""
    return _of_numbered(p, lambda q, o: p.log.at(q).epoch <= p.log.at(o).epoch)


@idempotence.always(Docs("acks=all"))
def what_is_acknowledged_is_where_it_was_said_to_be(p: Stream) -> Bool:
    """An acknowledged batch is in the log at the offset that its producer was told."""

    def is_there(b: Int) -> Bool:
        offset = p.batches.at(b).offset
        return implies(offset != NONE, all_of([offset < p.hw, p.log.at(offset).batch == b]))

    return every(p.batches.length, is_there)


# Anomalies


def _is_new(p: Stream, o: Int) -> Bool:
    """No earlier record is of the same batch."""
    return every(o, lambda q: p.log.at(q).batch != p.log.at(o).batch)


@idempotence.anomaly(Docs("enable.idempotence"))
def a_batch_is_there_twice(p: Stream) -> Bool:
    """A batch is in the log twice."""
    return negate(every(p.log.length, lambda o: _is_new(p, o)))


@idempotence.anomaly(Docs("enable.idempotence"))
def a_lost_answer_writes_twice(p: Stream) -> Bool:
    """A batch was written, its producer did not hear so, sent it again, and it is there twice."""

    def is_again(r: Int, s: Int) -> Bool:
        one, other = p.requests.at(r), p.requests.at(s)
        wrote = [
            all_of([own.state == WRITTEN, p.log.at(own.offset).batch == one.batch])
            for own in (one, other)
        ]
        return all_of([*wrote, one.offset < other.offset])

    return negate(every(p.requests.length, lambda s: every(s, lambda r: negate(is_again(r, s)))))


@idempotence.anomaly(Docs("max.in.flight.requests.per.connection"))
def batches_are_reordered(p: Stream) -> Bool:
    """A batch is in the log for the first time after one that was sent later."""

    def is_late(o: Int) -> Bool:
        later = negate(every(o, lambda q: p.log.at(q).batch < p.log.at(o).batch))
        return all_of([_is_new(p, o), later])

    return negate(every(p.log.length, lambda o: negate(is_late(o))))


@idempotence.anomaly(Docs("max.in.flight.requests.per.connection"))
def one_two_three_is_two_three_one(p: Stream) -> Bool:
    """Three batches were sent, and the log has the second, the third, and then the first."""
    return all_of([p.log.length == 3, *(p.log.at(o).batch == b for o, b in enumerate((1, 2, 0)))])


@idempotence.anomaly(KIP(360), Docs("KAFKA-5793"))
def the_log_begins_with_a_later_batch(p: Stream) -> Bool:
    """The first record is not of the first batch: who knows nothing takes any sequence."""
    later: Bool = p.log.at(0).batch > 0
    return later


@idempotence.anomaly(KIP(98))
def a_batch_that_is_there_is_refused(p: Stream) -> Bool:
    """A producer sends again what is there, and is told that it is out of sequence."""

    def is_refused(r: Int) -> Bool:
        request = p.requests.at(r)
        unknown = p.batches.at(request.batch).offset == NONE
        told = all_of([request.state == REFUSED, request.connection == p.connection])
        return all_of([told, request.offset != NONE, unknown])

    return negate(every(p.requests.length, lambda r: negate(is_refused(r))))


# What can be reached


@idempotence.sometimes()
def everything_is_acknowledged(p: Stream) -> Bool:
    """Three batches are sent and acknowledged."""
    return all_of([*(p.batches.at(b).offset != NONE for b in range(3)), p.batches.length >= 3])


@idempotence.sometimes()
def a_batch_is_written_after_a_refusal(p: Stream) -> Bool:
    """A batch that was refused once is in the log."""
    first, last = p.requests.at(0), p.requests.at(p.requests.length - 1)
    again = all_of([p.requests.length > 1, first.batch == last.batch, last.state == WRITTEN])
    return all_of([again, first.state >= REFUSED])

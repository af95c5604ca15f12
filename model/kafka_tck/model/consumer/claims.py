"""What settings promise of every record, and what goes wrong without them."""

from kafka_tck.model.consumer.state import TWICE, Partition, consumer
from kafka_tck.model.sources import KIP, Code, Docs
from kafka_tck.model.terms import NONE, Bool, Int, all_of, any_of, every, implies, negate


def _is_lost(p: Partition, offset: Int) -> Bool:
    """Nobody processed it, nobody has it ahead, and whoever owns the partition began after it."""
    owners = [all_of([p.is_of(n), own.begin > offset]) for n, own in enumerate(p.instances)]
    nobody = negate(any_of(own.has_ahead(offset) for own in p.instances))
    return all_of([p.log.at(offset).processed == 0, nobody, any_of(owners)])


def _is_before_its_cause(p: Partition, cause: Int, effect: Int) -> Bool:
    """A record was processed, and an earlier one of its key was not."""
    one, other = p.log.at(cause), p.log.at(effect)
    return all_of([one.key == other.key, other.processed > 0, one.processed == 0])


@consumer.always(Docs("KafkaConsumer, offsets and consumer position"))
def nothing_is_skipped(p: Partition) -> Bool:
    """Where offsets are committed after processing, and nothing jumps, no record is lost."""
    if not p.given.keeps_everything:
        return all_of([])
    return every(p.log.length, lambda o: negate(_is_lost(p, o)))


@consumer.always(Docs("KafkaConsumer, offsets and consumer position"))
def what_is_committed_is_processed(p: Partition) -> Bool:
    """Under the same settings every record below the committed offset was processed."""
    if not p.given.keeps_everything:
        return all_of([])
    return every(p.log.length, lambda o: implies(o < p.committed, p.log.at(o).processed > 0))


@consumer.always(Docs("design, message delivery semantics"))
def nothing_is_repeated(p: Partition) -> Bool:
    """Where offsets are committed before processing, or with it, none is processed twice."""
    if not p.given.repeats_nothing:
        return all_of([])
    return every(p.log.length, lambda o: p.log.at(o).processed < TWICE)


@consumer.always(Docs("introduction, order within a partition"))
def causes_are_processed_before_their_effects(p: Partition) -> Bool:
    """Where nothing is skipped and a key has one worker, its records are processed in order."""
    if not p.given.keeps_order:
        return all_of([])
    return every(
        p.log.length,
        lambda e: every(e, lambda c: negate(_is_before_its_cause(p, c, e))),
    )


@consumer.possible(Docs("design, message delivery semantics"), up_to=("generation",))
def everything_can_still_be_processed(p: Partition) -> Bool:
    """Where nothing is skipped, every record can still be processed, whoever dies."""
    if not p.given.keeps_everything:
        return all_of([])
    return every(p.log.length, lambda o: p.log.at(o).processed > 0)


@consumer.anomaly(Docs("KafkaConsumer, offsets and consumer position"))
def a_record_is_lost(p: Partition) -> Bool:
    """Nobody processed a record, and the group goes on after it."""
    return negate(every(p.log.length, lambda o: negate(_is_lost(p, o))))


@consumer.anomaly(Docs("design, message delivery semantics"))
def a_record_is_processed_twice(p: Partition) -> Bool:
    """A record was processed more than once."""
    return negate(every(p.log.length, lambda o: p.log.at(o).processed < TWICE))


@consumer.anomaly(Docs("introduction, order within a partition"))
def an_effect_is_processed_before_its_cause(p: Partition) -> Bool:
    """A record was processed, and an earlier one of its key is still to be."""

    def is_so(cause: Int, effect: Int) -> Bool:
        waits = any_of(own.has_ahead(cause) for own in p.instances)
        return all_of([_is_before_its_cause(p, cause, effect), waits])

    return negate(every(p.log.length, lambda e: every(e, lambda c: negate(is_so(c, e)))))


@consumer.anomaly(Code("ConsumerCoordinator.commitOffsetsAsync"), KIP(211))
def the_committed_offset_falls(p: Partition) -> Bool:
    """The committed offset is lower than it was, though it was not forgotten."""
    return all_of([p.committed != NONE, p.committed < p.highest])


@consumer.sometimes()
def everything_is_processed_once(p: Partition) -> Bool:
    """All records are processed, each of them once."""
    once = every(p.log.length, lambda o: p.log.at(o).processed == 1)
    return all_of([p.log.length == p.given.records, once])


@consumer.sometimes()
def another_instance_goes_on(p: Partition) -> Bool:
    """The partition was passed on, and whoever has it now was given a record."""
    return all_of(
        [
            p.generation > 1,
            any_of(all_of([p.is_of(n), own.work.length > 0]) for n, own in enumerate(p.instances)),
        ]
    )

"""Why a group that commits after processing loses nothing, however long the partition.

Whatever an instance began after was processed, by it or by others: it began at the committed
offset, and offsets are committed, or on their way to be, only after all below them is processed.
"""

from kafka_tck.model.consumer.state import BEFORE, Instance, Partition, consumer
from kafka_tck.model.terms import NONE, Bool, Int, all_of, any_of, every, implies, negate


def _is_done_below(p: Partition, offset: Int) -> Bool:
    """Every record below this offset was processed, and there are so many."""
    return all_of(
        [
            offset >= 0,
            offset <= p.log.length,
            every(p.log.length, lambda o: implies(o < offset, p.log.at(o).processed > 0)),
        ]
    )


@consumer.supports()
def counts_begin_at_zero(p: Partition) -> Bool:
    """No record was processed less than never, and nothing is deleted where nothing may be."""
    start = all_of([p.log_start >= 0, p.given.deletes or p.log_start == 0])
    return all_of([start, every(p.log.length, lambda o: p.log.at(o).processed >= 0)])


@consumer.supports()
def generations_are_known(p: Partition) -> Bool:
    """No instance knows of a generation that is yet to come."""
    return all_of(
        all_of([own.generation >= NONE, own.generation <= p.generation]) for own in p.instances
    )


@consumer.supports()
def instances_have_what_is_there(p: Partition) -> Bool:
    """No instance was given a record that is not in the partition, or commits past its position."""
    return all_of(
        all_of([own.begin >= 0, own.position <= p.log.length, own.committed <= own.position])
        for own in p.instances
    )


@consumer.supports()
def what_an_instance_has_done_is_processed(p: Partition) -> Bool:
    """The mark that an instance keeps of a record is true."""

    def is_true(o: Int) -> Bool:
        return all_of(
            implies(own.work.at(o - own.begin).done, p.log.at(o).processed > 0)
            for own in p.instances
        )

    return every(p.log.length, is_true)


@consumer.supports()
def what_an_instance_began_after_is_processed(p: Partition) -> Bool:
    """Where nothing is skipped, every record before the beginning of an instance was processed."""
    if not p.given.keeps_everything:
        return all_of([])
    return all_of(_is_done_below(p, own.begin) for own in p.instances)


@consumer.supports()
def what_is_on_its_way_is_processed(p: Partition) -> Bool:
    """Where nothing is skipped, every record below an offset that was sent was processed."""
    if not p.given.keeps_everything:
        return all_of([])
    return every(p.requests.length, lambda r: _is_done_below(p, p.requests.at(r).offset))


@consumer.supports()
def the_committed_offset_is_in_the_log(p: Partition) -> Bool:
    """There are as many records as the committed offset says, and one where none expires."""
    least = 0 if p.given.always_has_offset else NONE
    return all_of([p.committed >= least, p.committed <= p.log.length])


# Why nothing is processed twice where offsets are committed before processing, or with it


@consumer.supports()
def what_is_processed_is_committed(p: Partition) -> Bool:
    """Where nothing is repeated, whatever was processed, or may be, is below the offset."""
    if not p.given.repeats_nothing:
        return all_of([])

    def is_below(o: Int) -> Bool:
        taken = any_of(
            [p.log.at(o).processed > 0, *(_may_process(p, own, o) for own in p.instances)]
        )
        return implies(taken, o < p.committed)

    return every(p.log.length, is_below)


@consumer.supports()
def one_instance_may_process_what_none_did(p: Partition) -> Bool:
    """Where nothing is repeated, a record that one may process was not, and is nobody else's."""
    if not p.given.repeats_nothing:
        return all_of([])

    def is_alone(o: Int) -> Bool:
        may = [_may_process(p, own, o) for own in p.instances]
        return all_of(
            implies(
                one,
                all_of(
                    [
                        p.log.at(o).processed == 0,
                        *(negate(other) for m, other in enumerate(may) if m != n),
                    ]
                ),
            )
            for n, one in enumerate(may)
        )

    return every(p.log.length, is_alone)


@consumer.supports()
def the_owner_goes_on_after_what_is_committed(p: Partition) -> Bool:
    """Where nothing is repeated, what the owner has yet to commit is not committed."""
    if not p.given.repeats_nothing:
        return all_of([])

    def is_after(n: int, own: Instance) -> Bool:
        if p.given.commits == BEFORE:
            return implies(p.is_of(n), own.committed >= p.committed)
        undone = every(p.log.length, lambda o: implies(own.has_ahead(o), o >= p.committed))
        return implies(p.is_of(n), undone)

    return all_of(is_after(n, own) for n, own in enumerate(p.instances))


def _may_process(p: Partition, own: Instance, offset: Int) -> Bool:
    """Whether an instance has committed a record that it has yet to process."""
    if p.given.commits != BEFORE:
        return any_of([])
    return all_of([own.has_ahead(offset), own.committed > offset])

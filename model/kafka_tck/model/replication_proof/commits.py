"""What is committed, and who has it."""

from kafka_tck.model.replication import Partition, Replica, presumes_to_lead, replication
from kafka_tck.model.replication_proof.words import has, highest_epoch
from kafka_tck.model.terms import Bool, Int, Term, all_of, any_of, every, implies


@replication.landmark
def the_latest(p: Partition) -> list[Term]:
    """The latest epoch, and the record that was committed last."""
    return [p.leader, p.commits.at(p.commits.length - 1).id]


@replication.supports()
def what_is_below_a_high_watermark_was_committed(p: Partition) -> Bool:
    """It is what was committed there, in an epoch that the replica has reached."""
    return all_of(
        every(
            own.hw,
            lambda o, own=own: all_of(  # type: ignore[misc]
                [has(own.log, p.commits, o), p.commits.at(o).committed_in <= own.epoch]
            ),
        )
        for own in p.replicas
    )


@replication.supports()
def commits_are_in_the_order_of_epochs(p: Partition) -> Bool:
    """Later records were committed in no earlier epoch, and in no earlier one than written."""

    def is_in_order(o: Int) -> Bool:
        record = p.commits.at(o)
        earlier = every(o, lambda q: p.commits.at(q).committed_in <= record.committed_in)
        known = all_of([record.committed_in >= 0, record.committed_in <= highest_epoch(p)])
        return all_of([record.epoch <= record.committed_in, earlier, known])

    return every(p.commits.length, is_in_order)


@replication.supports()
def commits_were_made_by_who_led(p: Partition) -> Bool:
    """The leader of the epoch in which a record was committed had taken up that epoch."""

    def led(o: Int) -> Bool:
        epoch = p.commits.at(o).committed_in
        leader = p.requests.at(epoch).leader
        return any_of(all_of([leader == n, own.epoch >= epoch]) for n, own in enumerate(p.replicas))

    return every(p.commits.length, led)


@replication.supports()
def the_known_isr_has_what_was_committed(p: Partition) -> Bool:
    """Every member of the known ISR has all of it, and has reached the epochs in which it was."""
    return all_of(
        implies(member, every(p.commits.length, lambda o, own=own: _keeps(p, own, o)))  # type: ignore[misc]
        for member, own in zip(p.known_isr, p.replicas, strict=True)
    )


@replication.supports()
def a_leader_has_what_was_committed(p: Partition) -> Bool:
    """Who presumes to lead has all that was committed in its epoch or before."""
    return all_of(
        implies(
            presumes_to_lead(p, n),
            every(
                p.commits.length,
                lambda o, own=own: implies(  # type: ignore[misc]
                    p.commits.at(o).committed_in <= own.epoch, has(own.log, p.commits, o)
                ),
            ),
        )
        for n, own in enumerate(p.replicas)
    )


@replication.supports()
def who_may_lead_has_what_was_committed_before(p: Partition) -> Bool:
    """A member of a request's ISR has what was committed in earlier epochs, and reached them."""

    def is_kept(epoch: Int, o: Int) -> Bool:
        isr = p.requests.at(epoch).isr
        kept = [implies(m, _keeps(p, own, o)) for m, own in zip(isr, p.replicas, strict=True)]
        return implies(p.commits.at(o).committed_in < epoch, all_of(kept))

    return every(p.requests.length, lambda e: every(p.commits.length, lambda o: is_kept(e, o)))


@replication.supports()
def the_assumed_isr_keeps_what_its_leader_shows(p: Partition) -> Bool:
    """A member of the ISR that a leader assumes has what is below that leader's high watermark."""
    return all_of(
        implies(
            all_of([presumes_to_lead(p, n), member]),
            every(leader.hw, lambda o, own=own: _keeps(p, own, o)),  # type: ignore[misc]
        )
        for n, leader in enumerate(p.replicas)
        for member, own in zip(leader.isr, p.replicas, strict=True)
    )


@replication.supports()
def who_committed_last_shows_it(p: Partition) -> Bool:
    """The leader in whose epoch the last record was committed has it below its high watermark."""
    last = p.commits.at(p.commits.length - 1).committed_in
    return all_of(
        implies(all_of([presumes_to_lead(p, n), own.epoch == last]), own.hw == p.commits.length)
        for n, own in enumerate(p.replicas)
    )


def _keeps(p: Partition, own: Replica, o: Int) -> Bool:
    return all_of([has(own.log, p.commits, o), own.epoch >= p.commits.at(o).committed_in])

"""Ranges, and who leads."""

from kafka_tck.model.replication import Partition, replication
from kafka_tck.model.terms import NONE, Bool, Int, all_of, any_of, every, implies


@replication.supports()
def high_watermarks_are_within_the_log(p: Partition) -> Bool:
    """No high watermark lies beyond its log, or beyond what was committed."""
    return all_of(
        all_of([own.hw >= 0, own.hw <= own.log.length, own.hw <= p.commits.length])
        for own in p.replicas
    )


@replication.supports()
def epochs_were_sent(p: Partition) -> Bool:
    """Every replica's epoch is one of the controller's, or none."""
    return all_of(all_of([own.epoch >= NONE, own.epoch < p.requests.length]) for own in p.replicas)


@replication.supports()
def ids_are_used_once(p: Partition) -> Bool:
    """The next record's id is in no log."""
    return all_of(
        every(own.log.length, lambda o, own=own: own.log.at(o).id < p.next_id)  # type: ignore[misc]
        for own in p.replicas
    )


@replication.supports()
def a_leader_that_is_named_is_in_the_isr(p: Partition) -> Bool:
    """A request names as leader nobody, or a member of its ISR."""

    def names_a_member(epoch: Int) -> Bool:
        request = p.requests.at(epoch)
        members = [all_of([request.leader == n, m]) for n, m in enumerate(request.isr)]
        return any_of([request.leader == NONE, *members])

    return every(p.requests.length, names_a_member)


@replication.supports()
def a_replica_knows_the_leader_of_its_epoch(p: Partition) -> Bool:
    """Its leader is who the request of its epoch names; without an epoch it knows none."""
    return all_of(
        all_of(
            [
                implies(own.epoch >= 0, own.leader == p.requests.at(own.epoch).leader),
                implies(own.epoch >= 0, own.leader != NONE),
                implies(own.epoch < 0, own.leader == NONE),
            ]
        )
        for own in p.replicas
    )


@replication.supports()
def a_leader_is_not_behind_its_followers(p: Partition) -> Bool:
    """Who is followed has taken up at least the epoch in which it is."""
    return all_of(
        implies(own.leader == n, leader.epoch >= own.epoch)
        for own in p.replicas
        for n, leader in enumerate(p.replicas)
    )


@replication.supports()
def a_replicas_leader_is_in_the_isr_that_it_knows(p: Partition) -> Bool:
    """The ISR that a replica remembers has the leader that it remembers."""
    return all_of(
        implies(own.leader == n, member) for own in p.replicas for n, member in enumerate(own.isr)
    )


@replication.supports()
def who_has_no_epoch_has_no_records(p: Partition) -> Bool:
    """A replica that has taken up no epoch has an empty log."""
    return all_of(implies(own.epoch < 0, own.log.length == 0) for own in p.replicas)

"""What logs have in common."""

from kafka_tck.model.replication import Partition, replication
from kafka_tck.model.replication_proof.words import has, is_same_record
from kafka_tck.model.terms import Bool, Int, Seq, all_of, every, implies


@replication.supports()
def logs_match(p: Partition) -> Bool:
    """Where two logs have one id they have one record, and are the same before it."""
    return all_of(
        _match(one.log, other.log) for n, one in enumerate(p.replicas) for other in p.replicas[:n]
    )


def _match(one: Seq, other: Seq) -> Bool:
    def matches(o: Int) -> Bool:
        at_most_here = every(one.length, lambda q: implies(q <= o, is_same_record(one, other, q)))
        return implies(one.at(o).id == other.at(o).id, implies(o < other.length, at_most_here))

    return every(one.length, matches)


@replication.supports()
def a_follower_has_a_prefix_of_its_leaders_log(p: Partition) -> Bool:
    """Who follows a leader in the leader's epoch has nothing but what the leader has."""
    return all_of(
        implies(
            all_of([own.leader == n, leader.epoch == own.epoch]),
            every(
                own.log.length,
                lambda o, own=own, leader=leader: has(leader.log, own.log, o),  # type: ignore[misc]
            ),
        )
        for own in p.replicas
        for n, leader in enumerate(p.replicas)
        if own is not leader
    )


@replication.supports()
def records_are_no_newer_than_their_replica(p: Partition) -> Bool:
    """No log has a record of an epoch that its replica has not taken up."""
    return all_of(
        every(own.log.length, lambda o, own=own: own.log.at(o).epoch <= own.epoch)  # type: ignore[misc]
        for own in p.replicas
    )

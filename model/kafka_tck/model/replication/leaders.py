"""What leaders do: they write, commit, and change the ISR."""

from kafka_tck.model.replication.agreeing import (
    follows,
    has,
    isr_with,
    known_isr_after,
    leads_truly,
    presumes_to_lead,
    reached,
)
from kafka_tck.model.replication.state import PUBLIC, Partition, replication
from kafka_tck.model.sources import Code, Text
from kafka_tck.model.spec import Step, nodes, when, whole
from kafka_tck.model.terms import Int, Seq, all_of, any_of, choose, implies, negate


@replication.action(
    Text(PUBLIC, "BecomeLeader"),
    Code("Partition.makeLeader"),
    replica=nodes,
    epoch=whole(0, lambda sizes: sizes["epochs"] - 1),
)
def broker_becomes_leader(p: Partition, replica: int, epoch: Int) -> Step[Partition]:
    """A broker takes up a later epoch in which it leads; its high watermark may lag."""
    request = p.requests.at(epoch)
    return when(
        was_sent=epoch < p.requests.length,
        names_it=request.leader == replica,
        is_later=p.replicas[replica].epoch < epoch,
    ).then(
        p.having(known_isr=known_isr_after(p, epoch)).having_of(
            "replicas", replica, epoch=epoch, leader=replica, isr=request.isr
        )
    )


@replication.action(
    Text(PUBLIC, "LeaderWrite"), Code("Partition.appendRecordsToLeader"), leader=nodes
)
def leader_appends(p: Partition, leader: int) -> Step[Partition]:
    """Who presumes to lead writes a record at its log end."""
    own = p.replicas[leader]
    record = own.log.append(id=p.next_id, epoch=own.epoch)
    return when(presumes=presumes_to_lead(p, leader)).then(
        p.having(next_id=p.next_id + 1).having_of("replicas", leader, log=record)
    )


@replication.action(
    Text(PUBLIC, "LeaderIncHighWatermark"),
    Code("Partition.maybeIncrementLeaderHW"),
    leader=nodes,
)
def leader_advances_hw(p: Partition, leader: int) -> Step[Partition]:
    """The leader commits the next record when its whole ISR follows it and has that record."""
    own = p.replicas[leader]
    ready = all_of(
        implies(member, all_of([follows(p, leader, n), has(p, leader, n, own.hw)]))
        for n, member in enumerate(own.isr)
    )
    return when(
        presumes=presumes_to_lead(p, leader),
        has_more=own.hw < own.log.length,
        isr_has_it=ready,
    ).then(p.having(commits=_commits(p, leader)).having_of("replicas", leader, hw=own.hw + 1))


def _commits(p: Partition, leader: int) -> Seq:
    """What was ever committed, once this leader advances its high watermark."""
    own = p.replicas[leader]
    record = own.log.at(own.hw)
    longer = p.commits.append(id=record.id, epoch=record.epoch, committed_in=own.epoch)
    return choose(own.hw == p.commits.length, longer, p.commits)


@replication.action(
    Text(PUBLIC, "LeaderShrinkIsr"), Code("Partition.maybeShrinkIsr"), leader=nodes, follower=nodes
)
def leader_shrinks_isr(p: Partition, leader: int, follower: int) -> Step[Partition]:
    """The true leader takes out a follower that does not follow it or is not at its log end."""
    own = p.replicas[leader]
    keeps_up = all_of([follows(p, leader, follower), reached(p, leader, follower, own.log.length)])
    return when(
        is_another=follower != leader,
        is_true_leader=leads_truly(p, leader),
        in_isr=own.isr[follower],
        lags=negate(keeps_up),
    ).then(_isr_changed(p, leader, follower, False))


@replication.action(
    Text(PUBLIC, "LeaderExpandIsr"),
    Code("Partition.isFollowerInSync"),
    leader=nodes,
    follower=nodes,
)
def leader_expands_isr(p: Partition, leader: int, follower: int) -> Step[Partition]:
    """The true leader takes in a follower that reached its high watermark and its epoch's start.

    Both bounds are needed: a new leader's high watermark may lag what its predecessor committed.
    """
    own = p.replicas[leader]
    started = any_of([own.hw == own.log.length, own.log.at(own.hw).epoch == own.epoch])
    knows_epochs = p.given.fences or p.given.truncates_when_it_fetches
    return when(
        is_true_leader=leads_truly(p, leader),
        outside=negate(own.isr[follower]),
        follows=follows(p, leader, follower),
        reached_hw=reached(p, leader, follower, own.hw),
        hw_reached_epoch=started if knows_epochs else True,
    ).then(_isr_changed(p, leader, follower, True))


def _isr_changed(p: Partition, leader: int, follower: int, inside: bool) -> Partition:
    isr = isr_with(p.replicas[leader].isr, follower, inside)
    return p.having(isr=isr, known_isr=isr).having_of("replicas", leader, isr=isr)

"""Offset commits of members, of which one may be under way for any time."""

from kafka_tck.model.groups_consumer.state import ANY, ASSIGNED, JOIN, Group, groups_consumer
from kafka_tck.model.sources import KIP, Code, Measured
from kafka_tck.model.spec import Step, nodes, otherwise, when
from kafka_tck.model.terms import NONE, Bool, all_of, any_of


@groups_consumer.action(KIP(848), only=lambda given: given.commits, member=nodes, partition=nodes)
def member_commits(p: Group, member: int, partition: int) -> Step[Group]:
    """A member sends an offset of a partition that it owns, with the epoch that it was told."""
    own = p.members[member]
    is_there = partition < p.given.partitions
    owns = p.partitions.at(partition).owned[member] if is_there else False
    return when(
        has_joined=own.heard > JOIN,
        owns=owns,
        is_alone=p.committer == NONE,
    ).then(p.having(committer=member, committed=partition, commit_epoch=own.heard, overtaken=False))


@groups_consumer.action(
    KIP(848),
    KIP(1251),
    Code("ConsumerGroup.validateOffsetCommit"),
    Measured("4.0.1, 4.3.1"),
    only=lambda given: given.commits,
    member=nodes,
)
def coordinator_accepts_commit(p: Group, member: int) -> Step[Group]:
    """A commit is accepted of a member's epoch, whether or not the partition is its own.

    With KIP-1251 one of an older epoch is, of a partition that the member has had since then.
    """
    own = p.members[member]
    return when(
        was_sent=p.committer == member,
        is_known=otherwise(own.is_known, "UNKNOWN_MEMBER_ID"),
        is_valid=otherwise(_is_valid(p, member), "STALE_MEMBER_EPOCH"),
    ).then(_without_commit(p).having(took_stale=any_of([p.took_stale, p.overtaken])))


def _is_valid(p: Group, member: int) -> Bool:
    own = p.members[member]
    if p.given.commit_epochs == ANY:
        return p.commit_epoch <= own.epoch
    is_current = p.commit_epoch == own.epoch
    if p.given.commit_epochs != ASSIGNED:
        return is_current
    has_had_it = any_of(
        all_of(
            [
                p.committed == k,
                p.has(member, k),
                p.partitions.at(k).since <= p.commit_epoch,
                p.commit_epoch <= own.epoch,
            ]
        )
        for k in range(p.given.partitions)
    )
    return any_of([is_current, has_had_it])


@groups_consumer.action(KIP(848), only=lambda given: given.commits)
def commit_is_gone(p: Group) -> Step[Group]:
    """A commit was refused, or is lost."""
    return when(was_sent=p.committer != NONE).then(_without_commit(p))


def _without_commit(p: Group) -> Group:
    return p.having(committer=NONE, committed=NONE, commit_epoch=NONE, overtaken=False)

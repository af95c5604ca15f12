"""What always holds of a group, what must be possible, and what late requests permit."""

from kafka_tck.model.groups_consumer.state import Group, groups_consumer
from kafka_tck.model.sources import KIP, Code
from kafka_tck.model.terms import Bool, all_of, any_of, implies, negate


def pairs(p: Group) -> list[tuple[int, int]]:
    return [(one, other) for one in range(p.given.nodes) for other in range(one)]


@groups_consumer.always(KIP(848), Code("ConsumerGroup.addPartitionEpochs"))
def a_partition_is_one_members(p: Group) -> Bool:
    """No partition is assigned to, or being given up by, two members at the coordinator."""
    return all_of(
        negate(all_of([p.has(one, k), p.has(other, k)]))
        for k in range(p.given.partitions)
        for one, other in pairs(p)
    )


def _have_two_owners(p: Group) -> Bool:
    """Two members of the group own one partition, and neither was removed."""
    return any_of(
        all_of(
            [
                *(negate(p.zombies[n]) for n in pair),
                *(p.partitions.at(k).owned[n] for n in pair),
            ]
        )
        for k in range(p.given.partitions)
        for pair in pairs(p)
    )


@groups_consumer.always(KIP(848))
def a_partition_has_one_owner(p: Group) -> Bool:
    """No two members that obey what they are told, and are not removed, own one partition."""
    return negate(_have_two_owners(p))


@groups_consumer.anomaly(KIP(848))
def a_partition_has_two_owners(p: Group) -> Bool:
    """Two members that obey what they are told, and are not removed, own one partition."""
    return _have_two_owners(p)


@groups_consumer.always(KIP(848), KIP(1251), Code("ConsumerGroup.validateOffsetCommit"))
def no_stale_commit_is_accepted(p: Group) -> Bool:
    """No commit is accepted after its partition was assigned to another member."""
    return negate(p.took_stale)


@groups_consumer.always(KIP(848), Code("TargetAssignmentBuilder"))
def epochs_are_in_order(p: Group) -> Bool:
    """No member's epoch is above that of the target, which is not above the group's."""
    return all_of(
        [
            p.target_epoch <= p.group_epoch,
            *(own.epoch <= p.target_epoch for own in p.members),
            *(implies(own.is_known, own.previous <= own.epoch) for own in p.members),
        ]
    )


@groups_consumer.always(KIP(848))
def members_use_epochs_that_were_given(p: Group) -> Bool:
    """No member believes in an epoch that no target has had."""
    return all_of(own.heard <= p.target_epoch for own in p.members)


@groups_consumer.possible(KIP(848))
def the_group_is_stable(p: Group) -> Bool:
    """Every member of the group has what a target of the group epoch gives it, and knows."""
    return all_of(
        implies(own.is_known, all_of([p.is_assigned, _is_settled(p, n)]))
        for n, own in enumerate(p.members)
    )


def _is_settled(p: Group, member: int) -> Bool:
    own = p.members[member]
    cells = [p.partitions.at(k) for k in range(p.given.partitions)]
    knows = [cell.owned[member] == cell.assigned[member] for cell in cells]
    return all_of([p.is_reconciled(member), own.heard == own.epoch, *knows])


@groups_consumer.sometimes(KIP(848))
def every_member_is_stable(p: Group) -> Bool:
    """All may be members, and the group is stable."""
    return all_of([the_group_is_stable(p), *(own.is_known for own in p.members)])


@groups_consumer.sometimes(KIP(848))
def a_partition_waits_to_be_given_up(p: Group) -> Bool:
    """A member at the target epoch waits for a partition that another one has to give up."""
    return any_of(
        all_of(
            [
                p.partitions.at(k).revoking[one],
                p.partitions.at(k).target == other,
                p.members[other].epoch == p.target_epoch,
            ]
        )
        for k in range(p.given.partitions)
        for pair in pairs(p)
        for one, other in (pair, pair[::-1])
    )

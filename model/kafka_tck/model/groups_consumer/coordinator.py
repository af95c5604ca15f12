"""The coordinator: it checks heartbeats, reconciles members with the target, and removes them."""

from kafka_tck.model.groups_consumer.state import (
    ASSIGNED,
    JOIN,
    Group,
    groups_consumer,
    with_flag,
)
from kafka_tck.model.shapes import either
from kafka_tck.model.sources import KIP, Code
from kafka_tck.model.spec import Step, nodes, otherwise, when
from kafka_tck.model.terms import NONE, Bool, Int, all_of, any_of, choose, implies, negate

Owned = tuple[Bool, ...]
"""By partition: whether a request says that its member owns it."""


def is_valid(p: Group, member: int, epoch: Int, owned: Owned) -> Bool:
    """Whether a request with this epoch may come from this member of the group.

    The previous epoch may, since its answer may be lost, if only what is assigned is owned.
    """
    own = p.members[member]
    is_current = own.epoch == epoch
    if not p.given.checks_epoch:
        return all_of([])
    is_lost = [own.previous == epoch, _is_subset(p, member, owned)]
    joins = all_of([epoch == JOIN, p.given.rejoins])
    return any_of([is_current, joins, all_of(is_lost if p.given.checks_owned else is_lost[:1])])


def _is_subset(p: Group, member: int, owned: Owned) -> Bool:
    assigned = [p.partitions.at(k).assigned[member] for k in range(p.given.partitions)]
    return all_of(implies(one, mine) for one, mine in zip(owned, assigned, strict=True))


def joined(p: Group, member: int) -> Group:
    """The group after a join: with one member more, at the next group epoch, or with a known one.

    A new member gets its epoch with the target; with an interval, the epoch of the last one.
    """
    known = reconciled(p, member, none_owned(p))
    new = p.having_of("members", member, epoch=JOIN, previous=JOIN)
    new = new.having(group_epoch=p.group_epoch + 1, joins=p.joins + 1)
    if p.given.assignment_interval:
        new = reconciled(new, member, none_owned(p))
    return either(p.members[member].is_known, known, new)


def may_join(p: Group, member: int, epoch: Int) -> Bool:
    """Whether a join is accepted: of who is not known, and perhaps of who is."""
    known = p.members[member].is_known
    return any_of([negate(known), is_valid(p, member, epoch, none_owned(p))])


def is_due(p: Group) -> Bool:
    """Whether what is told is told of the target that the group epoch wants."""
    return all_of([]) if p.given.assignment_interval else p.is_assigned


def removed(p: Group, member: int) -> Group:
    """The group without this member; its partitions are free at once, whatever it believes."""
    believes = any_of([p.zombies[member], p.members[member].heard > JOIN])
    gone = p.having_of("members", member, epoch=NONE, previous=NONE)
    partitions = p.partitions
    for k in range(p.given.partitions):
        cell = p.partitions.at(k)
        partitions = partitions.put(
            k,
            target=choose(cell.target == member, NONE, cell.target),
            taken=all_of([cell.taken, negate(p.has(member, k))]),
            assigned=with_flag(cell.assigned, member, False),
            revoking=with_flag(cell.revoking, member, False),
        )
    return gone.having(
        group_epoch=p.group_epoch + 1,
        zombies=with_flag(p.zombies, member, believes),
        partitions=partitions,
    )


def reconciled(p: Group, member: int, owned: Owned) -> Group:
    """The group after a member said what it owns: one step of it towards the target.

    What it has to give up it is told first, and it keeps its epoch until it owns none of that.
    Then it has the epoch of the target, and of its partitions those that nobody else has.
    """
    cells = [p.partitions.at(k) for k in range(p.given.partitions)]
    keeps = any_of(
        all_of([cell.revoking[member], one]) for cell, one in zip(cells, owned, strict=True)
    )
    back = p if p.given.keeps_partition_epochs else _given_back(p, member)
    waiting = either(keeps, back, _moved(p, member, owned))
    return either(p.is_reconciled(member), p, waiting)


def _moved(p: Group, member: int, owned: Owned) -> Group:
    """A member that has nothing left to give up of what it was told, on its way to the target.

    If it has to give up still more it keeps its epoch; up to 4.1 it has the next one.
    """
    own = p.members[member]
    cells = [p.partitions.at(k) for k in range(p.given.partitions)]
    misplaced = [all_of([cell.assigned[member], cell.target != member]) for cell in cells]
    revokes = any_of(all_of([one, mine]) for one, mine in zip(misplaced, owned, strict=True))
    partitions, overtaken = p.partitions, p.overtaken
    for k, cell in enumerate(cells):
        is_free = negate(cell.taken) if p.given.hands_over_free else all_of([])
        stays = all_of([cell.assigned[member], cell.target == member])
        comes = all_of([cell.target == member, is_free, negate(revokes)])
        goes = all_of([misplaced[k], revokes])
        had = p.has(member, k)
        has = any_of([stays, comes, goes])
        partitions = partitions.put(
            k,
            taken=any_of([has, all_of([cell.taken, negate(had)])]),
            assigned=with_flag(cell.assigned, member, any_of([stays, comes])),
            revoking=with_flag(cell.revoking, member, goes),
        )
        if p.given.commits:
            overtakes = all_of([comes, p.committed == k, p.committer != member])
            overtaken = any_of([overtaken, overtakes])
        if p.given.commit_epochs == ASSIGNED:
            since = choose(comes, p.target_epoch, cell.since)
            partitions = partitions.put(k, since=since)
    was_told = any_of(cell.revoking[member] for cell in cells)
    bumps = all_of([p.given.bumps_between, was_told])
    stays_at = own.epoch + choose(bumps, 1, 0)
    return p.having_of(
        "members", member, epoch=choose(revokes, stays_at, p.target_epoch), previous=own.epoch
    ).having(partitions=partitions, overtaken=overtaken)


def _given_back(p: Group, member: int) -> Group:
    """Wrong: what goes back to who is giving it up is assigned again, and its epoch is lost."""
    partitions = p.partitions
    for k in range(p.given.partitions):
        cell = p.partitions.at(k)
        returns = all_of([cell.revoking[member], cell.target == member])
        partitions = partitions.put(
            k,
            taken=all_of([cell.taken, negate(returns)]),
            assigned=with_flag(cell.assigned, member, any_of([cell.assigned[member], returns])),
            revoking=with_flag(
                cell.revoking, member, all_of([cell.revoking[member], negate(returns)])
            ),
        )
    return p.having(partitions=partitions)


@groups_consumer.action(
    KIP(848, "assignment process"),
    Code("TargetAssignmentBuilder"),
    first=nodes,
    second=nodes,
    third=nodes,
)
def coordinator_assigns(p: Group, first: int, second: int, third: int) -> Step[Group]:
    """The assignor makes a target for the group epoch: each partition goes to some member."""
    owners = (first, second, third)
    used = owners[: p.given.partitions]
    partitions = p.partitions
    for k, owner in enumerate(used):
        partitions = partitions.put(k, target=owner)
    return when(
        is_due=p.target_epoch < p.group_epoch,
        are_members=all_of(p.members[owner].is_known for owner in used),
        are_partitions=not any(owners[p.given.partitions :]),
    ).then(p.having(target_epoch=p.group_epoch, partitions=partitions))


@groups_consumer.action(
    KIP(848),
    Code("GroupMetadataManager.scheduleConsumerGroupSessionTimeout"),
    Code("GroupMetadataManager.scheduleConsumerGroupRebalanceTimeout"),
    member=nodes,
)
def coordinator_removes_member(p: Group, member: int) -> Step[Group]:
    """A member was silent for its session timeout, or too long in giving partitions up.

    It does not know, and goes on.
    """
    return when(is_known=p.members[member].is_known).then(removed(p, member))


@groups_consumer.action(
    Code("GroupMetadataManager.throwIfConsumerGroupMemberEpochIsInvalid"),
    only=lambda given: given.late_requests > 0,
    member=nodes,
)
def coordinator_handles_late_join(p: Group, member: int) -> Step[Group]:
    """A copy of a join arrives; nobody hears the answer."""
    own = p.members[member]
    return when(
        was_sent=own.late == JOIN,
        is_late=_is_late(p, member),
        is_assigned=any_of([negate(own.is_known), is_due(p)]),
        is_valid=otherwise(may_join(p, member, own.late), "FENCED_MEMBER_EPOCH"),
    ).then(_without_copy(joined(p, member), member))


@groups_consumer.action(
    Code("GroupMetadataManager.throwIfConsumerGroupMemberEpochIsInvalid"),
    only=lambda given: given.late_requests > 0,
    member=nodes,
)
def coordinator_handles_late_heartbeat(p: Group, member: int) -> Step[Group]:
    """A copy of a heartbeat arrives; nobody hears the answer."""
    own = p.members[member]
    owned = tuple(p.partitions.at(k).late[member] for k in range(p.given.partitions))
    return when(
        was_sent=own.late > JOIN,
        is_late=_is_late(p, member),
        is_assigned=is_due(p),
        is_known=otherwise(own.is_known, "UNKNOWN_MEMBER_ID"),
        is_valid=otherwise(is_valid(p, member, own.late, owned), "FENCED_MEMBER_EPOCH"),
    ).then(_without_copy(reconciled(p, member, owned), member))


def _is_late(p: Group, member: int) -> Bool:
    """Whether the copy may come now: it may have to wait until the member has gone on."""
    own = p.members[member]
    if p.given.late_within_epoch:
        return all_of([])
    return all_of([own.late != own.epoch, own.late != own.previous])


def _without_copy(p: Group, member: int) -> Group:
    partitions = p.partitions
    for k in range(p.given.partitions):
        late = with_flag(p.partitions.at(k).late, member, False)
        partitions = partitions.put(k, late=late)
    return p.having_of("members", member, late=NONE).having(partitions=partitions)


def none_owned(p: Group) -> Owned:
    """What a join says is owned."""
    return (any_of([]),) * p.given.partitions

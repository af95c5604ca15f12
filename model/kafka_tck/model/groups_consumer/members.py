"""Members: they join, send heartbeats, hear or miss the answers, and give partitions up."""

from kafka_tck.model.groups_consumer.coordinator import (
    Owned,
    is_due,
    is_valid,
    joined,
    may_join,
    reconciled,
    removed,
)
from kafka_tck.model.groups_consumer.state import JOIN, Group, groups_consumer, with_flag
from kafka_tck.model.sources import KIP, Code
from kafka_tck.model.spec import Step, among, nodes, otherwise, when
from kafka_tck.model.terms import NONE, Bool, all_of, any_of, negate

HEARD = among(0, 1)
"""Whether the member hears the answer."""


@groups_consumer.action(
    KIP(848, "heartbeat"),
    Code("GroupMetadataManager.consumerGroupHeartbeat"),
    member=nodes,
    heard=HEARD,
)
def member_joins(p: Group, member: int, heard: int) -> Step[Group]:
    """A member that owns nothing joins with epoch 0; once more, if it did not hear the answer."""
    own = p.members[member]
    is_new = all_of([negate(own.is_known), p.given.assignment_interval or not heard])
    after = joined(p, member)
    return when(
        has_to=own.heard == JOIN,
        is_assigned=any_of([is_new, all_of([own.is_known, is_due(p)])]),
        is_valid=otherwise(may_join(p, member, own.heard), "FENCED_MEMBER_EPOCH"),
    ).then(_heard(after, member) if heard else after)


@groups_consumer.action(
    KIP(848, "heartbeat"),
    Code("GroupMetadataManager.consumerGroupHeartbeat"),
    Code("CurrentAssignmentBuilder.build"),
    member=nodes,
    heard=HEARD,
)
def member_heartbeats(p: Group, member: int, heard: int) -> Step[Group]:
    """A member says which epoch it has and what it owns, and is told what to own from now on."""
    own = p.members[member]
    after = reconciled(p, member, owned_by(p, member))
    return when(
        has_joined=own.heard > JOIN,
        is_assigned=is_due(p),
        is_known=otherwise(own.is_known, "UNKNOWN_MEMBER_ID"),
        is_valid=otherwise(
            is_valid(p, member, own.heard, owned_by(p, member)), "FENCED_MEMBER_EPOCH"
        ),
    ).then(_heard(after, member) if heard else after)


def owned_by(p: Group, member: int) -> Owned:
    """What a member says it owns."""
    return tuple(p.partitions.at(k).owned[member] for k in range(p.given.partitions))


def _heard(p: Group, member: int) -> Group:
    """The member takes what is assigned to it; what else it owns it has to give up."""
    partitions = p.partitions
    for k in range(p.given.partitions):
        cell = p.partitions.at(k)
        mine, own = cell.assigned[member], cell.owned[member]
        partitions = partitions.put(
            k,
            owned=with_flag(cell.owned, member, any_of([own, mine])),
            leaving=with_flag(cell.leaving, member, all_of([own, negate(mine)])),
        )
    return p.having_of("members", member, heard=p.members[member].epoch).having(
        partitions=partitions
    )


@groups_consumer.action(KIP(848), Code("AbstractMembershipManager.reconcile"), member=nodes)
def member_revokes(p: Group, member: int) -> Step[Group]:
    """A member gives up what it was told to; its next heartbeat says so."""
    cells = [p.partitions.at(k) for k in range(p.given.partitions)]
    partitions = p.partitions
    for k, cell in enumerate(cells):
        stays = all_of([cell.owned[member], negate(cell.leaving[member])])
        partitions = partitions.put(
            k,
            owned=with_flag(cell.owned, member, stays),
            leaving=with_flag(cell.leaving, member, False),
        )
    return when(has_to=any_of(cell.leaving[member] for cell in cells)).then(
        p.having(partitions=partitions)
    )


@groups_consumer.action(
    KIP(848), Code("AbstractMembershipManager.transitionToFenced"), member=nodes
)
def member_is_fenced(p: Group, member: int) -> Step[Group]:
    """A member is told that it is fenced or unknown: it gives everything up, and joins again."""
    own = p.members[member]
    accepted = all_of([own.is_known, is_valid(p, member, own.heard, owned_by(p, member))])
    return when(has_joined=own.heard > JOIN, is_refused=negate(accepted)).then(
        _with_nothing(p, member)
    )


@groups_consumer.action(KIP(848), member=nodes)
def member_restarts(p: Group, member: int) -> Step[Group]:
    """A member forgets everything, and joins again with its id; the coordinator does not know."""
    return when(has_joined=p.members[member].heard > JOIN).then(_with_nothing(p, member))


@groups_consumer.action(KIP(848), Code("GroupMetadataManager.consumerGroupLeave"), member=nodes)
def member_leaves(p: Group, member: int) -> Step[Group]:
    """A member gives everything up, and the coordinator is told with epoch -1."""
    own = p.members[member]
    return when(
        has_joined=own.heard > JOIN, is_known=otherwise(own.is_known, "UNKNOWN_MEMBER_ID")
    ).then(removed(_with_nothing(p, member), member))


def _with_nothing(p: Group, member: int) -> Group:
    partitions = p.partitions
    for k in range(p.given.partitions):
        cell = p.partitions.at(k)
        partitions = partitions.put(
            k,
            owned=with_flag(cell.owned, member, False),
            leaving=with_flag(cell.leaving, member, False),
        )
    zombies = with_flag(p.zombies, member, False)
    return p.having_of("members", member, heard=JOIN).having(partitions=partitions, zombies=zombies)


@groups_consumer.action(
    Code("NetworkClient.handleTimedOutRequests"),
    only=lambda given: given.late_requests > 0,
    member=nodes,
)
def request_is_copied(p: Group, member: int) -> Step[Group]:
    """A member gives up waiting, and sends its request again: the first one may still arrive."""
    own = p.members[member]
    partitions = p.partitions
    for k in range(p.given.partitions):
        cell = p.partitions.at(k)
        partitions = partitions.put(k, late=with_flag(cell.late, member, cell.owned[member]))
    return when(is_alone=own.late == NONE, has_room=_has_room(p)).then(
        p.having_of("members", member, late=own.heard).having(partitions=partitions)
    )


def _has_room(p: Group) -> Bool:
    """Whether fewer copies are under way than there may be."""
    none = [one.late == NONE for one in p.members]
    return any_of(none) if p.given.late_requests >= p.given.nodes else all_of(none)

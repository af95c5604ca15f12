"""What always holds, what must stay possible, and what nobody wants."""

from kafka_tck.model.groups_classic.state import (
    EMPTY,
    JOINING,
    OWNING,
    PREPARING,
    STABLE,
    Group,
    are_one_instance,
    groups_classic,
)
from kafka_tck.model.sources import KIP, Code, Text
from kafka_tck.model.terms import Bool, Int, all_of, any_of, implies, negate


def _pairs(p: Group) -> list[tuple[int, int]]:
    return [(a, b) for a in range(p.given.nodes) for b in range(a)]


def share(p: Group, one: int, other: int) -> Bool:
    """Whether both believe to own some partition."""
    mine, its = p.consumers[one].owns, p.consumers[other].owns
    return any_of(all_of([a, b]) for a, b in zip(mine, its, strict=True))


@groups_classic.always(Code("GroupMetadataManager.classicGroupSync"))
def a_generation_has_one_assignment(p: Group) -> Bool:
    """Two members never own one partition by one generation, whether they are fenced or not."""
    return all_of(
        implies(
            all_of(
                [
                    p.consumers[a].phase == OWNING,
                    p.consumers[b].phase == OWNING,
                    p.consumers[a].generation == p.consumers[b].generation,
                    negate(are_one_instance(p, a, b)),
                ]
            ),
            negate(share(p, a, b)),
        )
        for a, b in _pairs(p)
    )


def is_owned_by_instance(p: Group, consumer: int, owner: Int) -> Bool:
    """Whether this owner is the consumer, or another process of the same static member."""
    others = [
        all_of([owner == other, are_one_instance(p, consumer, other)])
        for other in range(p.given.nodes)
        if other != consumer
    ]
    return any_of([owner == consumer, *others])


def is_unfenced(p: Group, consumer: int) -> Bool:
    """Whether the coordinator takes the process for a member of the generation, or of the next."""
    current = p.consumers[consumer].generation == p.generation
    return all_of([p.members[consumer], any_of([current, p.joined[consumer]])])


@groups_classic.always(KIP(429), Code("ConsumerCoordinator.onJoinPrepare"))
def a_partition_has_one_owner(p: Group) -> Bool:
    """No partition is owned by two members that are not fenced."""
    return all_of(
        implies(all_of([is_unfenced(p, a), is_unfenced(p, b)]), negate(share(p, a, b)))
        for a, b in _pairs(p)
    )


@groups_classic.always(Code("GroupMetadataManager.classicGroupSync"))
def what_is_owned_was_assigned(p: Group) -> Bool:
    """Who has its assignment of the generation owns what the leader gave it, and nothing else."""
    has_assignment = any_of([p.state == STABLE, p.state == PREPARING])
    return all_of(
        implies(
            all_of(
                [
                    has_assignment,
                    own.phase == OWNING,
                    own.generation == p.generation,
                    p.members[n],
                ]
            ),
            own.owns[k] == (p.assignment[k] == n),
        )
        for n, own in enumerate(p.consumers)
        for k in range(p.given.nodes)
    )


@groups_classic.always(Code("CoordinatorRuntime"), Text("KAFKA-10284"))
def what_is_told_is_logged(p: Group) -> Bool:
    """A stable group is in the log as it is: another coordinator goes on with it."""
    same = [a == b for a, b in zip(p.assignment, p.logged_assignment, strict=True)]
    same += [a == b for a, b in zip(p.members, p.logged_members, strict=True)]
    return implies(p.state == STABLE, all_of([p.logged_generation == p.generation, *same]))


@groups_classic.always(Code("ClassicGroup.initNextGeneration"))
def generations_rise(p: Group) -> Bool:
    """No generation by which a partition is owned is taken back."""
    return all_of(
        implies(own.phase == OWNING, own.generation <= p.logged_generation) for own in p.consumers
    )


@groups_classic.always(Code("ClassicGroup.validateOffsetCommit"))
def no_zombie_commits(p: Group) -> Bool:
    """No commit is taken for a partition that another member was given."""
    return negate(p.zombie_committed)


@groups_classic.always(KIP(345))
def an_instance_is_one_member(p: Group) -> Bool:
    """No two members have one instance id."""
    return all_of(
        negate(all_of([p.members[a], p.members[b], are_one_instance(p, a, b)]))
        for a, b in _pairs(p)
    )


@groups_classic.possible(Text("KAFKA-12890"), up_to=("generation",))
def the_group_is_at_rest(p: Group) -> Bool:
    """The group is stable, or empty."""
    return any_of([p.state == STABLE, p.state == EMPTY])


@groups_classic.anomaly(Text("KAFKA-9801"))
def a_partition_is_owned_by_nobody(p: Group) -> Bool:
    """The group is stable, all its members have their assignment, and a partition has no owner."""
    settled = [
        implies(member, all_of([own.phase == OWNING, own.generation == p.generation]))
        for member, own in zip(p.members, p.consumers, strict=True)
    ]
    unowned = [
        negate(
            any_of(
                all_of([member, own.owns[k]])
                for member, own in zip(p.members, p.consumers, strict=True)
            )
        )
        for k in range(p.given.nodes)
    ]
    nobody_comes = [negate(one) for one in p.abandoned]
    return all_of([p.state == STABLE, *settled, any_of(p.members), *nobody_comes, any_of(unowned)])


@groups_classic.anomaly(KIP(394), Text("KAFKA-7610"))
def a_partition_goes_to_a_ghost(p: Group) -> Bool:
    """The group is stable, and a partition is assigned to an id that nobody was told."""
    return all_of([p.state == STABLE, any_of(p.abandoned)])


@groups_classic.sometimes()
def all_own_their_partitions(p: Group) -> Bool:
    """Every consumer owns the partition of its number, by the generation of the group."""
    return all_of(
        all_of([own.phase == OWNING, own.owns[n], own.generation == p.generation])
        for n, own in enumerate(p.consumers)
    )


@groups_classic.sometimes()
def a_zombie_owns_what_another_one_owns(p: Group) -> Bool:
    """A consumer that is no member any more owns a partition of a member."""
    return any_of(
        all_of([negate(p.members[a]), is_unfenced(p, b), share(p, a, b)])
        for a in range(p.given.nodes)
        for b in range(p.given.nodes)
        if a != b
    )


@groups_classic.sometimes()
def a_partition_is_handed_over(p: Group) -> Bool:
    """A member that owns partitions rejoins the group, and the group has more than one member."""
    return any_of(
        all_of([p.members[a], p.members[b], p.consumers[a].phase == JOINING, p.assignment[b] == a])
        for a in range(p.given.nodes)
        for b in range(p.given.nodes)
        if a != b
    )

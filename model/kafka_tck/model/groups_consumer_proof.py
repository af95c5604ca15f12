"""Why no partition has two owners, for any number of epochs.

What a member owns the coordinator counts as its own until the member itself says otherwise; and a
member that has something to give up is below the target's epoch. Where it gets a new one by giving
it up (`bumps_between`), a commit of the member's epoch is of a partition that nobody else has got
since. All of this is where requests come in the order in which they were sent.
"""

from kafka_tck.model.groups_consumer.state import EXACT, JOIN, Group, groups_consumer
from kafka_tck.model.sources import Code
from kafka_tck.model.terms import NONE, Bool, all_of, any_of, implies, negate


def _every(p: Group) -> list[tuple[int, int]]:
    """Each member with each partition."""
    return [(n, k) for n in range(p.given.nodes) for k in range(p.given.partitions)]


@groups_consumer.supports()
def partitions_stay(p: Group) -> Bool:
    """There are as many partitions as were given."""
    return p.partitions.length == p.given.partitions


@groups_consumer.supports()
def epochs_are_positive(p: Group) -> Bool:
    """A target has an epoch above that of a join; a member's is no less than that."""
    return all_of(
        [
            p.target_epoch > JOIN,
            *(
                all_of([own.epoch >= NONE, own.previous >= NONE, own.heard >= JOIN])
                for own in p.members
            ),
        ]
    )


@groups_consumer.supports()
def only_members_with_an_epoch_have_partitions(p: Group) -> Bool:
    """Who is no member, or has no epoch yet, has no partition at the coordinator."""
    return all_of(implies(p.has(n, k), p.members[n].epoch > JOIN) for n, k in _every(p))


@groups_consumer.supports(Code("ConsumerGroup.currentPartitionEpoch"))
def what_is_taken_is_a_members(p: Group) -> Bool:
    """A partition counts as taken as long as a member has it, and no longer."""
    return all_of(
        p.partitions.at(k).taken == any_of(p.has(n, k) for n in range(p.given.nodes))
        for k in range(p.given.partitions)
    )


@groups_consumer.supports()
def what_is_assigned_is_not_given_up(p: Group) -> Bool:
    """No member has to give up what is assigned to it."""
    cells = [(p.partitions.at(k), n) for n, k in _every(p)]
    return all_of(negate(all_of([cell.assigned[n], cell.revoking[n]])) for cell, n in cells)


@groups_consumer.supports()
def who_has_the_targets_epoch_has_no_more_than_that(p: Group) -> Bool:
    """A member at the target's epoch has nothing to give up, and nothing that others should have.

    So it is with the assigned ones of a member that is one epoch below and gives others up.
    """
    return all_of(_is_below_or_exact(p, n) for n in range(p.given.nodes))


def _is_below_or_exact(p: Group, member: int) -> Bool:
    epoch = p.members[member].epoch
    cells = [p.partitions.at(k) for k in range(p.given.partitions)]
    revokes = any_of(cell.revoking[member] for cell in cells)
    exact = all_of(implies(cell.assigned[member], cell.target == member) for cell in cells)
    return all_of(
        [
            implies(revokes, epoch < p.target_epoch),
            implies(epoch == p.target_epoch, exact),
            implies(all_of([revokes, epoch + 1 == p.target_epoch]), exact),
        ]
    )


@groups_consumer.supports()
def who_is_no_member_is_a_zombie(p: Group) -> Bool:
    """Who believes in an epoch is a member with one that is no lower, or was removed since."""
    return all_of(
        all_of(
            [
                implies(zombie, all_of([own.heard > JOIN, negate(own.is_known)])),
                implies(zombie, own.heard < p.group_epoch),
                implies(
                    all_of([own.heard > JOIN, negate(zombie)]),
                    all_of([own.is_known, own.heard <= own.epoch]),
                ),
            ]
        )
        for own, zombie in zip(p.members, p.zombies, strict=True)
    )


@groups_consumer.supports()
def owners_are_known(p: Group) -> Bool:
    """What a member owns it has at the coordinator, unless it was removed since."""
    return all_of(
        all_of(
            [
                implies(p.partitions.at(k).owned[n], any_of([p.zombies[n], p.has(n, k)])),
                implies(p.partitions.at(k).owned[n], p.members[n].heard > JOIN),
            ]
        )
        for n, k in _every(p)
    )


@groups_consumer.supports()
def commits_have_epochs_that_were_given(p: Group) -> Bool:
    """A commit under way has an epoch that its member had; the member's own is no lower now."""
    return all_of(_has_reached(p, n) for n in range(p.given.nodes))


def _has_reached(p: Group, member: int) -> Bool:
    epoch = p.members[member].epoch
    return implies(
        p.committer == member,
        all_of(
            [
                p.commit_epoch > JOIN,
                p.commit_epoch <= p.target_epoch,
                any_of([epoch <= JOIN, p.commit_epoch <= epoch]),
                any_of([epoch > JOIN, p.commit_epoch < p.group_epoch]),
            ]
        ),
    )


@groups_consumer.supports()
def commits_of_the_members_epoch_are_not_overtaken(p: Group) -> Bool:
    """Where a commit has its member's epoch, the member still has the partition."""
    if not p.given.commits:
        return p.committer == NONE
    if p.given.commit_epochs != EXACT:
        return all_of([])
    return all_of(
        implies(
            all_of([p.committer == n, p.committed == k, p.commit_epoch == p.members[n].epoch]),
            all_of([p.has(n, k), negate(p.overtaken)]),
        )
        for n, k in _every(p)
    )


@groups_consumer.supports()
def commits_are_of_partitions(p: Group) -> Bool:
    """A commit under way is of one of the partitions."""
    are_there = any_of(p.committed == k for k in range(p.given.partitions))
    return implies(p.committer != NONE, are_there)


# Guards without which all claims are still proved

for _action, _guard, _reason in (
    ("coordinator_assigns", "are_members", "What is meant for who is no member, nobody gets."),
    ("coordinator_assigns", "are_partitions", "What is not there is not assigned."),
    ("coordinator_removes_member", "is_known", "Who is no member has nothing to lose."),
    ("member_joins", "is_assigned", "An older target is one, too: it is only told late."),
    ("member_joins", "is_valid", "A member that joins owns nothing, whatever its epoch was."),
    ("member_heartbeats", "has_joined", "Who has not joined owns nothing, and says so."),
    ("member_heartbeats", "is_assigned", "An older target is one, too: it is only told late."),
    ("member_heartbeats", "is_valid", "Where requests come in order, what is owned is true."),
    ("member_revokes", "has_to", "Nothing to give up is given up."),
    ("member_is_fenced", "has_joined", "Who has not joined has nothing to lose."),
    ("member_is_fenced", "is_refused", "To give everything up is never wrong."),
    ("member_restarts", "has_joined", "Who has not joined has nothing to forget."),
    ("member_leaves", "has_joined", "To leave once more removes a member, as time does."),
    ("member_leaves", "is_known", "Who was removed gives everything up, too."),
):
    groups_consumer.only_enables(_action, _guard, _reason)

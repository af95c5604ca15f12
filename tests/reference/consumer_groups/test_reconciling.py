"""How a member comes to its target, step by step."""

from dataclasses import replace
from uuid import UUID

from kafka_tck.reference.consumer_groups.members import Member, MemberState, Partition
from kafka_tck.reference.consumer_groups.reconciling import Reconciliation
from kafka_tck.reference.rules import ConsumerGroupRules

T, U = UUID(int=1), UUID(int=2)
STABLE, UNREVOKED, UNRELEASED = MemberState


def step(
    member: Member,
    target: set[Partition],
    *,
    epoch: int = 5,
    owners: dict[Partition, int] | None = None,
    owned: set[Partition] | None = None,
    subscribed: frozenset[UUID] = frozenset({T, U}),
    changed: bool = False,
) -> Member:
    rules = ConsumerGroupRules()
    going = Reconciliation(rules, epoch, target, owners or {}, owned, subscribed, changed)
    return going.of(member)


def member(*partitions: int, epoch: int = 4, at: int = 2) -> Member:
    return Member("m", epoch, epoch - 1, assigned={(T, index): at for index in partitions})


def test_at_its_target_a_member_stays_as_it_is() -> None:
    settled = member(0, epoch=5)
    assert step(settled, {(T, 0)}) is settled


def test_what_is_free_is_given_at_the_targets_epoch() -> None:
    found = step(member(0), {(T, 0), (T, 1)})
    assert (found.epoch, found.previous_epoch, found.state) == (5, 4, STABLE)
    assert found.assigned == {(T, 0): 2, (T, 1): 5}


def test_what_others_hold_is_withheld_and_then_given() -> None:
    found = step(member(0), {(T, 0), (T, 1)}, owners={(T, 1): 4})
    assert (found.epoch, found.state) == (5, UNRELEASED)
    assert found.assigned.keys() == {(T, 0)}
    served = step(found, {(T, 0), (T, 1)})
    assert (served.epoch, served.previous_epoch, served.state) == (5, 5, STABLE)
    assert served.assigned.keys() == {(T, 0), (T, 1)}


def test_what_is_to_go_goes_first_at_the_old_epoch() -> None:
    told = step(member(0, 1), {(T, 0)}, owned={(T, 0), (T, 1)})
    assert (told.epoch, told.state, told.revoking) == (4, UNREVOKED, {(T, 1): 2})
    assert step(told, {(T, 0)}, owned=None) is told, "it does not say that it has given it up"
    assert step(told, {(T, 0)}, owned={(T, 1)}) is told
    done = step(told, {(T, 0)}, owned={(T, 0)})
    assert (done.epoch, done.state, done.revoking) == (5, STABLE, {})


def test_who_owns_nothing_of_it_needs_not_give_it_up() -> None:
    found = step(member(0, 1), {(T, 0)}, owned=set())
    assert (found.epoch, found.state, found.assigned) == (5, STABLE, {(T, 0): 2})


def test_what_was_given_back_to_a_target_comes_last() -> None:
    told = step(member(0, 1), {(T, 0)}, owned={(T, 0), (T, 1)})
    own = {(T, 0): 4, (T, 1): 4}
    done = step(told, {(T, 0), (T, 1)}, epoch=6, owned={(T, 0)}, owners=own)
    assert (done.epoch, done.state, set(done.assigned)) == (6, UNRELEASED, {(T, 0)})


def test_a_topic_that_is_unsubscribed_goes_at_once() -> None:
    settled = replace(member(0, epoch=5), assigned={(T, 0): 5, (U, 0): 5})
    found = step(
        settled,
        {(T, 0), (U, 0)},
        owned={(T, 0), (U, 0)},
        subscribed=frozenset({T}),
        changed=True,
    )
    assert (found.epoch, found.state, found.revoking) == (5, UNREVOKED, {(U, 0): 5})

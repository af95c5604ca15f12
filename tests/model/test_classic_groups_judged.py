"""The judge of classic groups, and the module that is searched and proved, state the same rules.

What both have: who is a member of the generation, how a join phase begins and ends and who is then
in the group, who leads, who waits for an assignment and what it is told, what time-outs do, how a
static member is replaced, what is in the log and found there, which commits are refused. After
every step the group that the judge believes in is compared with that of the coordinator. What the
module has not, the judge alone says: protocols, sizes, bounds of sessions, ids that were never
used. How cooperative consumers rejoin is a matter of consumers, and is left to the module.
"""

from collections import Counter
from collections.abc import Callable
from dataclasses import replace
from typing import Any

import pytest
from tests.model.judged_classic_groups import (
    BEGINNING,
    JUDGED,
    PROTOCOL,
    Belief,
    error_of,
    errors_of,
    is_due,
    of_judge,
    of_module,
)
from tests.model.walking import Taken, every_pair, some_walk

from kafka_tck.model.groups.group import Group, Member, State, reloaded
from kafka_tck.model.groups.joining import Join, Limits, verdicts_on_join
from kafka_tck.model.groups.rebalancing import sync_phase_over
from kafka_tck.model.groups_classic import Groups, groups_classic
from kafka_tck.model.run import Done

Objects = Callable[[str, object, object], None]
"""Told of what is judged otherwise: the action, what the judge wants, and what there is."""


def heard(belief: Belief, taken: Taken, objects: Objects) -> Belief | None:
    """What the judge believes after a step; None where it does not go on."""
    if is_due(taken.before):
        ends = taken.action in ("coordinator_completes_join", "coordinator_empties_group")
        return _fitting(belief, taken, objects) if ends else None
    error = error_of(taken)
    if error is None or taken.action not in JUDGED:
        return belief if error else None
    (group,) = belief
    verdicts = JUDGED[taken.action](group, taken)
    consumer = taken.parameters.get("consumer")
    accepted = errors_of(verdicts, str(consumer))
    # Nobody hears what a late request is answered with.
    if consumer is not None and accepted != {error}:
        objects(taken.action, accepted, error)
        return None
    if not isinstance(taken.outcome, Done):
        return None
    afters = tuple(verdict.after for verdict in verdicts)
    if any(group.awaits_former for group in afters):
        return None  # see test_an_id_that_was_replaced_is_awaited_in_vain
    return afters if is_due(taken.outcome.state) else _fitting(afters, taken, objects)


def _fitting(afters: Belief, taken: Taken, objects: Objects) -> Belief | None:
    """The group that is as the coordinator has it."""
    if not isinstance(taken.outcome, Done):
        return None
    there = of_module(taken.outcome.state)
    fitting = [group for group in afters if of_judge(group) == there]
    if not fitting:
        objects(taken.action, [of_judge(group) for group in afters], there)
        return None
    return (fitting[0],)


def agrees(belief: Belief, taken: Taken) -> Belief | None:
    def objects(action: str, wanted: object, found: object) -> None:
        raise AssertionError(f"{action}: {wanted} and not {found}, after {taken.before}")

    return heard(belief, taken, objects)


@pytest.mark.parametrize("settings", [{}, {"static": True}], ids=["dynamic", "static"])
def test_in_every_state_of_two_members_the_judge_accepts_what_is_answered_and_nothing_else(
    settings: dict[str, Any],
) -> None:
    given, most = Groups(nodes=2, **settings), {"generation": 1, "fail_overs": 0}
    pairs = list(every_pair(groups_classic, given, most, BEGINNING, agrees))
    assert len(pairs) > 100


@pytest.mark.parametrize("settings", [{}, {"static": True}], ids=["dynamic", "static"])
def test_so_it_does_on_walks_of_three_members(settings: dict[str, Any]) -> None:
    given, most = Groups(**settings), {"generation": 6, "fail_overs": 1}
    tried: Counter[str] = Counter()

    def counts(belief: Belief, taken: Taken) -> Belief | None:
        tried[taken.action] += error_of(taken) is not None
        return agrees(belief, taken)

    for seed in range(60):
        for _ in some_walk(groups_classic, given, most, BEGINNING, counts, seed, 40):
            pass
    replacing = set() if settings else {"coordinator_replaces_member"}
    assert set(JUDGED) - set(tried) == replacing


def test_an_id_that_was_replaced_is_awaited_in_vain() -> None:
    """Where both differ: the module removes the new process when the time to sync is over.

    On 4.3.1 the group rebalances for the former id, and the new process stays a member.
    """
    member = Member("i", PROTOCOL, 10_000, 10_000, synced=False)
    leader = replace(member, instance=None, synced=True)
    members = {"new": leader, "old": member}
    group = Group(State.STABLE, "consumer", 2, "range", "new", members).saved()
    asked = Join("next", False, "i", "consumer", PROTOCOL, 10_000, 10_000, 5)
    (replaced,) = verdicts_on_join(group, asked, Limits())
    assert replaced.after.awaits_former
    (over,) = sync_phase_over(replaced.after)
    assert (over.after.state, set(over.after.members)) == (State.PREPARING, {"new", "next"})
    assert not over.after.awaits_former
    (loaded,) = reloaded(replaced.after)
    assert not loaded.awaits_former


FLAWS: dict[str, str] = {
    "one-generation": "coordinator_completes_join",
    "any-generation": "coordinator_holds_sync",
    "unfenced": "leader_assigns",
    "no-new-rebalance": "coordinator_replaces_member",
    "swap-in-memory": "coordinator_replaces_member",
    "told-first": "leader_assigns",
}
"""Wrong coordinators, and a step of theirs that the judge objects to."""
CONSUMERS = {"cooperative", "static", "static-cooperative", "not-withheld"}
"""Variants of consumers: their coordinator does nothing wrong."""
ABSENT = {"no-sync-timeout", "any-member-id"}
"""What never comes, or came before KIP-394, no answer shows: time-outs are held against a broker
where they are over, and versions of JoinGroup tell whether who joins is given an id first."""


@pytest.mark.parametrize("variant", sorted(FLAWS))
def test_the_judge_objects_to_each_wrong_coordinator(variant: str) -> None:
    given = groups_classic.variants[variant].given
    found: set[str] = set()

    def objects(action: str, wanted: object, there: object) -> None:
        found.add(action)

    def hears(belief: Belief, taken: Taken) -> Belief | None:
        return heard(belief, taken, objects)

    most = {"generation": 6, "fail_overs": 1}
    for seed in range(300):
        for _ in some_walk(groups_classic, given, most, BEGINNING, hears, seed, 40):
            pass
        if FLAWS[variant] in found:
            break
    assert FLAWS[variant] in found


def test_no_wrong_coordinator_is_left_out() -> None:
    named = {*FLAWS, *CONSUMERS, *ABSENT}
    assert named <= set(groups_classic.variants)
    assert {
        name
        for name, one in groups_classic.variants.items()
        if one.sentence.startswith("Wrong") and name not in named
    } == set()

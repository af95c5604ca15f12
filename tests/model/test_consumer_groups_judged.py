"""The judge of consumer groups, and the module that is searched and proved, state the same rules.

The rules that both have: who speaks for a member (epoch, previous epoch and owned partitions, who
joins anew, who is gone), that no partition has two owners, that whoever gives something up stays at
its epoch and gains nothing, that epochs do not fall, which commits are accepted, and in which state
a group is shown. What the module has not, the judge alone says: fields that do not belong together,
subscriptions, instance ids, assignors.
"""

import random
from collections import Counter
from collections.abc import Iterator
from typing import Any

import pytest
from tests.model.judged_consumer_groups import (
    any_heartbeat,
    commits_in,
    epochs_around,
    exchange_of,
    objections,
    subsets,
    told,
    wrong_answers,
)
from tests.model.walking import Taken, every_pair, some_walk

from kafka_tck.model.consumer_groups.group import Group
from kafka_tck.model.consumer_groups.refusals import Case, verdict_on
from kafka_tck.model.explore import explore
from kafka_tck.model.groups_consumer import ConsumerGroups, groups_consumer
from kafka_tck.model.run import Values, attempt

ONE_JOIN, TWO_JOINS = {"joins": 1}, {"joins": 2}
BEGINNING = Group(exists=True)
"""It had members before: the module does not tell groups that never were from empty ones."""
LATE: dict[str, Any] = {"late_requests": 1, "late_within_epoch": False}
RELAXED: dict[str, Any] = {"commit_epochs": "assigned", "bumps_between": True}


def hears(group: Group, taken: Taken) -> Group:
    """The judge has nothing against what the module answers."""
    exchange = exchange_of(taken)
    assert exchange is None or objections(group, *exchange) == [], (group, taken, exchange)
    return told(group, taken)


def test_of_every_answer_the_judge_accepts_the_right_one_only() -> None:
    """Where the judge cannot know, for it does not see what the module sees, it says so."""
    refused: Counter[str] = Counter()

    def hears_wrong_ones(group: Group, taken: Taken) -> Group:
        exchange = exchange_of(taken)
        for flaw, wrong in wrong_answers(taken, *exchange) if exchange else ():
            verdict = verdict_on(group, exchange[0])  # type: ignore[index]
            if flaw == "error" and wrong.error in verdict.errors:
                assert verdict.case is Case.LOST_ANSWER
                assert not group.members[exchange[0].member].fresh  # type: ignore[index]
                continue
            assert objections(group, exchange[0], wrong), (flaw, group, wrong)  # type: ignore[index]
            refused[flaw] += 1
        return hears(group, taken)

    given = ConsumerGroups()
    pairs = list(every_pair(groups_consumer, given, TWO_JOINS, BEGINNING, hears_wrong_ones))
    assert len(pairs) == 2_983
    assert set(refused) == {
        "error",
        "an epoch that falls",
        "an owner too early",
        "an epoch too early",
    }


def heartbeats(given: ConsumerGroups, state: Values) -> Iterator[Taken]:
    """Every heartbeat that could come, from members that do not do as they are told, too."""
    for member in range(given.nodes):
        for epoch in epochs_around(state, member):
            for owned in subsets(given.partitions):
                yield any_heartbeat(state, given, member, epoch, owned)


@pytest.mark.parametrize(
    "settings",
    [{}, {"bumps_between": True}, {"assignment_interval": True}, LATE, RELAXED],
    ids=["4.3", "4.1", "interval", "late", "relaxed"],
)
@pytest.mark.parametrize("seed", range(4))
def test_the_judge_accepts_walks_of_members_that_say_what_they_like(
    settings: dict[str, Any], seed: int
) -> None:
    given = ConsumerGroups(**settings)
    said: Counter[object] = Counter()

    def more(rng: random.Random, state: Values) -> Taken:
        member = rng.randrange(given.nodes)
        epochs = epochs_around(state, member) or [2]
        owned = rng.choice(subsets(given.partitions))
        return any_heartbeat(state, given, member, rng.choice(epochs), owned)

    def counts(group: Group, taken: Taken) -> Group:
        said[type(taken.outcome)] += exchange_of(taken) is not None
        return hears(group, taken)

    bounds = {"joins": 4}
    for _ in some_walk(groups_consumer, given, bounds, BEGINNING, counts, seed, 60, more):
        pass
    assert min(said.values()) > 10


@pytest.mark.parametrize(
    "settings", [{}, {"bumps_between": True}, RELAXED], ids=["4.3", "4.1", "relaxed"]
)
def test_heartbeats_and_commits_of_any_epoch_are_judged_as_the_module_answers_them(
    settings: dict[str, Any],
) -> None:
    given = ConsumerGroups(**settings)
    answers: Counter[tuple[str, bool]] = Counter()
    for state, group in every_pair(groups_consumer, given, ONE_JOIN, BEGINNING, hears):
        for taken in heartbeats(given, state):
            hears(group, taken)
        for error, accepted in commits_in(state, given, group):
            assert error in accepted
            answers[error, len(accepted) == 1] += 1
    assert {error for error, is_sure in answers if is_sure} == {
        "NONE",
        "STALE_MEMBER_EPOCH",
        "UNKNOWN_MEMBER_ID",
    }


FLAWS: list[tuple[dict[str, Any], set[str]]] = [
    ({"hands_over_free": False}, {"EXCLUSIVE"}),
    ({"checks_epoch": False}, {"BEHIND", "AHEAD"}),
    ({"checks_owned": False}, {"BEHIND"}),
    ({"rejoins": False}, {"REJOINS"}),
    ({"commits": True, "commit_epochs": "any"}, {"COMMIT"}),
]
"""Wrong coordinators, and the rules by which the judge objects to what they answer."""


@pytest.mark.parametrize(("settings", "objected"), FLAWS, ids=lambda one: "-".join(sorted(one)))
def test_the_judge_objects_to_each_wrong_coordinator(
    settings: dict[str, Any], objected: set[str]
) -> None:
    given = ConsumerGroups(**settings)
    found: set[str] = set()

    def objects(group: Group, taken: Taken) -> Group | None:
        exchange = exchange_of(taken)
        against = objections(group, *exchange) if exchange else []
        found.update(against)
        return None if against else told(group, taken)

    for state, group in every_pair(groups_consumer, given, {"joins": 2}, BEGINNING, objects):
        for taken in heartbeats(given, state):
            objects(group, taken)
        sure = [error in accepted for error, accepted in commits_in(state, given, group)]
        found |= set() if all(sure) else {"COMMIT"}
        if found >= objected:
            break
    assert found == objected


def test_the_judge_objects_where_what_is_taken_back_looks_free() -> None:
    """It takes twelve steps until a partition has two owners (KAFKA-16147): they are looked up."""
    given = groups_consumer.variants["lost-partition-epoch"].given
    claim = "a_partition_is_one_members"
    trace = explore(groups_consumer, given, find=frozenset({claim})).broken[claim]
    group, found = BEGINNING, []
    for step in trace.steps:
        outcome = attempt(groups_consumer, step.action, step.before, given, **step.parameters)
        taken = Taken(step.action, step.parameters, step.before, outcome)
        exchange = exchange_of(taken)
        found = objections(group, *exchange) if exchange else []
        group = told(group, taken)
    assert found == ["EXCLUSIVE"]

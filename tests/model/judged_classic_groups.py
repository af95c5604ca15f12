"""Steps of `groups_classic` as the judge of classic groups sees them, and what they lead to."""

from collections.abc import Callable, Mapping
from dataclasses import replace
from typing import Any, Final

from tests.model.walking import Taken

from kafka_tck.model.groups import asking, joining, rebalancing
from kafka_tck.model.groups.asking import Asking
from kafka_tck.model.groups.group import Group, State, reloaded
from kafka_tck.model.groups.joining import Join, Limits
from kafka_tck.model.groups.verdicts import Case, Verdict
from kafka_tck.model.groups_classic.state import COMPLETING, PREPARING, STABLE
from kafka_tck.model.run import Done, Values
from kafka_tck.model.terms import NONE

STATES: Final = (State.EMPTY, State.PREPARING, State.COMPLETING, State.STABLE)
PROTOCOL: Final = (("range", ""),)
ASKS_FOR_ID: Final = 5
"""A version of JoinGroup in which who is new is given an id first, and knows instance ids."""
NEWEST_COMMIT: Final = 9

Belief = tuple[Group, ...]
"""What the group may be: several, where more than one may lead it."""
BEGINNING: Final[Belief] = (replace(Group(), state=State.EMPTY).saved(),)


def consumers_of(state: Values) -> int:
    return sum(name.startswith("members.") for name in state)


def flagged(state: Values, name: str) -> frozenset[str]:
    """The members of which a flag is true."""
    return frozenset(str(n) for n in range(consumers_of(state)) if state[f"{name}.{n}"])


def given_to(state: Values, prefix: str = "") -> Mapping[str, str]:
    """By member, the partitions that are assigned to it."""
    found = dict.fromkeys(flagged(state, f"{prefix}members"), "")
    for k in range(consumers_of(state)):
        owner = str(state[f"{prefix}assignment.{k}"])
        if owner in found:
            found[owner] += str(k)
    return found


def _instance(state: Values, consumer: int) -> str | None:
    instance = state[f"consumers.{consumer}.instance"]
    return None if instance == NONE else f"i{instance}"


# The group, as both have it


def of_module(state: Values) -> dict[str, Any]:
    """What the module's coordinator holds, and what it would find in the log."""
    log = state["logged_generation"], flagged(state, "logged_members")
    found = {
        "state": STATES[state["state"]],
        "generation": state["generation"],
        "members": flagged(state, "members"),
        "log": (*log, given_to(state, "logged_")),
    }
    if state["state"] == PREPARING:
        found["joined"] = flagged(state, "joined")
    elif flagged(state, "members"):
        found |= {"leader": str(state["leader"]), "synced": flagged(state, "synced")}
    return found | ({"assigned": given_to(state)} if state["state"] == STABLE else {})


def of_judge(group: Group) -> dict[str, Any]:
    """The same of what the judge believes."""
    stored, members = group.stored, group.members
    assert stored is not None
    found = {
        "state": group.state,
        "generation": group.generation,
        "members": frozenset(members),
        "log": (stored.generation, frozenset(stored.members), _assigned(stored)),
    }
    if group.state is State.PREPARING:
        found["joined"] = frozenset(name for name, m in members.items() if m.joins)
    elif members:
        synced = frozenset(name for name, m in members.items() if m.synced)
        found |= {"leader": group.leader, "synced": synced}
    return found | ({"assigned": _assigned(group)} if group.state is State.STABLE else {})


def _assigned(group: Group) -> Mapping[str, str]:
    return {name: m.assignment for name, m in group.members.items()}


def is_due(state: Values) -> bool:
    """Whether the join phase ends at once, for nobody is waited for: the module has a step more."""
    everybody = flagged(state, "members") == flagged(state, "joined")
    return bool(state["state"] == PREPARING and everybody)


# Requests, and what the judge makes of them


def _joins(group: Group, taken: Taken, *, known: bool = False) -> list[Verdict]:
    consumer = taken.parameters["consumer"]
    instance = _instance(taken.before, consumer)
    asked = Join(str(consumer), known, instance, "consumer", PROTOCOL, 10_000, 10_000, ASKS_FOR_ID)
    verdicts = joining.verdicts_on_join(group, asked, Limits())
    if [one.case for one in verdicts] != [Case.NEEDS_ID]:
        return verdicts
    return joining.verdicts_on_join(verdicts[0].after, replace(asked, sends_id=True), Limits())


def _rejoins(group: Group, taken: Taken) -> list[Verdict]:
    return _joins(group, taken, known=True)


def _asks(state: Values, consumer: int, generation: int) -> Asking:
    return Asking(str(consumer), generation, _instance(state, consumer))


def _syncs(group: Group, taken: Taken) -> list[Verdict]:
    consumer = taken.parameters["consumer"]
    generation = taken.before[f"consumers.{consumer}.generation"]
    return _synced(group, taken, _asks(taken.before, consumer, generation))


def _syncs_late(group: Group, taken: Taken) -> list[Verdict]:
    sender, generation = taken.parameters["sender"], taken.before["late_generation"]
    return _synced(group, taken, _asks(taken.before, sender, generation))


def _synced(group: Group, taken: Taken, asked: Asking) -> list[Verdict]:
    done = isinstance(taken.outcome, Done)
    assignments = given_to(taken.outcome.state) if done else {}  # type: ignore[union-attr]
    return [asking.verdict_on_sync(group, asked, None, assignments)]


def _leaves(group: Group, taken: Taken) -> list[Verdict]:
    return asking.verdicts_on_leave(group, ((str(taken.parameters["consumer"]), None),))


def _commits(group: Group, taken: Taken) -> list[Verdict]:
    consumer = taken.parameters["consumer"]
    generation = taken.before[f"consumers.{consumer}.generation"]
    fault = asking.fault_of_commit(group, _asks(taken.before, consumer, generation), NEWEST_COMMIT)
    case, error = fault or (Case.ALIVE, "NONE")
    return [Verdict(case, group, errors=(error,))]


def _expires(group: Group, taken: Taken) -> list[Verdict]:
    return list(rebalancing.expire(group, str(taken.parameters["consumer"])))


def _fails_over(group: Group, taken: Taken) -> list[Verdict]:
    return [Verdict(Case.SHOWN, found) for found in reloaded(group) if found.exists]


JUDGED: Final[Mapping[str, Callable[[Group, Taken], list[Verdict]]]] = {
    "coordinator_admits_member": _joins,
    "coordinator_replaces_member": _joins,
    "coordinator_takes_rejoin": _rejoins,
    "coordinator_repeats_join": _rejoins,
    "coordinator_completes_join": lambda group, _: list(rebalancing.join_phase_over(group)),
    "coordinator_empties_group": lambda group, _: list(rebalancing.join_phase_over(group)),
    "leader_assigns": _syncs,
    "coordinator_holds_sync": _syncs,
    "coordinator_answers_sync": _syncs,
    "coordinator_handles_late_sync": _syncs_late,
    "coordinator_expires_session": _expires,
    "coordinator_expires_syncs": lambda group, _: list(rebalancing.sync_phase_over(group)),
    "coordinator_fails_over": _fails_over,
    "consumer_leaves": _leaves,
    "consumer_commits": _commits,
}
"""What the judge says of each action; the others are of consumers alone."""

_SAME: Final = {"FENCED_INSTANCE_ID": "UNKNOWN_MEMBER_ID"}
"""The module has one refusal for both."""


def errors_of(verdicts: list[Verdict], consumer: str) -> set[str]:
    """What the request may be answered with; a request that is held has no error yet."""
    found: set[str] = set()
    for verdict in verdicts:
        owed = [due.error for (name, _), due in verdict.owed.items() if name == consumer]
        found |= {_SAME.get(error, error) for error in (verdict.errors or owed or ["NONE"])}
    return found


def error_of(taken: Taken) -> str | None:
    """What the module answers; None if nothing is asked, or another action takes the request.

    While the leader has not assigned, SyncGroup is held.
    """
    if isinstance(taken.outcome, Done):
        return "NONE"
    is_held = taken.action == "coordinator_answers_sync" and taken.before["state"] == COMPLETING
    return None if is_held and taken.outcome.guard == "is_stable" else taken.outcome.error

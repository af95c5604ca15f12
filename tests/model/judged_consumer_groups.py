"""Steps of `groups_consumer` as the judge of consumer groups sees them: requests and answers."""

from collections.abc import Callable, Iterator, Mapping
from functools import lru_cache
from itertools import chain, combinations
from typing import Final

from tests.model.walking import Taken

from kafka_tck.model.consumer_groups.answers import held_against
from kafka_tck.model.consumer_groups.commits import WITH_MEMBERS, Commit, ruling_on
from kafka_tck.model.consumer_groups.group import Group, after
from kafka_tck.model.consumer_groups.member import LEAVE, NOTHING, Answer, Heartbeat, Partitions
from kafka_tck.model.consumer_groups.refusals import verdict_on
from kafka_tck.model.groups_consumer import ConsumerGroups, groups_consumer
from kafka_tck.model.groups_consumer.state import ASSIGNED, JOIN
from kafka_tck.model.run import Done, Refused, Values, attempt
from kafka_tck.model.terms import leaves_of

TOPIC: Final = "t"
ERRORS: Final = ("NONE", "UNKNOWN_MEMBER_ID", "FENCED_MEMBER_EPOCH")
HEARTBEAT: Final = "coordinator_handles_late_heartbeat"
COMMIT: Final = "coordinator_accepts_commit"


@lru_cache
def _place_of(flag: str, member: int, nodes: int) -> int:
    """Where a flag of a member stands in the record of a partition."""
    record = groups_consumer.shape.variables(ConsumerGroups(nodes=nodes)).partitions.record
    return [name for name, _ in leaves_of(record)].index(f"{flag}.{member}")


def nodes_of(state: Values) -> int:
    return sum(name.startswith("zombies.") for name in state)


def marked(state: Values, flag: str, member: int) -> Partitions:
    """The partitions of which a flag of this member is true."""
    at = _place_of(flag, member, nodes_of(state))
    return frozenset((TOPIC, k) for k, cell in enumerate(state["partitions"]) if cell[at])


def _join(state: Values, member: int) -> Heartbeat:
    return Heartbeat(str(member), JOIN, NOTHING, frozenset({TOPIC}), rebalance_ms=1)


REQUESTS: Final[Mapping[str, Callable[[Values, int], Heartbeat]]] = {
    "member_joins": _join,
    "coordinator_handles_late_join": _join,
    "member_heartbeats": lambda s, m: Heartbeat(
        str(m), s[f"members.{m}.heard"], marked(s, "owned", m)
    ),
    HEARTBEAT: lambda s, m: Heartbeat(str(m), s[f"members.{m}.late"], marked(s, "late", m)),
    "member_leaves": lambda s, m: Heartbeat(str(m), LEAVE),
}
"""What each action sends. The others send nothing."""


def answer_to(asked: Heartbeat, taken: Taken) -> Answer | None:
    """What the action answers; None if it does not come to that.

    Without an interval the module makes targets in a step of their own: who joins has no epoch yet,
    and is told the first one, and nothing.
    """
    member, outcome = taken.parameters["member"], taken.outcome
    if isinstance(outcome, Refused):
        return Answer(outcome.error) if outcome.error else None
    if asked.leaves:
        return Answer("NONE", LEAVE)
    epoch = outcome.state[f"members.{member}.epoch"]
    if epoch == JOIN:
        return Answer("NONE", 1, NOTHING)
    mine = marked(outcome.state, "assigned", member)
    is_news = asked.joins or mine != marked(taken.before, "assigned", member)
    return Answer("NONE", epoch, mine if is_news else None)


def objections(group: Group, asked: Heartbeat, answer: Answer) -> list[str]:
    """What the judge holds against an answer."""
    verdict = verdict_on(group, asked)
    if answer.error not in verdict.errors:
        return [verdict.case.name]
    if answer.error != "NONE":
        return []
    return [held.law.name for held in held_against(group, asked, answer) if not held.holds]


def exchange_of(taken: Taken) -> tuple[Heartbeat, Answer] | None:
    """The request and the answer that a step is on the wire, if it is any."""
    if taken.action not in REQUESTS:
        return None
    asked = REQUESTS[taken.action](taken.before, taken.parameters["member"])
    answer = answer_to(asked, taken)
    return None if answer is None else (asked, answer)


def told(group: Group, taken: Taken) -> Group:
    """What the judge believes after a step that it has nothing against."""
    exchange = exchange_of(taken)
    if exchange is not None:
        return after(group, *exchange)
    is_removed = taken.action == "coordinator_removes_member" and isinstance(taken.outcome, Done)
    return group.without(str(taken.parameters["member"])) if is_removed else group


def wrong_answers(taken: Taken, asked: Heartbeat, answer: Answer) -> Iterator[tuple[str, Answer]]:
    """Answers that the module forbids, by what is wrong with them."""
    yield from (("error", Answer(error, 1, NOTHING)) for error in ERRORS if error != answer.error)
    if answer.error != "NONE" or asked.leaves or not isinstance(taken.outcome, Done):
        return
    member, before, now = taken.parameters["member"], taken.before, taken.outcome.state
    mine = marked(now, "assigned", member)
    known = before[f"members.{member}.epoch"]
    if known > 1:
        yield "an epoch that falls", Answer("NONE", known - 1, answer.assignment)
    for place in _of_others(before, member) - mine:
        yield "an owner too early", Answer("NONE", answer.epoch, mine | {place})
    if asked.owned and asked.owned & marked(now, "revoking", member):
        ahead = now["target_epoch"] + 1
        yield "an epoch too early", Answer("NONE", ahead, answer.assignment)


def _of_others(state: Values, member: int) -> Partitions:
    """What is assigned to another member, or being given up and still owned by it."""
    found = NOTHING
    for other in range(nodes_of(state)):
        if other != member and not state[f"zombies.{other}"]:
            giving = marked(state, "revoking", other) & marked(state, "owned", other)
            found |= marked(state, "assigned", other) | giving
    return found


def any_heartbeat(state: Values, given: ConsumerGroups, member: int, *said: object) -> Taken:
    """A heartbeat of any epoch with anything owned, as if it were an old copy that comes now."""
    epoch, owned = said
    at = _place_of("late", member, given.nodes)
    cells = tuple(
        (*cell[:at], (TOPIC, k) in owned, *cell[at + 1 :])  # type: ignore[operator]
        for k, cell in enumerate(state["partitions"])
    )
    before = {**state, "partitions": cells, f"members.{member}.late": epoch}
    return _without_late(before, given, member)


def _without_late(before: Values, given: ConsumerGroups, member: int) -> Taken:
    outcome = attempt(groups_consumer, HEARTBEAT, before, given, member=member)
    return Taken(HEARTBEAT, {"member": member}, before, outcome)


def subsets(partitions: int) -> list[Partitions]:
    """All that a member may say that it owns."""
    every = [(TOPIC, k) for k in range(partitions)]
    sizes = range(partitions + 1)
    return [frozenset(c) for c in chain.from_iterable(combinations(every, n) for n in sizes)]


def epochs_around(state: Values, member: int) -> list[int]:
    """The epochs of a member, those beside them, and those that it heard."""
    known = [state[f"members.{member}.{name}"] for name in ("epoch", "previous", "heard")]
    return sorted({e + by for e in known for by in (-1, 0, 1) if e + by > 1})


def commits_in(
    state: Values, given: ConsumerGroups, group: Group
) -> Iterator[tuple[str, tuple[str, ...]]]:
    """Every commit in a state: what the module answers, and what the judge would accept."""
    for member in range(given.nodes):
        for epoch in epochs_around(state, member):
            for partition in range(given.partitions):
                sent = {"committer": member, "commit_epoch": epoch, "committed": partition}
                outcome = attempt(groups_consumer, COMMIT, {**state, **sent}, given, member=member)
                error = "NONE" if isinstance(outcome, Done) else str(outcome.error)
                asked = Commit(str(member), epoch, (TOPIC, partition), WITH_MEMBERS)
                relaxed = given.commit_epochs == ASSIGNED
                yield error, ruling_on(group, asked, relaxed=relaxed).errors

"""Overtaken: a member that is within its session, and a later generation that begins without it."""

from collections.abc import Iterator

from kafka_tck.model.sources import Code
from kafka_tck.properties.histories.checks.needs import GROUPED
from kafka_tck.properties.histories.finding import Found, places_of
from kafka_tck.properties.histories.groups import Stay, stays
from kafka_tck.properties.histories.history import NEVER, History
from kafka_tck.properties.histories.members import REBALANCE_MS, SESSION_MS
from kafka_tck.properties.requirement import Requirement

requirement = Requirement(
    "history.partitions-have-one-owner",
    "While a member has its partitions and is not away for longer than its session or rebalance "
    "timeout, nobody is given partitions in a later generation.",
    Code("GroupMetadataManager.completeClassicGroupJoin"),
    covers=("F-15", "F-17", "F-29"),
    needs=GROUPED,
)
GRACE_MS = min(SESSION_MS, REBALANCE_MS)


def check(history: History) -> Iterator[Found]:
    """Only an accepted commit shows that the group was then in the member's generation.

    A heartbeat may be answered by a coordinator that is none any more and has not heard of it.
    """
    all_stays = stays(history)
    for stay in all_stays:
        if not stay.commits:
            continue
        until_ms = _at_ms(history, max(op.asked_at for op in stay.commits)) + GRACE_MS
        for later in all_stays:
            if later.generation > stay.generation and _overlaps(history, stay, later, until_ms):
                yield _found(stay, later)
                return


def _overlaps(history: History, stay: Stay, later: Stay, until_ms: int) -> bool:
    """Whether the answer to the later one was there while the first could not be expelled yet."""
    came_at = later.sync.ended_at
    return came_at < stay.given_up_at and _at_ms(history, came_at) < until_ms


def _at_ms(history: History, place: int) -> int:
    return NEVER if place == NEVER else history.events[place].at_ms


def _found(stay: Stay, later: Stay) -> Found:
    said = (
        f"{later.sync.client} was given {later.assigned} in generation {later.generation} while "
        f"{stay.sync.client} had {stay.assigned} in generation {stay.generation}"
    )
    last = max(stay.commits, key=lambda op: op.asked_at)
    return Found(requirement.id, "", said, places_of(stay.sync, last, later.sync))

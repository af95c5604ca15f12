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
    "While a member has its partitions and is neither away for its session nor waited for in vain "
    "for a rebalance timeout, nobody is given partitions in a later generation.",
    Code("GroupMetadataManager.completeClassicGroupJoin"),
    covers=("F-15", "F-17", "F-29"),
    needs=GROUPED,
)


def check(history: History) -> Iterator[Found]:
    """Only an accepted commit shows that the group was then in the member's generation.

    A heartbeat may be answered by a coordinator that is none any more and has not heard of it.
    """
    all_stays = stays(history)
    for stay in all_stays:
        if not stay.commits:
            continue
        until_ms = _may_be_removed_at_ms(history, stay)
        for later in all_stays:
            if later.generation > stay.generation and _overlaps(history, stay, later, until_ms):
                yield _found(stay, later)
                return


def _may_be_removed_at_ms(history: History, stay: Stay) -> int:
    """The earliest time at which the member may be removed.

    A commit begins its session anew, but it does not join: whoever does not, is removed when a
    join phase is over, and that of the next generation may begin as soon as it has synced.
    """
    last_heard_ms = _at_ms(history, max(op.asked_at for op in stay.commits))
    return min(last_heard_ms + SESSION_MS, _at_ms(history, stay.sync.asked_at) + REBALANCE_MS)


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

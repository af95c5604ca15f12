"""Gone back: an offset that was told although a later commit had been accepted."""

from collections.abc import Iterator
from typing import Final

from kafka_tck.model.sources import Code
from kafka_tck.properties.histories.checks.needs import GROUPED
from kafka_tck.properties.histories.finding import Found, places_of
from kafka_tck.properties.histories.groups import commits
from kafka_tck.properties.histories.history import History, Op
from kafka_tck.properties.requirement import Requirement

requirement = Requirement(
    "history.committed-offsets-stay",
    "A committed offset that is told is one that somebody committed, and no commit that this "
    "coordinator accepted later had been answered before the question; in the end, none that any "
    "coordinator accepted.",
    Code("OffsetMetadataManager.commitOffset, fetchOffsets"),
    covers=("F-36", "F-05", "F-02"),
    needs=GROUPED,
)

_REFUSED: Final = frozenset(
    {"UNKNOWN_MEMBER_ID", "ILLEGAL_GENERATION", "FENCED_INSTANCE_ID", "REBALANCE_IN_PROGRESS"}
)
"""Errors that say that nothing was stored. All others leave it open."""

_Commits = list[tuple[int, Op]]
"""Offsets with their requests."""


def check(history: History) -> Iterator[Found]:
    sent: dict[str, _Commits] = {}
    for partition, offset, op in commits(history):
        sent.setdefault(partition, []).append((offset, op))
    for told in history.ops:
        if told.request["do"] != "committed" or not told.is_fine:
            continue
        for partition, offset in told.outcome["offsets"].items():
            passed = _passed_over(history, sent.get(partition, []), offset, told)
            if passed is not None:
                said = (
                    f"node {told.node} tells offset {offset}, and {passed[0]} was committed later"
                )
                yield Found(requirement.id, partition, said, places_of(passed[1], told))


def _passed_over(history: History, sent: _Commits, offset: int, told: Op) -> tuple[int, Op] | None:
    """A commit that must have replaced what was told; None if there may be none."""
    binding = [each for each in sent if _binds(history, each[1], told)]
    if offset < 0:
        return binding[0] if binding else None
    candidates = [
        op
        for each, op in sent
        if each == offset and op.asked_at < told.ended_at and op.error not in _REFUSED
    ]
    if not candidates:
        return sent[0] if sent else (offset, told)
    return min(
        (_replacing(candidate, binding) for candidate in candidates),
        key=lambda each: each is not None,
    )


def _binds(history: History, op: Op, told: Op) -> bool:
    """Whether whoever answers has to know of a commit: its own; in the end, everybody's.

    A coordinator that is none any more and has not heard of it answers from what it knew.
    """
    knows = op.node == told.node or history.calm_at < told.asked_at
    return op.is_fine and op.ended_at < told.asked_at and knows


def _replacing(candidate: Op, binding: _Commits) -> tuple[int, Op] | None:
    """One that was sent when this one's outcome was known already; None if there is none."""
    over = candidate.ended_at if candidate.error else None
    later = [each for each in binding if over is not None and each[1].asked_at > over]
    return later[0] if later else None

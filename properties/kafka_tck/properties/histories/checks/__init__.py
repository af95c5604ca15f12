"""What a history must not show: one file per requirement, each a pure function of the history.

All of them are near-linear in the records that were sent and read. What was answered with a
timeout or a closed connection is *unknown*: it may have happened, at most once.
"""

from typing import Final

from kafka_tck.properties.histories.checks import (
    assigned,
    diverging,
    epochs,
    invented,
    latest,
    leaders,
    log_starts,
    lost,
    offsets,
    order,
    owners,
    recovery,
    repeated,
    skipped,
    undecided,
    unread,
    watermarks,
    whole,
)
from kafka_tck.properties.histories.finding import Check, Found
from kafka_tck.properties.histories.history import History
from kafka_tck.properties.requirement import Requirement

CHECKS: Final[tuple[tuple[Requirement, Check], ...]] = tuple(
    (module.requirement, module.check)
    for module in (
        lost,
        unread,
        repeated,
        invented,
        diverging,
        order,
        latest,
        watermarks,
        leaders,
        epochs,
        log_starts,
        recovery,
    )
)

OF_TRANSACTIONS: Final[tuple[tuple[Requirement, Check], ...]] = tuple(
    (module.requirement, module.check) for module in (whole, undecided)
)
"""What histories can break in which somebody writes in transactions."""

OF_GROUPS: Final[tuple[tuple[Requirement, Check], ...]] = tuple(
    (module.requirement, module.check) for module in (assigned, owners, offsets, skipped)
)
"""What histories can break in which a group reads."""

REQUIREMENTS: Final = tuple(requirement for requirement, _ in CHECKS)
TRANSACTIONAL_REQUIREMENTS: Final = tuple(requirement for requirement, _ in OF_TRANSACTIONS)
GROUP_REQUIREMENTS: Final = tuple(requirement for requirement, _ in OF_GROUPS)


def judge(history: History) -> list[Found]:
    """What is wrong with a history, requirement by requirement."""
    checks = (*CHECKS, *OF_TRANSACTIONS, *OF_GROUPS)
    return [found for _, check in checks for found in check(history)]

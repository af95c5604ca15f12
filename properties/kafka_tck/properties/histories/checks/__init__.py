"""What a history must not show: one file per requirement, each a pure function of the history.

All of them are near-linear in the records that were sent and read. What was answered with a
timeout or a closed connection is *unknown*: it may have happened, at most once.
"""

from typing import Final

from kafka_tck.properties.histories.checks import (
    diverging,
    epochs,
    invented,
    latest,
    leaders,
    log_starts,
    lost,
    order,
    recovery,
    repeated,
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

REQUIREMENTS: Final = tuple(requirement for requirement, _ in CHECKS)
TRANSACTIONAL_REQUIREMENTS: Final = tuple(requirement for requirement, _ in OF_TRANSACTIONS)


def judge(history: History) -> list[Found]:
    """What is wrong with a history, requirement by requirement."""
    return [found for _, check in (*CHECKS, *OF_TRANSACTIONS) for found in check(history)]

"""One pytest item per requirement; the items of one machine share its run."""

from collections.abc import Callable
from typing import Any, Final

import pytest

from kafka_tck.properties.machine import Machine
from kafka_tck.properties.requirement import Requirement

MACHINE: Final = "kafka_tck_machine"
"""The attribute by which the plug-in knows an item of the suite."""


def conformance(machine: type[Machine]) -> Callable[..., None]:
    """The test function of a machine: one item for each requirement that it names."""
    if not machine.requirements:
        raise ValueError(f"{machine.__name__} names no requirement")

    @pytest.mark.parametrize("requirement", machine.requirements, ids=lambda r: str(r.id))
    def test(requirement: Requirement, kafka_tck_suite: Any) -> None:
        kafka_tck_suite.report(requirement)

    setattr(test, MACHINE, machine)
    item: Callable[..., None] = test
    return item

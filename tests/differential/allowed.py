"""The differences that are meant to be, each with its reason."""

import re
from collections.abc import Callable
from dataclasses import dataclass
from typing import Final

from tests.differential.comparing import ABSENT, Difference
from tests.differential.steps import Step

Condition = Callable[[Step, Difference], bool]


@dataclass(frozen=True)
class Allowed:
    """A field of an API (the path is a regular expression) that may differ when `when` holds."""

    api: str
    path: str
    reason: str
    when: Condition = lambda step, difference: True

    def covers(self, step: Step, difference: Difference) -> bool:
        return (
            step.api == self.api
            and re.fullmatch(self.path, difference.path) is not None
            and self.when(step, difference)
        )


def _only_real(step: Step, difference: Difference) -> bool:
    return difference.bundled is ABSENT


ALLOWED: Final[tuple[Allowed, ...]] = (
    Allowed(
        "ApiVersions",
        r"body\.(api_keys|supported_features|finalized_features)(\..+)?",
        "APIs and features of parts that the bundled broker does not have yet",
        _only_real,
    ),
    Allowed(
        "DescribeConfigs",
        r"body\.results\.(|\d+)\.configs\..+",
        "the bundled broker knows the settings that it honours, not all 360",
        _only_real,
    ),
)


def unexpected(step: Step, found: list[Difference]) -> list[Difference]:
    """The differences that no entry of the list covers."""
    return [d for d in found if not any(entry.covers(step, d) for entry in ALLOWED)]

"""Named wrong brokers: each breaks one rule, and each is one small change."""

# Helper "mutants" is writing this package now; helper "broker": leave it alone.

from collections.abc import Callable
from dataclasses import dataclass
from typing import Final

from kafka_tck.reference.rules import Rules


@dataclass(frozen=True)
class Mutant:
    """`source` says where such a defect was seen: a row of the bug corpus, a KIP or a JIRA."""

    name: str
    sentence: str
    source: str
    rules: Callable[[], Rules]


MUTANTS: Final[dict[str, Mutant]] = {}

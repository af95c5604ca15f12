"""The TLA+ modules that are kept: what the export must give, to the letter."""

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from kafka_tck.model.modules import load
from kafka_tck.model.say.tla import TlaModule, tla

DIRECTORY: Final = Path(__file__).parents[1] / "golden"


@dataclass(frozen=True)
class Golden:
    """An export that is kept, and what TLC finds when it checks it."""

    module: str
    symmetric: bool
    bounds: Mapping[str, int]
    states: int
    depth: int
    variant: str = ""

    @property
    def directory(self) -> Path:
        kind = "symmetric" if self.symmetric else "numbered"
        return DIRECTORY / (self.variant or kind)

    def exported(self) -> TlaModule:
        module = load(self.module)
        given = module.variants[self.variant].given if self.variant else module.given
        return tla(module, given, self.bounds, symmetric=self.symmetric)

    def __str__(self) -> str:
        return f"{self.directory.name}/{self.module}"


SMALL: Final = {"log_size": 2, "records": 2, "epochs": 2}
MIDDLE: Final = {"log_size": 2, "records": 2, "epochs": 3}
ASYNC: Final = {"versions": 3, "offsets": 3}
TRANSACTIONS: Final = {"transactions": 2, "log_size": 4, "epochs": 2, "fail_overs": 1}
IDEMPOTENCE: Final = {"batches": 2, "requests": 3, "connections": 1, "epochs": 1, "expiries": 1}
GROUPS: Final = {"generations": 1, "fail_overs": 0}
CONSUMER: Final = {"generations": 2, "requests": 2}
OFFSETS: Final = {"log_size": 2, "offsets": 1, "generations": 1}
DIARY: Final = {"elections": 1, "pids": 2, "epochs": 4, "entries": 9}

GOLDENS: Final = (
    Golden("replication", False, SMALL, 39_619, 22),
    Golden("replication", True, SMALL, 6_713, 22),
    Golden("async_isr", False, ASYNC, 48_120, 24),
    Golden("async_isr", True, ASYNC, 24_070, 24),
    Golden("groups_classic", False, GROUPS, 110_421, 23),
    Golden("idempotence", False, IDEMPOTENCE, 13_532, 16),
    Golden("consumer", False, CONSUMER, 728, 16),
    Golden("offsets", False, OFFSETS, 2_085, 9),
    Golden("transactions_diary", False, DIARY, 10_897, 36),
    Golden("transactions", False, TRANSACTIONS, 2_312, 18),
)

BROKEN: Final = {
    "high-watermark": 9,
    "kip-101": 11,
    "kip-279": 11,
    "kip-320-first-try": 13,
}
"""Variants of replication, and how many states a shortest trace to a lost record has."""

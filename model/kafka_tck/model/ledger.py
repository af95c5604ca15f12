"""The ledger of one partition: what each offset holds, beside the kernel state of `log.py`.

The kernel knows offsets; the ledger knows what stands there. Rules about contents are pure
functions over these values: `times.py`, `lineage.py`, `reading.py`.
"""

from collections.abc import Sequence
from dataclasses import dataclass, field, replace

from kafka_tck.model.lineage import Lineage

NO_TIMESTAMP = -1


@dataclass(frozen=True)
class Entry:
    """One record as a reader sees it."""

    offset: int
    timestamp: int
    key: bytes | None
    value: bytes | None
    headers: tuple[tuple[str, bytes | None], ...] = ()


@dataclass(frozen=True)
class Stored:
    """One batch as it stands in the log; `last` counts also offsets that hold no record."""

    base: int
    last: int
    epoch: int
    entries: tuple[Entry, ...]
    codec: int = 0
    log_append_time: bool = False
    producer: tuple[int, int, int] = (-1, -1, -1)
    """Producer id, producer epoch, base sequence."""
    transactional: bool = False

    @property
    def max_timestamp(self) -> int:
        """The largest of its records' timestamps; none that is below -1 counts."""
        return max((NO_TIMESTAMP, *(entry.timestamp for entry in self.entries)))


@dataclass(frozen=True)
class Ledger:
    """Batches in offset order and the lineage of leader epochs."""

    batches: tuple[Stored, ...] = ()
    lineage: Lineage = field(default_factory=Lineage)

    def appending(self, batch: Stored) -> "Ledger":
        """The ledger with one more batch at its end."""
        return replace(self, batches=(*self.batches, batch))

    def without_batches_before(self, log_start: int) -> "Ledger":
        """The ledger without the batches that lie wholly below the log start."""
        kept = tuple(batch for batch in self.batches if batch.last >= log_start)
        return replace(self, batches=kept, lineage=self.lineage.starting_at(log_start))

    def entries(self, start: int, bound: int) -> Sequence[Entry]:
        """The records at offsets in [start, bound), in order."""
        return [e for b in self.batches for e in b.entries if start <= e.offset < bound]

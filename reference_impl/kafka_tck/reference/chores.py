"""What a broker does by the clock, each on its own interval."""

from collections.abc import Callable
from dataclasses import dataclass, field
from functools import partial
from typing import TYPE_CHECKING

from kafka_tck.reference.checkpoints import INTERVALS
from kafka_tck.reference.groups.chores import expire_offsets
from kafka_tck.reference.replicas import Replicas
from kafka_tck.reference.transactions.chores import abort_timed_out, remove_expired

if TYPE_CHECKING:
    from kafka_tck.reference.broker import Broker


@dataclass(slots=True)
class Chore:
    """`do` is given the time; it is next due at `due` (ms since 1970)."""

    interval: int
    do: Callable[[int], None]
    due: int = 0


@dataclass(slots=True)
class Chores:
    chores: list[Chore] = field(default_factory=list)

    @classmethod
    def of(cls, broker: "Broker", now: int) -> "Chores":
        """A broker's chores, first due one interval after its start."""
        replicas, settings = broker.replicas, broker.settings
        timed_out = "transaction.abort.timed.out.transaction.cleanup.interval.ms"
        expired = "transaction.remove.expired.transaction.cleanup.interval.ms"
        kinds: dict[str, Callable[[int], None]] = {
            timed_out: partial(abort_timed_out, broker),
            expired: partial(remove_expired, broker),
            "offsets.retention.check.interval.ms": partial(expire_offsets, broker),
            "log.retention.check.interval.ms": replicas.delete_old_segments,
            "log.cleaner.backoff.ms": replicas.compact,
            "producer.id.expiration.check.interval.ms": replicas.expire_producers,
        }
        for file, setting in INTERVALS.items():
            kinds[setting] = partial(_write, replicas, file)
        chores = [Chore(max(1, settings.number(name)), do) for name, do in kinds.items()]
        for chore in chores:
            chore.due = now + chore.interval
        return cls(chores)

    def next_due(self) -> int:
        return min(chore.due for chore in self.chores)

    def run(self, now: int) -> None:
        """Does what is due; what was missed while time jumped is done once."""
        for chore in self.chores:
            if chore.due <= now:
                chore.due = now + chore.interval
                chore.do(now)


def _write(replicas: Replicas, file: str, _now: int) -> None:
    replicas.checkpoints.write(file, replicas)

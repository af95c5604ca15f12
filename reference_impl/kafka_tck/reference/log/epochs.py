"""The leader epochs of a log. Source: LeaderEpochFileCache."""

from kafka_tck.reference.log.checkpoints import read_checkpoint, write_checkpoint
from kafka_tck.reference.log.rules import LogRules
from kafka_tck.reference.log.storage import Directory

FILE = "leader-epoch-checkpoint"


class Epochs:
    """Entries (epoch, first offset), rising in both, kept in a checkpoint file."""

    def __init__(self, directory: Directory, rules: LogRules) -> None:
        self._directory = directory
        self._rules = rules
        self._entries: list[tuple[int, int]] = []
        for epoch, start in read_checkpoint(directory, FILE):
            self._put((int(epoch), int(start)))

    @property
    def entries(self) -> tuple[tuple[int, int], ...]:
        return tuple(self._entries)

    @property
    def latest(self) -> int | None:
        return self._entries[-1][0] if self._entries else None

    @property
    def earliest(self) -> tuple[int, int] | None:
        return self._entries[0] if self._entries else None

    def assign(self, epoch: int, start: int) -> None:
        """Notes that an epoch begins at an offset; what contradicts it goes."""
        if self._put((epoch, start)):
            self._write()

    def _put(self, entry: tuple[int, int]) -> bool:
        if self._entries:
            epoch, start = self._entries[-1]
            if epoch == entry[0] and start <= entry[1]:
                return False
        while self._entries and self._rules.conflicts(self._entries[-1], entry):
            self._entries.pop()
        self._entries.append(entry)
        return True

    def end_offset_for(self, epoch: int, leo: int) -> tuple[int, int] | None:
        """(epoch found, its end offset) as OffsetForLeaderEpoch answers; None for (-1, -1)."""
        return self._rules.end_offset_for(self._entries, epoch, leo)

    def epoch_at(self, offset: int) -> int | None:
        """The epoch that an offset belongs to, or would."""
        return max((epoch for epoch, start in self._entries if start <= offset), default=None)

    def truncate_from_end(self, end_offset: int) -> None:
        """Forgets the epochs that begin at the end or after it."""
        kept = list(self._entries)
        while kept and self._rules.is_cut_off(kept[-1][1], end_offset):
            kept.pop()
        self._replace(kept)

    def truncate_from_start(self, log_start: int) -> None:
        """Forgets the epochs wholly below the log start; the one it is in begins there."""
        earlier = [
            entry for entry in self._entries if self._rules.began_before(entry[1], log_start)
        ]
        if earlier:
            later = self._entries[len(earlier) :]
            self._replace([(earlier[-1][0], log_start), *later])

    def clear(self) -> None:
        self._replace([])

    def _replace(self, entries: list[tuple[int, int]]) -> None:
        if entries != self._entries:
            self._entries = entries
            self._write()

    def _write(self) -> None:
        rows = [f"{epoch} {start}" for epoch, start in self._entries]
        write_checkpoint(self._directory, FILE, rows)

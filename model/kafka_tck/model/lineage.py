"""The lineage of leader epochs of one log: which epoch began at which offset.

Source: LeaderEpochFileCache (4.3), KIP-101, KIP-279, KIP-320.
"""

from dataclasses import dataclass

UNKNOWN = (-1, -1)


@dataclass(frozen=True)
class Lineage:
    """Epoch and first offset, ascending in both."""

    starts: tuple[tuple[int, int], ...] = ()

    def led_from(self, epoch: int, offset: int) -> "Lineage":
        """The lineage after a leader took over with this epoch at this log end."""
        kept = tuple((e, o) for e, o in self.starts if e < epoch and o < offset)
        return Lineage((*kept, (epoch, offset)))

    def starting_at(self, log_start: int) -> "Lineage":
        """The lineage after the log start rose: entries wholly before it go, one is re-based."""
        before = [(e, o) for e, o in self.starts if o <= log_start]
        after = [(e, o) for e, o in self.starts if o > log_start]
        covering = [(before[-1][0], log_start)] if before else []
        return Lineage((*covering, *after))

    def end_offset_for(self, epoch: int, leo: int) -> tuple[int, int]:
        """The largest known epoch up to `epoch` and where it ended; `UNKNOWN` if there is none.

        An epoch above the latest is unknown. One below the first answers itself and the first
        known offset, so that a client with an old position notices what was removed.
        """
        if not self.starts or epoch < 0 or epoch > self.starts[-1][0]:
            return UNKNOWN
        if epoch == self.starts[-1][0]:
            return epoch, leo
        if epoch < self.starts[0][0]:
            return epoch, self.starts[0][1]
        known = max(e for e, _ in self.starts if e <= epoch)
        return known, min(o for e, o in self.starts if e > epoch)

    def epoch_at(self, offset: int) -> int:
        """The epoch whose range holds the offset; -1 if none does."""
        return max((e for e, o in self.starts if o <= offset), default=-1)

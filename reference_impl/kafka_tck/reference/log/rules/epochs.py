"""Which leader wrote which offsets (KIP-101, KIP-279)."""

from collections.abc import Sequence
from typing import Final

Entry = tuple[int, int]
"""A leader epoch and its first offset."""

UNKNOWN: Final = -1


class EpochRules:
    """Source: LeaderEpochFileCache, Partition.makeLeader."""

    def entry_of_new_leader(self, epoch: int, leo: int) -> Entry | None:
        """What a leader notes when it begins, even before it writes; None for nothing."""
        return epoch, leo

    def conflicts(self, old: Entry, new: Entry) -> bool:
        """Whether an older entry must go, so that both numbers keep rising."""
        return old[0] >= new[0] or old[1] >= new[1]

    def is_cut_off(self, start: int, end_offset: int) -> bool:
        """Whether an epoch that starts there has nothing left in a log of that end."""
        return start >= end_offset

    def began_before(self, start: int, log_start: int) -> bool:
        return start <= log_start

    def end_offset_for(self, entries: Sequence[Entry], epoch: int, leo: int) -> Entry | None:
        """The largest epoch not above the one asked for, and where it ends; None if unknown.

        An epoch before all known ones is named as it was asked for.
        """
        if entries and entries[-1][0] == epoch:
            return epoch, leo
        later = [start for known, start in entries if known > epoch]
        if not later or epoch == UNKNOWN:
            return None
        return max((known for known, _ in entries if known <= epoch), default=epoch), later[0]

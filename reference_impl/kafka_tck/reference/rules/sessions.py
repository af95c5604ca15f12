"""Incremental fetch sessions (KIP-227)."""

from typing import Final

INT_MAX: Final = 2**31 - 1
Bounds = tuple[int, int]
"""The high watermark and the log start."""

SHARDS: Final = 8
EVICTION_MS: Final = 120_000


class SessionRules:
    """Source: FetchManager, FetchSession, CachedPartition, FetchSessionCacheShard."""

    def next_epoch(self, epoch: int) -> int:
        return 1 if epoch == INT_MAX else epoch + 1

    def opens(self, epoch: int) -> bool:
        """Whether a fetch in full makes a session; with epoch -1 it does not."""
        return epoch == 0

    def full_fetch_ends(self) -> bool:
        """Whether a fetch in full ends the session that it names."""
        return True

    def opening_tells(self, has_records: bool, failed: bool) -> bool:
        """A fetch in full is answered with every partition."""
        return True

    def error_of_unknown(self) -> str:
        return "FETCH_SESSION_ID_NOT_FOUND"

    def error_of_mixing(self) -> str:
        """A session has topics by name or by id, and stays so."""
        return "FETCH_SESSION_TOPIC_ID_ERROR"

    def closes_when_empty(self) -> bool:
        return True

    def takes_additions(self) -> bool:
        """Whether a partition that an incremental request names for the first time is added."""
        return True

    def is_notable(self, has_records: bool, failed: bool) -> bool:
        """What is told though the bounds are as they were."""
        return has_records or failed

    def epoch_is_right(self, sent: int, expected: int) -> bool:
        return sent == expected

    def has_room(self, sessions: int, slots: int) -> bool:
        """Whether a shard of the cache takes one more."""
        return sessions < slots // SHARDS

    def may_evict(self, idle_ms: int) -> bool:
        return idle_ms > EVICTION_MS

    def has_news(self, sent: Bounds, present: Bounds) -> bool:
        """Whether the high watermark or the log start differs from what was last sent."""
        return sent != present

    def remembered(self, told: Bounds, before: Bounds, failed: bool) -> Bounds:
        """After an error the partition is reported once more when the error is gone."""
        return (-1, told[1]) if failed else told

    def forgets(self) -> bool:
        """Whether a partition that the client no longer wants leaves the session."""
        return True

    def takes_changes(self) -> bool:
        """Whether a partition named again takes its new position and limits."""
        return True

    def moves_served_back(self) -> bool:
        """Partitions that returned data go to the end, so that none starves."""
        return True

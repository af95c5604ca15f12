"""Committed offsets of groups without members, and those that wait for the end of a transaction.

A position is the place of a commit in the log of the coordinator: later commits have larger ones.
Source: OffsetMetadataManager (commitOffset, commitTransactionalOffset, replayEndTransactionMarker,
deleteAllOffsets), 4.3; KIP-98, KIP-447.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from typing import Final

LONGEST: Final = 4096
"""Characters of metadata that a commit may have: offset.metadata.max.bytes as it is by default."""

Key = tuple[str, str, int]
"""A group, a topic, a partition."""
Value = tuple[int, int, str]
"""An offset, the leader epoch of the record before it, and metadata."""
NOTHING: Final[Value] = (-1, -1, "")
"""What is told where nothing was committed."""


@dataclass(frozen=True)
class Commit:
    """A value, and where its commit stands in the log."""

    value: Value
    position: int


@dataclass(frozen=True)
class Offsets:
    """What every group has committed, and what each producer's open transaction would commit."""

    stored: Mapping[Key, Commit] = field(default_factory=dict)
    pending: Mapping[str, Mapping[Key, Commit]] = field(default_factory=dict)
    """By producer."""
    position: int = 0
    """The position of the next commit."""

    def committing(self, key: Key, value: Value) -> "Offsets":
        """After a commit without a transaction: it counts at once."""
        stored = {**self.stored, key: Commit(value, self.position)}
        return replace(self, stored=stored, position=self.position + 1)

    def promising(self, producer: str, key: Key, value: Value) -> "Offsets":
        """After a commit within a transaction: it waits."""
        before = self.pending.get(producer, {})
        promised = {**before, key: Commit(value, self.position)}
        pending = {**self.pending, producer: promised}
        return replace(self, pending=pending, position=self.position + 1)

    def ending(self, producer: str, commit: bool) -> "Offsets":
        """After the marker: what waited counts, unless a later commit is there already."""
        promised = self.pending.get(producer, {}) if commit else {}
        newer = {key: made for key, made in promised.items() if not self._is_older(key, made)}
        pending = {name: keys for name, keys in self.pending.items() if name != producer}
        return replace(self, stored={**self.stored, **newer}, pending=pending)

    def without(self, group: str) -> "Offsets":
        """After the group was deleted: what it has committed and what waits for it is gone."""
        return replace(
            self,
            stored={key: made for key, made in self.stored.items() if key[0] != group},
            pending={
                producer: {key: made for key, made in promised.items() if key[0] != group}
                for producer, promised in self.pending.items()
            },
        )

    def _is_older(self, key: Key, made: Commit) -> bool:
        return key in self.stored and self.stored[key].position > made.position

    def is_unstable(self, key: Key) -> bool:
        """Whether some open transaction would commit the offset."""
        return any(key in promised for promised in self.pending.values())

    def told(self, key: Key) -> Value:
        """What counts now."""
        return self.stored[key].value if key in self.stored else NOTHING


def error_of_entry(partition: int, partitions: int, metadata: int) -> str:
    """The answer to one entry of a commit, by its partition and the length of its metadata."""
    if not 0 <= partition < partitions:
        return "UNKNOWN_TOPIC_OR_PARTITION"
    return "OFFSET_METADATA_TOO_LARGE" if metadata > LONGEST else "NONE"

"""What records and markers make of the offsets of groups."""

import struct
from types import SimpleNamespace
from typing import cast

from kafka_tck.reference.groups.offset_records import Commit, GroupKey, OffsetKey
from kafka_tck.reference.groups.offsets import GroupOffsets
from kafka_tck.reference.groups.registry import GroupRegistry
from kafka_tck.reference.groups.replaying import replay
from kafka_tck.reference.groups.shard import GroupShard
from kafka_tck.reference.rules import GroupOffsetRules
from kafka_tck.wire.batches import Batch, Record, make_batch, read_records

PLACE = OffsetKey("g", "t", 0)
OTHER = OffsetKey("g", "t", 1)
CONTROL, TRANSACTIONAL = 0x20, 0x10


class History:
    """Batches one after another, as a log would hold them."""

    def __init__(self) -> None:
        self.batches: list[Batch] = []
        self.end = 0

    def commit(self, offset: int, *, producer: int = -1, key: OffsetKey = PLACE) -> "History":
        value = Commit(offset, 3, "m", 7).encode()
        return self._add(Record(key.encode(), value), producer)

    def tombstone(self, key: OffsetKey | GroupKey = PLACE) -> "History":
        return self._add(Record(key.encode(), None), -1)

    def marker(self, producer: int, *, commit: bool) -> "History":
        key = struct.pack(">hh", 0, int(commit))
        return self._add(Record(key, struct.pack(">hi", 0, 0)), producer, CONTROL)

    def _add(self, record: Record, producer: int, attributes: int = 0) -> "History":
        if producer != -1:
            attributes |= TRANSACTIONAL
        batch = make_batch(
            [record], base_offset=self.end, producer_id=producer, attributes=attributes
        )
        self.batches.append(batch)
        self.end += 1
        return self

    def state(self) -> GroupOffsets:
        offsets = GroupOffsets(GroupOffsetRules())
        for batch in self.batches:
            offsets.replay(batch)
        return offsets

    def groups(self) -> list[str]:
        """The groups that there are when a coordinator has read all this."""
        groups = GroupRegistry(cast(GroupShard, SimpleNamespace(now=7)))
        for batch in self.batches:
            for record in read_records(batch):
                replay(groups, record)
        return [group.group_id for group in groups]


def told(state: GroupOffsets, key: OffsetKey = PLACE) -> int | None:
    commit = state.committed(key)
    return None if commit is None else commit.offset


def test_the_last_plain_commit_counts_though_it_is_lower() -> None:
    assert told(History().commit(7).commit(5).state()) == 5


def test_a_pending_offset_is_told_only_after_its_commit_marker() -> None:
    history = History().commit(5).commit(9, producer=1)
    pending = history.state()
    assert (told(pending), pending.is_pending(PLACE)) == (5, True)
    assert not pending.is_pending(OTHER)
    decided = history.marker(1, commit=True).state()
    assert (told(decided), decided.is_pending(PLACE)) == (9, False)


def test_an_abort_marker_drops_what_is_pending() -> None:
    state = History().commit(9, producer=1).marker(1, commit=False).state()
    assert (told(state), state.is_pending(PLACE)) == (None, False)


def test_a_later_plain_commit_outlives_an_earlier_pending_one() -> None:
    state = History().commit(50, producer=1).commit(100).marker(1, commit=True).state()
    assert told(state) == 100


def test_a_later_pending_offset_replaces_an_earlier_plain_commit() -> None:
    state = History().commit(100).commit(50, producer=1).marker(1, commit=True).state()
    assert told(state) == 50


def test_of_two_transactions_the_later_record_counts_whichever_ends_last() -> None:
    history = History().commit(1, producer=1).commit(2, producer=2)
    state = history.marker(2, commit=True).marker(1, commit=True).state()
    assert told(state) == 2


def test_a_marker_decides_the_offsets_of_its_producer_alone() -> None:
    history = History().commit(1, producer=1).commit(2, producer=2, key=OTHER)
    state = history.marker(1, commit=True).state()
    assert (told(state), told(state, OTHER)) == (1, None)
    assert state.is_pending(OTHER)


def test_a_tombstone_takes_what_is_stored_and_what_is_pending() -> None:
    history = History().commit(5).commit(9, producer=1).tombstone()
    assert told(history.marker(1, commit=True).state()) is None


def test_an_offset_makes_its_group_exist_until_the_group_itself_is_gone() -> None:
    history = History().commit(9, producer=1).tombstone()
    assert history.groups() == ["g"]
    assert history.tombstone(GroupKey("g")).groups() == []
    assert history.commit(1).groups() == ["g"]


def test_leader_epoch_and_metadata_are_kept() -> None:
    commit = History().commit(5).state().committed(PLACE)
    assert commit == Commit(5, 3, "m", 7)


def test_all_partitions_of_a_group_are_listed() -> None:
    state = History().commit(5).commit(6, key=OTHER).commit(7, key=OffsetKey("h", "t", 0)).state()
    assert list(state.keys_of("g")) == [PLACE, OTHER]

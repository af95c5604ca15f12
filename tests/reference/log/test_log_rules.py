"""Every rule of the log matters: a log that breaks it behaves differently in a short story."""

from collections.abc import Callable, Iterator
from dataclasses import replace
from typing import Any

import pytest

from kafka_tck.reference.log import Log, LogConfig, LogRules, MemoryDirectory, Refusal
from kafka_tck.wire.batches import Batch, Record, make_batch, split_batches

NOW = 1_700_000_000_000
ALL = sorted(name for name in dir(LogRules) if not name.startswith("_"))

Story = Callable[[LogRules], Iterator[object]]


def rec(value: bytes | None = b"v", key: bytes | None = b"k", at: int = NOW) -> Record:
    return Record(key, value, timestamp=at)


def send(log: Log, batch: Batch, epoch: int = 0, times: int = 1) -> object:
    try:
        answer = log.append_as_leader(batch.encode() * times, epoch=epoch, now=NOW)
    except Refusal as refusal:
        return refusal.error
    log.advance_hw(log.leo)
    return answer


def shape(log: Log) -> object:
    return (
        (log.log_start, log.hw, log.leo, log.recovery_point, log.segments.bases),
        log.epochs.entries,
        [(batch.base_offset, batch.count, batch.crc) for batch in log.batches(0)],
        [(s.index.offsets, s.times.timestamps, s.times.offsets) for s in log.segments],
        dict(log.producers.entries),
    )


def opened(rules: LogRules, directory: MemoryDirectory | None = None, **config: Any) -> Log:
    settings = LogConfig(**{"index_interval_bytes": 100, "segment_bytes": 400, **config})
    return Log.open(directory or MemoryDirectory(), settings, now=NOW, rules=rules)


def bad_batches_are_sent(rules: LogRules) -> Iterator[object]:
    log = opened(rules, cleanup_policy=frozenset({"compact"}), max_message_bytes=300)
    good = make_batch([rec(), rec()])
    yield send(log, good)
    forgeries: list[dict[str, Any]] = [
        {"base_offset": 1},
        {"count": 1},
        {"count": -1},
        {"last_offset_delta": -1},
        {"count": 0, "last_offset_delta": -1},
        {"attributes": 0x20},
        {"attributes": 8},
        {"producer_id": 7, "producer_epoch": 0},
        {"max_timestamp": 5},
        {"leader_epoch": 9},
    ]
    for fields in forgeries:
        yield send(log, replace(good, **fields).with_true_crc())
    yield send(log, good, times=2)
    yield send(log, make_batch([rec()], codec=4))
    yield send(log, replace(good, crc=1))
    yield send(log, make_batch([rec(key=None)]))
    yield send(log, make_batch([rec(at=NOW + 10**9)]))
    yield send(log, replace(make_batch([rec(at=-1)]), attributes=8, max_timestamp=-1))
    yield send(log, make_batch([rec(bytes(400))]))
    yield send(opened(rules, segment_bytes=60), good)
    for stored in (
        opened(rules, compression_type="gzip"),
        opened(rules, message_timestamp_type="LogAppendTime"),
    ):
        yield send(stored, good), shape(stored)
    yield shape(log)


def a_producer_sends(rules: LogRules) -> Iterator[object]:
    log = opened(rules, segment_bytes=10_000, producer_id_expiration_ms=100)
    for epoch, sequence in [(0, s) for s in (5, 6, 7, 8, 9, 10, 5, 6, 10, 12)] + [
        (1, 3),
        (1, 0),
        (0, 11),
        (1, 2**31 - 1),
    ]:
        fields = {"producer_id": 7, "producer_epoch": epoch, "base_sequence": sequence}
        yield send(log, make_batch([rec()], **fields))
    log.expire_producers(NOW + 99)
    yield shape(log)
    log.expire_producers(NOW + 100)
    yield shape(log)


def in_segments(rules: LogRules, directory: MemoryDirectory | None = None, **config: Any) -> Log:
    log = opened(rules, directory, **config)
    for index in range(12):
        if index % 4 == 0:
            log.become_leader(1 + index)
        at = NOW + (37 * index) % 11
        send(log, make_batch([rec(bytes(index * 3), at=at), rec(at=at - 1)]), 1 + index)
    return log


def a_log_is_read(rules: LogRules) -> Iterator[object]:
    log = in_segments(rules)
    log.raise_log_start(3)
    for offset in range(-1, log.leo + 2):
        for bound in (offset, offset + 1, log.leo):
            yield from reading(log, offset, bound)
        yield log.epochs.end_offset_for(offset, log.leo), log.epochs.epoch_at(offset)
    for timestamp in range(NOW - 2, NOW + 12):
        yield log.offset_for_time(timestamp, bound=log.leo)
        yield log.offset_for_time(timestamp, bound=9)
    yield log.offset_of_max_timestamp(log.leo)
    yield shape(log)


def reading(log: Log, offset: int, bound: int) -> Iterator[object]:
    try:
        data = log.read(offset, max_bytes=200, bound=bound, min_one=True)
    except Refusal as refusal:
        yield refusal.error
    else:
        yield [batch.base_offset for batch in split_batches(data)]


def times_are_looked_up(rules: LogRules) -> Iterator[object]:
    """One segment has its latest time below the log start, and one time comes twice."""
    log = opened(rules)
    for at in (90, 10, 20):
        send(log, make_batch([rec(at=at)]))
    log.roll()
    for at in (30, 90, 40):
        send(log, make_batch([rec(at=at)]))
    yield log.offset_of_max_timestamp(log.leo), log.offset_for_time(15, bound=log.leo)
    log.raise_log_start(1)
    yield [log.offset_for_time(at, bound=log.leo) for at in (5, 25, 50)]


def old_segments_go(rules: LogRules) -> Iterator[object]:
    for config in (
        {"retention_ms": 5},
        {"retention_bytes": 500, "retention_ms": -1},
        {"cleanup_policy": frozenset({"compact"}), "retention_ms": 5},
        {"retention_ms": 5, "segment_ms": 2},
    ):
        log = in_segments(rules, **config)
        log.hw = 20
        log.raise_log_start(3)
        yield log.delete_old_segments(NOW + 12), shape(log)
        log.advance_hw(log.leo)
        yield log.delete_old_segments(NOW + 13), shape(log)
        yield log.delete_old_segments(NOW + 1000), shape(log)
    log = opened(rules, flush_messages=2, flush_ms=50)
    for _ in range(3):
        send(log, make_batch([rec()]))
        yield shape(log)
    yield log.flush_if_due(NOW + 49), log.flush_if_due(NOW + 50), shape(log)


def the_log_is_cleaned(rules: LogRules) -> Iterator[object]:
    configs: list[dict[str, Any]] = [
        {"min_cleanable_dirty_ratio": 0.0},
        {"min_cleanable_dirty_ratio": 0.9, "max_compaction_lag_ms": 5},
        {"min_compaction_lag_ms": 5, "min_cleanable_dirty_ratio": 0.0},
    ]
    for config in configs:
        log = opened(rules, cleanup_policy=frozenset({"compact"}), delete_retention_ms=10, **config)
        for index in range(16):
            key = b"%d" % (index % 3)
            producer = {"producer_id": index % 2, "producer_epoch": 0, "base_sequence": index // 2}
            value = None if index % 5 == 3 else b"v" * index
            send(log, make_batch([rec(value, key, NOW + index % 9)], **producer))
            if index % 4 == 3:
                yield log.compact(NOW + index), shape(log)
        yield log.compact(NOW + 100), shape(log)
        yield [list(reading(log, offset, log.leo)) for offset in range(log.leo)]


def the_hw_is_stuck(rules: LogRules) -> Iterator[object]:
    compact = frozenset({"compact"})
    log = opened(rules, cleanup_policy=compact, min_cleanable_dirty_ratio=0.0)
    for _ in range(12):
        log.append_as_leader(make_batch([rec()]).encode(), epoch=0, now=NOW)
    log.advance_hw(log.segments.bases[1] - 1)
    yield log.compact(NOW), shape(log)


def a_leader_writes_nothing(rules: LogRules) -> Iterator[object]:
    log = opened(rules)
    log.become_leader(3)
    yield shape(log)


def the_process_stops(rules: LogRules) -> Iterator[object]:
    for damage in (None, 70, 500):
        directory = MemoryDirectory()
        log = in_segments(rules, directory, segment_ms=10**9)
        if damage is not None:
            segment = log.segments.floor(damage // 50)
            assert segment is not None
            file = directory.open(f"{segment.base_offset:020d}.log")
            file.damage(70, b"\xff")
        for point in (0, 8, log.leo):
            yield shape(
                Log.open(
                    directory,
                    log.config,
                    now=NOW,
                    rules=rules,
                    recovery_point=point,
                    log_start=point // 2,
                    hw=1,
                )
            )
    yield shape(Log.open(directory, log.config, now=NOW, rules=rules, log_start=99))


def the_end_is_cut(rules: LogRules) -> Iterator[object]:
    log = in_segments(rules)
    for offset in (19, 15, 8):
        log.truncate_to(offset)
        yield shape(log)
        log.set_hw(offset + 9)
        yield log.hw


def offsets_are_far_apart(rules: LogRules) -> Iterator[object]:
    log = opened(rules)
    for base in (0, 2**31 - 1, 2**31):
        log.append_as_follower(make_batch([rec()], base_offset=base).encode())
        yield shape(log)


def marked(log: Log, producer: int, epoch: int, commit: bool, by: int, version: int) -> object:
    try:
        return log.append_marker(producer, epoch, commit, by, 0, version, now=NOW)
    except Refusal as refusal:
        return refusal.error


def unstable(log: Log) -> object:
    """What readers of committed records get to know."""
    told = [list(log.aborted_in(offset, size)) for offset in range(log.leo) for size in (1, 400)]
    return log.lso, told, [list(segment.aborted) for segment in log.segments]


def transactions_are_ended(rules: LogRules) -> Iterator[object]:
    directory = MemoryDirectory()
    log = opened(rules, directory)
    for producer in (1, 2):
        for sequence in (0, 1):
            ours = {"producer_id": producer, "producer_epoch": 1, "base_sequence": sequence}
            yield send(log, make_batch([rec(bytes(99))], attributes=0x10, **ours)), unstable(log)
    plain = {"producer_id": 2, "producer_epoch": 1, "base_sequence": 2}
    yield send(log, make_batch([rec()], **plain)), send(log, make_batch([rec()]))
    yield [marked(log, 2, *asked) for asked in ((0, False, 5, 0), (1, False, 5, 2))]
    yield marked(log, 2, 1, False, 5, 0), unstable(log)
    log.advance_hw(log.leo)
    yield unstable(log), marked(log, 2, 1, True, 4, 0), marked(log, 2, 1, True, 6, 2)
    yield marked(log, 1, 2, False, 5, 2), marked(log, 3, 0, True, 0, 1), shape(log)
    log.advance_hw(log.leo)
    yield unstable(log)
    late = {"producer_id": 9, "producer_epoch": 0, "base_sequence": 4}
    for producer in (9, 10):
        batch = make_batch([rec()], attributes=0x10, **(late | {"producer_id": producer}))
        yield send(log, batch), unstable(log)
    log.raise_log_start(3)
    yield unstable(log)
    for clean in (True, False):
        again = Log.open(directory, log.config, now=NOW, rules=rules, clean=clean, hw=log.leo)
        yield unstable(again), shape(again)
    log.truncate_to(6)
    yield unstable(log)


def aborted_records_are_cleaned(rules: LogRules) -> Iterator[object]:
    compact = frozenset({"compact"})
    log = opened(rules, cleanup_policy=compact, min_cleanable_dirty_ratio=0.0)
    for index in range(8):
        ours = {"producer_id": index, "producer_epoch": 0, "base_sequence": 0, "attributes": 0x10}
        send(log, make_batch([rec(bytes(60))], **ours))
        marked(log, index, 0, index % 2 == 0, 0, 0)
        log.advance_hw(log.leo)
    yield log.compact(NOW), shape(log), unstable(log)


def a_checkpoint_is_written(rules: LogRules) -> Iterator[object]:
    log = in_segments(rules)
    yield rules.kept_log_start(log.log_start, log.segments.first.base_offset)
    log.raise_log_start(2)
    yield rules.kept_log_start(log.log_start, log.segments.first.base_offset)


STORIES: list[Story] = [
    bad_batches_are_sent,
    a_producer_sends,
    a_log_is_read,
    times_are_looked_up,
    old_segments_go,
    the_log_is_cleaned,
    the_hw_is_stuck,
    a_leader_writes_nothing,
    the_process_stops,
    the_end_is_cut,
    offsets_are_far_apart,
    transactions_are_ended,
    aborted_records_are_cleaned,
    a_checkpoint_is_written,
]


def told(rules: LogRules) -> list[object]:
    """All that can be seen in the stories; a story may end in an error."""
    seen: list[object] = []
    for story in STORIES:
        try:
            seen.extend(story(rules))
        except Exception as error:  # a log that breaks a rule may break down
            seen.append(type(error))
    return seen


HONEST = told(LogRules())


def broken(name: str) -> LogRules:
    """The rules with one of them turned into its opposite."""

    def wrong(self: LogRules, *arguments: Any) -> object:
        return spoilt(getattr(LogRules, name)(self, *arguments))

    rules: LogRules = type(f"Broken{name}", (LogRules,), {name: wrong})()
    return rules


def spoilt(right: object) -> object:
    if isinstance(right, bool):
        return not right
    if isinstance(right, int):
        return right + 1
    return () if isinstance(right, tuple) and len(right) != 2 else None


def test_the_honest_log_breaks_down_nowhere() -> None:
    assert not [seen for seen in HONEST if isinstance(seen, type)]
    assert told(LogRules()) == HONEST


@pytest.mark.parametrize("name", ALL)
def test_a_broken_rule_can_be_seen(name: str) -> None:
    assert told(broken(name)) != HONEST

"""The checkpoints that the logs of a broker share."""

from uuid import uuid4

import pytest

from kafka_tck.reference.log import (
    Directory,
    Log,
    LogConfig,
    LogDirectory,
    MemoryDirectory,
)
from kafka_tck.reference.log.checkpoints import read_partition_metadata
from kafka_tck.wire.batches import Record, make_batch

NOW = 1_700_000_000_000
CONFIG = LogConfig(segment_bytes=200, retention_ms=-1)


def write(log: Log, count: int) -> None:
    for _ in range(count):
        log.append_as_leader(make_batch([Record(b"k", b"v")]).encode(), epoch=0, now=NOW)
    log.advance_hw(log.leo)


def opened(directory: Directory) -> tuple[LogDirectory, Log]:
    logs = LogDirectory(directory)
    return logs, logs.open("a", 0, CONFIG, now=NOW)


def test_a_clean_stop_remembers_everything(directory: Directory) -> None:
    logs, log = opened(directory)
    write(log, 6)
    log.raise_log_start(3)
    logs.close()
    logs, log = opened(directory)
    assert logs.clean
    assert (log.log_start, log.hw, log.leo, log.recovery_point) == (3, 6, 6, 6)
    logs.close(clean=False)


def test_the_marker_counts_once(directory: Directory) -> None:
    opened(directory)[0].close()
    assert LogDirectory(directory).clean
    assert not LogDirectory(directory).clean


def test_after_a_kill_the_checkpoints_are_as_old_as_they_are(directory: Directory) -> None:
    logs, log = opened(directory)
    write(log, 4)
    log.raise_log_start(1)
    logs.checkpoint()
    write(log, 2)
    log.raise_log_start(5)
    logs.close(clean=False)
    logs, log = opened(directory)
    assert not logs.clean
    assert (log.log_start, log.hw, log.leo) == (1, 4, 6)
    logs.close(clean=False)


def test_logs_that_are_not_opened_keep_their_checkpoints(directory: Directory) -> None:
    logs, log = opened(directory)
    write(log, 3)
    write(logs.open("b-c", 1, CONFIG, now=NOW), 2)
    logs.close()
    logs = LogDirectory(directory)
    assert logs.partitions() == [("a", 0), ("b-c", 1)]
    logs.open("b-c", 1, CONFIG, now=NOW)
    logs.close()
    logs, log = opened(directory)
    assert log.hw == 3
    logs.close()


def test_a_deleted_log_begins_anew(directory: Directory) -> None:
    logs, log = opened(directory)
    write(log, 3)
    logs.checkpoint()
    logs.delete("a", 0)
    assert logs.partitions() == []
    log = logs.open("a", 0, CONFIG, now=NOW)
    assert (log.hw, log.leo, log.epochs.entries) == (0, 0, ())
    logs.close()


def test_an_open_log_is_the_same_object_and_names_its_topic(directory: Directory) -> None:
    topic_id = uuid4()
    logs = LogDirectory(directory)
    log = logs.open("a", 0, CONFIG, now=NOW, topic_id=topic_id)
    assert logs.open("a", 0, CONFIG, now=NOW) is log
    assert read_partition_metadata(log.directory) == topic_id
    logs.close()


@pytest.mark.parametrize("checkpointed", [True, False])
def test_a_loss_of_power_takes_what_is_behind_the_recovery_point(checkpointed: bool) -> None:
    directory = MemoryDirectory()
    logs, log = opened(directory)
    write(log, 5)
    if checkpointed:
        logs.checkpoint()
    flushed = log.recovery_point
    assert 0 < flushed < 5
    directory.lose_power()
    _, log = opened(directory)
    assert log.leo == flushed
    assert log.hw == (flushed if checkpointed else 0)

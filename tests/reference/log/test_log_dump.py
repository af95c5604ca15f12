"""Apache Kafka's own DumpLogSegments reads what the log wrote, and finds nothing wrong with it."""

import re
from pathlib import Path

import pytest

from kafka_tck.adapters.apache_kafka.tools import dump_log
from kafka_tck.adapters.target import Misuse
from kafka_tck.reference.log import FileDirectory, Log, LogConfig
from kafka_tck.wire.batches import Record, make_batch

pytestmark = pytest.mark.apache_kafka

NOW = 1_700_000_000_000
CONFIG = LogConfig(
    segment_bytes=600,
    index_interval_bytes=100,
    cleanup_policy=frozenset({"compact", "delete"}),
    min_cleanable_dirty_ratio=0.0,
)
SUFFIXES = (".log", ".index", ".timeindex", ".snapshot", ".txnindex")


def filled(path: Path) -> Log:
    log = Log.open(FileDirectory(path), CONFIG, now=NOW)
    log.become_leader(0)
    for index in range(20):
        records = [
            Record(b"key %d" % (index % 4), b"value", timestamp=NOW + index),
            Record(b"gone", None, timestamp=NOW),
        ]
        batch = make_batch(
            records, codec=index % 5, producer_id=7, producer_epoch=1, base_sequence=2 * index
        )
        log.append_as_leader(batch.encode(), epoch=0, now=NOW)
    log.advance_hw(log.leo)
    return log


def dumped(path: Path) -> str:
    """What the tool says. Skips where there is no Java or no Apache Kafka."""
    files = sorted(file for file in path.iterdir() if file.suffix in SUFFIXES)
    try:
        return dump_log(files)
    except Misuse as reason:
        pytest.skip(str(reason))


def check_nothing_is_wrong(text: str) -> None:
    assert "isvalid: true" in text
    assert "isvalid: false" not in text
    assert "mismatch" not in text.lower()
    assert "out of order" not in text.lower()


def offsets(text: str) -> list[int]:
    return [int(found) for found in re.findall(r"^\| offset: (\d+)", text, re.MULTILINE)]


def test_the_tool_reads_every_record_index_and_snapshot(tmp_path: Path) -> None:
    filled(tmp_path).close()
    text = dumped(tmp_path)
    check_nothing_is_wrong(text)
    assert offsets(text) == list(range(40))
    assert "producerId: 7 producerEpoch: 1" in text
    assert "firstSequence: 38 lastSequence: 39 lastOffset: 39" in text


def test_the_tool_reads_a_compacted_log(tmp_path: Path) -> None:
    log = filled(tmp_path)
    active = log.segments.active.base_offset
    assert log.compact(NOW)
    log.close()
    text = dumped(tmp_path)
    check_nothing_is_wrong(text)
    assert len([offset for offset in offsets(text) if offset < active]) == 5
    assert f"OptionalLong[{NOW + CONFIG.delete_retention_ms}]" in text


def test_the_tool_reads_markers_and_aborted_transactions(tmp_path: Path) -> None:
    log = Log.open(FileDirectory(tmp_path), CONFIG, now=NOW)
    for producer in (7, 8):
        records = [Record(b"key", b"value", timestamp=NOW)]
        batch = make_batch(
            records, producer_id=producer, producer_epoch=1, base_sequence=0, attributes=0x10
        )
        log.append_as_leader(batch.encode(), epoch=0, now=NOW)
    log.append_marker(8, 2, False, 5, 0, 2, now=NOW)
    log.append_marker(9, 0, True, 3, 0, now=NOW)
    log.advance_hw(log.leo)
    log.close()
    text = dumped(tmp_path)
    check_nothing_is_wrong(text)
    assert "endTxnMarker: ABORT coordinatorEpoch: 5" in text
    assert "endTxnMarker: COMMIT coordinatorEpoch: 3" in text
    aborted = "producerId: 8 firstOffset: 1 lastOffset: 2 lastStableOffset: 0"
    assert aborted in text
    assert "producerId: 7 producerEpoch: 1 coordinatorEpoch: -1 currentTxnFirstOffset" in text

"""The files of a log are Apache Kafka's own, byte for byte."""

from pathlib import Path
from uuid import UUID

import pytest

from kafka_tck.reference.log import FileDirectory, Log, LogConfig, MemoryDirectory
from kafka_tck.reference.log.checkpoints import (
    BadCheckpoint,
    read_checkpoint,
    read_partition_metadata,
    write_partition_metadata,
)
from kafka_tck.reference.log.files import Descriptors
from kafka_tck.reference.log.storage import Directory
from kafka_tck.wire.batches import Record, make_batch

NOW = 1_700_000_000_000
GOLDEN = Path(__file__).with_name("golden_kafka_4_3_1.txt")
"""What was sent to Apache Kafka 4.3.1 (with its answers), and the files that it wrote."""

CONFIG = LogConfig(segment_bytes=400, index_interval_bytes=100)


def sent() -> list[tuple[int, bytes]]:
    rows = [line.split() for line in GOLDEN.read_text().splitlines()]
    return [(int(row[1]), bytes.fromhex(row[2])) for row in rows if row[0] == "send"]


def written() -> dict[str, bytes]:
    rows = [(*line.split(" "), "") for line in GOLDEN.read_text().splitlines()]
    return {row[1]: bytes.fromhex(row[2]) for row in rows if row[0] == "file"}


def replayed(directory: Directory) -> Log:
    log = Log.open(directory, CONFIG, now=NOW)
    log.become_leader(0)
    for offset, data in sent():
        answer = log.append_as_leader(data, epoch=0, now=NOW)
        assert answer.base_offset == offset
        log.advance_hw(log.leo)
    return log


def differing(directory: Directory) -> list[str]:
    """The names of the files that are not as Kafka wrote them."""
    theirs = written()
    names = set(theirs) | set(directory.names())
    return sorted(name for name in names if directory.load(name) != theirs.get(name))


def test_the_same_batches_give_the_same_files(directory: Directory) -> None:
    log = replayed(directory)
    assert len(log.segments) > 3
    assert differing(directory) == []


def test_a_log_of_kafka_opens_and_stays_as_it_is(directory: Directory) -> None:
    for name, data in written().items():
        directory.store(name, data)
    log = Log.open(directory, CONFIG, now=NOW, clean=True)
    ours = replayed(MemoryDirectory())
    assert log.leo == ours.leo
    assert list(log.batches()) == list(ours.batches())
    assert set(log.producers.entries) == set(ours.producers.entries) == {3, 4}
    assert [name for name in differing(directory) if name in written()] == []


def test_indexes_rebuilt_from_kafkas_log_are_kafkas(directory: Directory) -> None:
    for name, data in written().items():
        if not name.endswith(("index", "snapshot")):
            directory.store(name, data)
    log = Log.open(directory, CONFIG, now=NOW)
    sealed = [f"{base:020d}" for base in log.segments.bases[:-1]]
    assert [
        name for name in differing(directory) if name.endswith("index") and name[:20] in sealed
    ] == []


def test_partition_metadata() -> None:
    directory = MemoryDirectory()
    assert read_partition_metadata(directory) is None
    topic_id = UUID("14fbca0d-157f-7475-1f4d-0e2c8828d910")
    write_partition_metadata(directory, topic_id)
    assert directory.load("partition.metadata") == b"version: 0\ntopic_id: FPvKDRV_dHUfTQ4siCjZEA"
    assert read_partition_metadata(directory) == topic_id


@pytest.mark.parametrize("data", [b"1\n0\n", b"0\n2\n0 0\n", b"0\n", b"x"])
def test_a_damaged_checkpoint_is_not_believed(data: bytes) -> None:
    directory = MemoryDirectory()
    directory.store("c", data)
    with pytest.raises(BadCheckpoint):
        read_checkpoint(directory, "c")


def test_a_missing_or_empty_checkpoint_has_no_rows() -> None:
    directory = MemoryDirectory()
    assert read_checkpoint(directory, "c") == []
    directory.store("c", b"")
    assert read_checkpoint(directory, "c") == []


def test_a_new_directory_is_made_and_removed(tmp_path: Path) -> None:
    directory = FileDirectory(tmp_path).within("t-0")
    log = Log.open(directory, CONFIG, now=NOW)
    log.append_as_leader(make_batch([Record(b"k", b"v")]).encode(), epoch=0, now=NOW)
    log.close()
    assert (tmp_path / "t-0" / "00000000000000000000.log").stat().st_mtime == NOW / 1000
    log.delete()
    assert list(tmp_path.iterdir()) == []


def test_few_descriptors_serve_many_files(tmp_path: Path) -> None:
    descriptors = Descriptors(most=2)
    log = replayed(FileDirectory(tmp_path, descriptors=descriptors))
    assert len(log.segments) > 3
    assert list(log.batches()) == list(replayed(MemoryDirectory()).batches())
    assert len(descriptors) <= 2
    log.close()

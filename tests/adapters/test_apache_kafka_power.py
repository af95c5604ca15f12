"""What a power failure leaves of log files."""

from pathlib import Path

import pytest

from kafka_tck.adapters.apache_kafka.power import lose_unflushed, topics_on
from kafka_tck.wire.batches import Record, make_batch

NEVER = (1 << 63) - 1


def batch(base_offset: int, count: int = 1) -> bytes:
    records = [Record(None, b"value", timestamp=0, offset=base_offset + at) for at in range(count)]
    return make_batch(records, base_offset=base_offset).encode()


def segment(data: Path, folder: str, base_offset: int, *batches: bytes) -> Path:
    path = data / folder / f"{base_offset:020}.log"
    path.parent.mkdir(exist_ok=True)
    path.write_bytes(b"".join(batches))
    return path


def checkpoint(data: Path, *lines: str) -> None:
    text = "\n".join(["0", str(len(lines)), *lines])
    (data / "recovery-point-offset-checkpoint").write_text(f"{text}\n")


def test_nothing_is_flushed_unless_kafka_says_so(tmp_path: Path) -> None:
    log = segment(tmp_path, "a-b-0", 0, batch(0), batch(1))
    lose_unflushed(tmp_path, {"a-b": NEVER})
    assert log.read_bytes() == b""


@pytest.mark.parametrize(
    ("recovery_point", "kept"), [(0, 0), (1, 1), (2, 2), (3, 2), (4, 2), (5, 3)]
)
def test_what_is_below_the_recovery_point_stays_in_whole_batches(
    tmp_path: Path, recovery_point: int, kept: int
) -> None:
    batches = [batch(0), batch(1, count=3), batch(4)]
    log = segment(tmp_path, "topic-3", 0, *batches)
    checkpoint(tmp_path, "other 0 9", f"topic 3 {recovery_point}")
    lose_unflushed(tmp_path, {"topic": NEVER})
    assert log.read_bytes() == b"".join(batches[:kept])


@pytest.mark.parametrize(("interval", "kept"), [(1, 4), (2, 3), (3, 2), (NEVER, 0)])
def test_fewer_offsets_are_lost_than_kafka_leaves_unflushed(
    tmp_path: Path, interval: int, kept: int
) -> None:
    batches = [batch(offset) for offset in range(4)]
    log = segment(tmp_path, "topic-0", 0, *batches)
    lose_unflushed(tmp_path, {"topic": interval})
    assert log.read_bytes() == b"".join(batches[:kept])


def test_older_segments_stay(tmp_path: Path) -> None:
    older = segment(tmp_path, "topic-0", 0, batch(0))
    newer = segment(tmp_path, "topic-0", 1, batch(1))
    lose_unflushed(tmp_path, {"topic": NEVER})
    assert (older.read_bytes(), newer.read_bytes()) == (batch(0), b"")


def test_a_batch_that_was_being_written_goes(tmp_path: Path) -> None:
    log = segment(tmp_path, "topic-0", 0, batch(0), batch(1)[:-1])
    lose_unflushed(tmp_path, {"topic": 1})
    assert log.read_bytes() == batch(0)


@pytest.mark.parametrize(
    "folder", ["__cluster_metadata-0", "unheard-0", "topic-0.0123abcd-delete", "topic-0-stray"]
)
def test_other_folders_stay_as_they_are(tmp_path: Path, folder: str) -> None:
    log = segment(tmp_path, folder, 0, batch(0))
    lose_unflushed(tmp_path, {"topic": NEVER, "__cluster_metadata": NEVER})
    assert log.read_bytes() == batch(0)


def test_the_topics_of_a_directory_are_read_off_its_folders(tmp_path: Path) -> None:
    for folder in ("b-0", "a-1", "a-12", "__cluster_metadata-0", "c-0.1-delete"):
        (tmp_path / folder).mkdir()
    (tmp_path / "meta.properties").touch()
    assert topics_on(tmp_path) == ["a", "b"]

"""Kafka's small text files: checkpoints of a log directory, and `partition.metadata`.

A checkpoint is a line with the version, a line with the number of rows, and the rows.
Source: CheckpointFile, OffsetCheckpointFile, LeaderEpochCheckpointFile, PartitionMetadataFile.
"""

from base64 import urlsafe_b64decode, urlsafe_b64encode
from collections.abc import Mapping, Sequence
from typing import Final
from uuid import UUID

from kafka_tck.reference.log.storage import Directory

RECOVERY_POINTS: Final = "recovery-point-offset-checkpoint"
LOG_STARTS: Final = "log-start-offset-checkpoint"
HIGH_WATERMARKS: Final = "replication-offset-checkpoint"
CLEANER_POINTS: Final = "cleaner-offset-checkpoint"
PARTITION_METADATA: Final = "partition.metadata"

TopicPartition = tuple[str, int]


class BadCheckpoint(Exception):
    """The file is not a checkpoint of version 0."""


def read_checkpoint(directory: Directory, name: str) -> list[list[str]]:
    """The rows, each split at blanks; none if there is no file. Raises `BadCheckpoint`."""
    data = directory.load(name)
    if not data:
        return []
    lines = data.decode().splitlines()
    rows = lines[2:]
    if lines[:2] != ["0", str(len(rows))]:
        raise BadCheckpoint(f"{name} begins with {lines[:2]} and has {len(rows)} rows")
    return [row.split() for row in rows]


def write_checkpoint(directory: Directory, name: str, rows: Sequence[str]) -> None:
    lines = ["0", str(len(rows)), *rows]
    directory.store(name, "".join(f"{line}\n" for line in lines).encode())


def read_offsets(directory: Directory, name: str) -> dict[TopicPartition, int]:
    """An offset of each partition. Raises `BadCheckpoint`."""
    return {
        (topic, int(partition)): int(offset)
        for topic, partition, offset in read_checkpoint(directory, name)
    }


def write_offsets(directory: Directory, name: str, offsets: Mapping[TopicPartition, int]) -> None:
    rows = [f"{topic} {index} {offset}" for (topic, index), offset in sorted(offsets.items())]
    write_checkpoint(directory, name, rows)


def write_partition_metadata(directory: Directory, topic_id: UUID) -> None:
    """Says in a partition's directory to which topic it belongs."""
    text = urlsafe_b64encode(topic_id.bytes).rstrip(b"=").decode()
    directory.store(PARTITION_METADATA, f"version: 0\ntopic_id: {text}".encode())


def read_partition_metadata(directory: Directory) -> UUID | None:
    """The topic id of a partition's directory, if it says one."""
    data = directory.load(PARTITION_METADATA)
    if data is None:
        return None
    fields = dict(line.split(": ", 1) for line in data.decode().splitlines())
    return UUID(bytes=urlsafe_b64decode(fields["topic_id"] + "=="))

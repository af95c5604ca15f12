"""The metadata log on disk: one JSON line per record, so that a cluster can be started again.

The format is ours; only partition logs are in Kafka's own formats.
"""

import json
from collections.abc import Mapping
from dataclasses import fields
from typing import Any, Final, get_args
from uuid import UUID

from kafka_tck.reference.log import Directory
from kafka_tck.reference.records import MetadataRecord

FILE: Final = "metadata.jsonl"

_KINDS: Final[Mapping[str, type]] = {kind.__name__: kind for kind in get_args(MetadataRecord)}


class MetadataFile:
    """`records` is what was found when it was opened; a new file begins with the cluster's id."""

    def __init__(self, directory: Directory, new_cluster_id: str) -> None:
        self._file = directory.open(FILE)
        lines = self._file.read(0, self._file.size).decode().splitlines()
        if not lines:
            lines = [json.dumps({"cluster_id": new_cluster_id})]
            self._write(lines[0])
        self.cluster_id: str = json.loads(lines[0])["cluster_id"]
        self.records = [_read(json.loads(line)) for line in lines[1:]]

    def append(self, record: MetadataRecord) -> None:
        """A committed record is on the disk when this returns."""
        self._write(json.dumps(_plain(record)))

    def _write(self, line: str) -> None:
        self._file.append(line.encode() + b"\n")
        self._file.flush()


def _plain(record: MetadataRecord) -> dict[str, Any]:
    values = {entry.name: getattr(record, entry.name) for entry in fields(record)}
    return {"kind": type(record).__name__} | {
        name: str(value) if isinstance(value, UUID) else value for name, value in values.items()
    }


def _read(plain: dict[str, Any]) -> MetadataRecord:
    kind = _KINDS[plain.pop("kind")]
    for name, value in plain.items():
        if isinstance(value, list):
            plain[name] = tuple(value)
        elif name == "topic_id":
            plain[name] = UUID(value)
    record: MetadataRecord = kind(**plain)
    return record

"""Where each node keeps its files: in memory, with or without power, or in a directory."""

from pathlib import Path
from typing import Protocol

from kafka_tck.reference.log import Directory, FileDirectory, MemoryDirectory


class Storage(Protocol):
    def of(self, name: str) -> Directory:
        """The directory of the node of that name; the same one each time."""

    def lose_power(self, name: str) -> None:
        """Drops what the node wrote and did not flush."""


class MemoryStorage:
    """Lives as long as the cluster."""

    def __init__(self) -> None:
        self._roots: dict[str, MemoryDirectory] = {}

    def of(self, name: str) -> Directory:
        return self._roots.setdefault(name, MemoryDirectory())

    def lose_power(self, name: str) -> None:
        if name in self._roots:
            self._roots[name].lose_power()


class PathStorage:
    """Kafka's own files below one directory; a second cluster finds them again."""

    def __init__(self, path: Path) -> None:
        self._path = path

    def of(self, name: str) -> Directory:
        return FileDirectory(self._path / name)

    def lose_power(self, name: str) -> None:
        raise NotImplementedError("only a cluster in memory can lose power")

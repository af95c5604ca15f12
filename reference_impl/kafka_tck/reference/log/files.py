"""Files on a disk, with Kafka's names and formats, so that Kafka's own tools can read them."""

import os
import shutil
from collections import OrderedDict
from pathlib import Path
from typing import Final

MOST_DESCRIPTORS: Final = 256


class Descriptors:
    """The files that have a descriptor; the one used longest ago gives its own back."""

    def __init__(self, most: int = MOST_DESCRIPTORS) -> None:
        self._most = most
        self._holders: OrderedDict[DiskFile, None] = OrderedDict()

    def __len__(self) -> int:
        return len(self._holders)

    def use(self, file: "DiskFile") -> None:
        self._holders[file] = None
        self._holders.move_to_end(file)
        if len(self._holders) > self._most:
            next(iter(self._holders)).release()

    def forget(self, file: "DiskFile") -> None:
        self._holders.pop(file, None)


class DiskFile:
    """One file; its descriptor is opened when needed and given back by `release`."""

    def __init__(self, path: Path, descriptors: Descriptors, sync: bool) -> None:
        self._path = path
        self._descriptors = descriptors
        self._sync = sync
        self._descriptor: int | None = None
        with path.open("ab"):
            state = path.stat()
        self._size = state.st_size
        self.modified = state.st_mtime_ns // 1_000_000

    @property
    def size(self) -> int:
        return self._size

    def _open(self) -> int:
        if self._descriptor is None:
            self._descriptor = os.open(self._path, os.O_RDWR)
        self._descriptors.use(self)
        return self._descriptor

    def read(self, at: int, length: int) -> bytes:
        return os.pread(self._open(), length, at)

    def append(self, data: bytes) -> None:
        rest = memoryview(data)
        while rest:
            written = os.pwrite(self._open(), rest, self._size)
            self._size += written
            rest = rest[written:]

    def truncate(self, size: int) -> None:
        if size < self._size:
            os.ftruncate(self._open(), size)
            self._size = size

    def flush(self) -> None:
        if self._sync:
            os.fsync(self._open())

    def release(self) -> None:
        """Also gives the file its time of change, which a virtual clock may have set."""
        if self._descriptor is not None:
            os.utime(self._descriptor, ns=(self.modified * 1_000_000,) * 2)
            os.close(self._descriptor)
            self._descriptor = None
            self._descriptors.forget(self)

    def moved(self, path: Path) -> None:
        self._path = path


class FileDirectory:
    """A directory of the file system, made if it is not there.

    `sync` is whether flushing waits for the disk; without it a loss of power may take anything.
    """

    def __init__(
        self,
        path: str | os.PathLike[str],
        sync: bool = True,
        descriptors: Descriptors | None = None,
    ) -> None:
        self.path = Path(path)
        self.path.mkdir(parents=True, exist_ok=True)
        self._sync = sync
        self._descriptors = descriptors or Descriptors()
        self._files: dict[str, DiskFile] = {}
        self._directories: dict[str, FileDirectory] = {}

    def names(self) -> list[str]:
        return sorted(entry.name for entry in self.path.iterdir() if entry.is_file())

    def open(self, name: str) -> DiskFile:
        file = self._files.get(name)
        if file is None:
            file = DiskFile(self.path / name, self._descriptors, self._sync)
            self._files[name] = file
        return file

    def remove(self, name: str) -> None:
        self._forget(name)
        (self.path / name).unlink(missing_ok=True)
        self._sync_names()

    def rename(self, name: str, to: str) -> None:
        self._forget(to)
        (self.path / name).replace(self.path / to)
        self._sync_names()
        file = self._files.pop(name, None)
        if file is not None:
            file.moved(self.path / to)
            self._files[to] = file

    def _forget(self, name: str) -> None:
        file = self._files.pop(name, None)
        if file is not None:
            file.release()

    def _sync_names(self) -> None:
        """Windows has no such thing as a descriptor of a directory."""
        if self._sync and hasattr(os, "O_DIRECTORY"):
            descriptor = os.open(self.path, os.O_DIRECTORY)
            try:
                os.fsync(descriptor)
            finally:
                os.close(descriptor)

    def load(self, name: str) -> bytes | None:
        path = self.path / name
        return path.read_bytes() if path.is_file() else None

    def store(self, name: str, data: bytes) -> None:
        self._forget(name)
        draft = self.path / f"{name}.tmp"
        with draft.open("wb") as file:
            file.write(data)
            file.flush()
            if self._sync:
                os.fsync(file.fileno())
        draft.replace(self.path / name)
        self._sync_names()

    def within(self, name: str) -> "FileDirectory":
        directory = self._directories.get(name)
        if directory is None:
            directory = FileDirectory(self.path / name, self._sync, self._descriptors)
            self._directories[name] = directory
        directory.path.mkdir(exist_ok=True)
        return directory

    def directories(self) -> list[str]:
        return sorted(entry.name for entry in self.path.iterdir() if entry.is_dir())

    def remove_all(self) -> None:
        self.close()
        shutil.rmtree(self.path, ignore_errors=True)

    def close(self) -> None:
        for file in self._files.values():
            file.release()
        self._files.clear()
        for directory in self._directories.values():
            directory.close()
        self._directories.clear()

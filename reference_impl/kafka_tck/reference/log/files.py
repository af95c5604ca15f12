"""Files on a disk, with Kafka's names and formats, so that Kafka's own tools can read them."""

import os
import shutil
from pathlib import Path


class DiskFile:
    """One file; its descriptor is opened when needed and given back by `release`."""

    def __init__(self, path: Path, sync: bool) -> None:
        self._path = path
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
        """Also gives the file its time of change, which the virtual clock may have set."""
        if self._descriptor is not None:
            os.utime(self._descriptor, ns=(self.modified * 1_000_000,) * 2)
            os.close(self._descriptor)
            self._descriptor = None

    def moved(self, path: Path) -> None:
        self._path = path


class FileDirectory:
    """A directory of the file system, made if it is not there.

    `sync` is whether flushing waits for the disk; without it a loss of power may take anything.
    """

    def __init__(self, path: str | os.PathLike[str], sync: bool = True) -> None:
        self.path = Path(path)
        self.path.mkdir(parents=True, exist_ok=True)
        self._sync = sync
        self._files: dict[str, DiskFile] = {}
        self._directories: dict[str, FileDirectory] = {}

    def names(self) -> list[str]:
        return sorted(entry.name for entry in self.path.iterdir() if entry.is_file())

    def open(self, name: str) -> DiskFile:
        file = self._files.get(name)
        if file is None:
            file = self._files[name] = DiskFile(self.path / name, self._sync)
        return file

    def remove(self, name: str) -> None:
        self._forget(name)
        (self.path / name).unlink(missing_ok=True)

    def rename(self, name: str, to: str) -> None:
        self._forget(to)
        (self.path / name).replace(self.path / to)
        file = self._files.pop(name, None)
        if file is not None:
            file.moved(self.path / to)
            self._files[to] = file

    def _forget(self, name: str) -> None:
        file = self._files.pop(name, None)
        if file is not None:
            file.release()

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

    def within(self, name: str) -> "FileDirectory":
        directory = self._directories.get(name)
        if directory is None:
            directory = self._directories[name] = FileDirectory(self.path / name, self._sync)
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

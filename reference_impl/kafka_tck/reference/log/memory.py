"""Files in RAM, with a disk that can lose power."""


class MemoryFile:
    """A file's two layers: what is written, and what of it is on the disk."""

    def __init__(self) -> None:
        self.modified = 0
        self._written = bytearray()
        self._flushed: bytearray | None = None
        self._same_up_to = 0

    @property
    def size(self) -> int:
        return len(self._written)

    def read(self, at: int, length: int) -> bytes:
        return bytes(self._written[at : at + length])

    def append(self, data: bytes) -> None:
        self._written += data

    def truncate(self, size: int) -> None:
        """What is cut off stays off, as a removed file stays removed: the leader epochs are
        written and synced next, and with them a file system commits the new length.
        """
        del self._written[size:]
        if self._flushed is not None:
            del self._flushed[size:]
        self._same_up_to = min(self._same_up_to, size)

    def flush(self) -> None:
        if self._flushed is None:
            self._flushed = bytearray()
        del self._flushed[self._same_up_to :]
        self._flushed += self._written[self._same_up_to :]
        self._same_up_to = len(self._written)

    def release(self) -> None:
        """Nothing is lent."""

    def lose_power(self) -> bool:
        """Goes back to what is flushed. False if the file was never on the disk."""
        if self._flushed is None:
            return False
        self._written = bytearray(self._flushed)
        self._same_up_to = len(self._written)
        return True

    def damage(self, at: int, data: bytes) -> None:
        """Overwrites bytes on both layers, as a faulty disk does."""
        self.flush()
        for layer in (self._written, self._flushed):
            if layer is not None:
                layer[at : at + len(data)] = data


class MemoryDirectory:
    """A directory in RAM. Two logs never share one."""

    def __init__(self) -> None:
        self._files: dict[str, MemoryFile] = {}
        self._directories: dict[str, MemoryDirectory] = {}
        self._exists = True

    def names(self) -> list[str]:
        return sorted(self._files)

    def open(self, name: str) -> MemoryFile:
        return self._files.setdefault(name, MemoryFile())

    def remove(self, name: str) -> None:
        self._files.pop(name, None)

    def rename(self, name: str, to: str) -> None:
        self._files[to] = self._files.pop(name)

    def load(self, name: str) -> bytes | None:
        file = self._files.get(name)
        return None if file is None else file.read(0, file.size)

    def store(self, name: str, data: bytes) -> None:
        file = self._files[name] = MemoryFile()
        file.append(data)
        file.flush()

    def within(self, name: str) -> "MemoryDirectory":
        directory = self._directories.setdefault(name, MemoryDirectory())
        directory._exists = True
        return directory

    def directories(self) -> list[str]:
        return sorted(name for name, found in self._directories.items() if found._exists)

    def remove_all(self) -> None:
        self._exists = False
        self._files.clear()
        self._directories.clear()

    def close(self) -> None:
        """Nothing is lent."""

    def lose_power(self) -> None:
        """Everything that is not flushed is gone, here and in all directories within."""
        for name, file in list(self._files.items()):
            if not file.lose_power():
                del self._files[name]
        for directory in self._directories.values():
            directory.lose_power()

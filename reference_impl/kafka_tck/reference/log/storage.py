"""Where a log keeps its bytes: files in a directory, in RAM or on disk.

Both kinds have two layers. What is written is in the page cache: it outlives the process. What is
flushed is on the disk: it outlives a loss of power too.
"""

from typing import Protocol


class File(Protocol):
    """A file that grows at its end. `modified` is the time of its last change in ms since 1970."""

    modified: int

    @property
    def size(self) -> int:
        """Bytes written."""

    def read(self, at: int, length: int) -> bytes:
        """The bytes from a position; fewer at the end of the file."""

    def append(self, data: bytes) -> None:
        """Writes after the last byte."""

    def truncate(self, size: int) -> None:
        """Drops everything from a position on; nothing if the file is shorter."""

    def flush(self) -> None:
        """Brings what is written to the disk."""

    def release(self) -> None:
        """Gives back what the operating system lends; the file can still be used."""


class Directory(Protocol):
    """A directory of files and directories. Renaming and removing reach the disk at once."""

    def names(self) -> list[str]:
        """The names of the files, sorted."""

    def open(self, name: str) -> File:
        """The file of that name, made empty if there is none."""

    def remove(self, name: str) -> None:
        """Removes a file; nothing if there is none."""

    def rename(self, name: str, to: str) -> None:
        """Gives a file another name, in place of a file that has it."""

    def load(self, name: str) -> bytes | None:
        """The whole of a small file, or None."""

    def store(self, name: str, data: bytes) -> None:
        """Replaces the whole of a small file, atomically and flushed."""

    def within(self, name: str) -> "Directory":
        """The directory of that name in this one."""

    def directories(self) -> list[str]:
        """The names of the directories in this one, sorted."""

    def remove_all(self) -> None:
        """Removes this directory with all that is in it."""

    def close(self) -> None:
        """Gives back what the operating system lends."""

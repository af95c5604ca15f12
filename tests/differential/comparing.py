"""Compares two outcomes field by field."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any, Final


class _Absent:
    def __repr__(self) -> str:
        return "absent"


ABSENT: Final = _Absent()


@dataclass(frozen=True)
class Difference:
    """One field in which the bundled broker's answer is not Apache Kafka's."""

    path: str
    bundled: Any
    real: Any

    def say(self) -> str:
        return f"{self.path}: bundled {self.bundled!r}, Apache Kafka {self.real!r}"


def differences(bundled: Any, real: Any, path: str = "") -> Iterator[Difference]:
    """Every field that differs, by its path: names joined with dots."""
    if isinstance(bundled, dict) and isinstance(real, dict):
        for name in bundled.keys() | real.keys():
            inner = f"{path}.{name}" if path else str(name)
            yield from differences(bundled.get(name, ABSENT), real.get(name, ABSENT), inner)
    elif isinstance(bundled, list) and isinstance(real, list) and len(bundled) == len(real):
        for at, (left, right) in enumerate(zip(bundled, real, strict=True)):
            yield from differences(left, right, f"{path}.{at}")
    elif bundled != real:
        yield Difference(path, bundled, real)

"""How a request waits. A handler that waits is a generator and yields what it waits for.

A handler returns the fields of its answer at once, or is a generator of `Wait`s that returns them.
The broker resumes it with the answer to a `Question`, or with whether an `Until` came true.
"""

from collections.abc import Callable, Generator, Hashable, Mapping
from dataclasses import dataclass
from enum import Enum
from typing import Any, Final, TypeVar

T = TypeVar("T")

NEVER: Final = 1 << 62
"""A deadline that does not come."""


@dataclass(frozen=True, slots=True)
class Until:
    """Wait until `ready()`, asked again whenever one of `keys` changes, or until the deadline.

    The generator gets True, or False when the deadline (ms since 1970) came first.
    """

    ready: Callable[[], bool]
    deadline: int
    keys: tuple[Hashable, ...]


@dataclass(frozen=True, slots=True)
class Question:
    """Wait for the controller's answer, which the generator gets; None after the deadline."""

    question: Any
    deadline: int


@dataclass(frozen=True, slots=True)
class Call:
    """Wait for another broker's answer, which the generator gets decoded; None if none comes.

    `lane` tells purposes apart: each has a connection of its own.
    """

    node: int
    lane: int
    api: str
    version: int
    fields: Mapping[str, Any]
    deadline: int


Wait = Until | Question | Call
Fields = Mapping[str, Any]


class Ending(Enum):
    """What a handler may return in place of an answer."""

    SILENCE = "no answer, the next request may come"
    CLOSE = "no answer, the connection ends"


Outcome = Fields | Ending
Steps = Generator[Wait, Any, Outcome]
Work = Generator[Wait, Any, None]
"""What a broker does on its own account, with waits."""
Waited = Generator[Wait, Any, T]
"""A part of a handler that waits, for `yield from`."""

"""What a history is made of: one JSON line per event, in the order in which they happened.

The place of an event in the list is its time for every judgement: a request that stands after an
answer was sent after that answer was there. Milliseconds are those of the target's clock and only
tell how long things took.
"""

import json
from collections.abc import Iterable, Mapping
from dataclasses import asdict, dataclass, field, fields
from typing import Any, ClassVar, Final


@dataclass(frozen=True)
class Began:
    """Head of a history: what was run against what, and how the storm was drawn."""

    event: ClassVar[str] = "began"
    at_ms: int
    target: str
    release: str
    nodes: tuple[int, ...]
    minima: Mapping[str, int]
    """min.insync.replicas of each partition by name, such as `m2-0`."""
    plan: Mapping[str, Any]


@dataclass(frozen=True)
class Asked:
    """A client sends a request; `number` names it for its answer."""

    event: ClassVar[str] = "ask"
    number: int
    at_ms: int
    client: str
    node: int
    request: Mapping[str, Any]


@dataclass(frozen=True)
class Answered:
    """How a request ended: an answer, or `{"silence": ...}`, after which nobody knows."""

    event: ClassVar[str] = "answer"
    number: int
    at_ms: int
    outcome: Mapping[str, Any]


@dataclass(frozen=True)
class Fault:
    """Something is done to the cluster. `done` tells the end of what takes a while."""

    event: ClassVar[str] = "fault"
    at_ms: int
    what: str
    """kill, start, restart, pause, resume, lose_power, cut, heal or delay."""
    nodes: tuple[int, ...]
    """The node; or who sends and who receives, where 0 stands for the controllers."""
    ms: int = 0
    """How much longer a delayed way takes."""
    done: bool = False


@dataclass(frozen=True)
class Calm:
    """Every fault is undone. From here on the cluster has to recover."""

    event: ClassVar[str] = "calm"
    at_ms: int


@dataclass(frozen=True)
class Settled:
    """What the cluster had come to `at_ms`, or why it had not within the bound."""

    event: ClassVar[str] = "settled"
    at_ms: int
    within_ms: int
    bound_ms: int
    missing: tuple[str, ...] = ()
    """What was still not as it must be; empty: everybody is in sync, writes, and can be read."""
    states: Mapping[str, Any] = field(default_factory=dict)
    """The partitions as Metadata showed them last."""


Event = Began | Asked | Answered | Fault | Calm | Settled

_KINDS: Final[dict[str, type[Event]]] = {
    kind.event: kind for kind in (Began, Asked, Answered, Fault, Calm, Settled)
}


def to_line(event: Event) -> str:
    """One event as a line of JSON, without the line end; what is not set is left out."""
    given = {
        name: value
        for name, value in asdict(event).items()
        if value not in ((), {}, False) or name in ("nodes", "outcome")
    }
    return json.dumps({"event": event.event} | given, ensure_ascii=False)


def to_lines(events: Iterable[Event]) -> str:
    """A whole history, as it is saved."""
    return "".join(f"{to_line(event)}\n" for event in events)


def from_line(line: str) -> Event:
    """The event of a line. ValueError says what is wrong with it."""
    read = json.loads(line)
    kind = _KINDS.get(read.pop("event", None)) if isinstance(read, dict) else None
    if kind is None:
        raise ValueError(f"no event of a history: {line[:80]}")
    unknown = read.keys() - {each.name for each in fields(kind)}
    if unknown:
        raise ValueError(f"an event {kind.event} has no {', '.join(sorted(unknown))}")
    for name in ("nodes", "missing"):
        if name in read:
            read[name] = tuple(read[name])
    try:
        return kind(**read)
    except TypeError as wrong:
        raise ValueError(f"an event {kind.event}: {wrong}") from None

"""What stands in a generated request for values that each cluster makes up itself.

Topic ids, session ids and producer ids come from the brokers, and the clocks differ; so a request
holds symbols, and each side puts its own values in. Names are the same on both sides.
"""

from collections.abc import Mapping
from dataclasses import MISSING, dataclass, field, fields
from typing import Any, Final
from uuid import UUID

UNKNOWN_ID: Final = UUID("0badcafe-0000-4000-8000-000000000001")
UNKNOWN_SESSION: Final = 123_456
UNKNOWN_PRODUCER: Final = 10**12

LONGEST_RUN: Final = 100_000
"""Milliseconds that one program takes at most: what lies so close after its start is `now`."""


class Brief:
    """Shows only the fields that are not what they are by default."""

    def __repr__(self) -> str:
        shown = [
            f"{f.name}={getattr(self, f.name)!r}"
            for f in fields(self)  # type: ignore[arg-type]
            if f.default is MISSING or getattr(self, f.name) != f.default
        ]
        return f"{type(self).__name__}({', '.join(shown)})"


@dataclass(frozen=True, repr=False)
class Topic(Brief):
    """The topic of this name in the run's own namespace."""

    name: str


@dataclass(frozen=True, repr=False)
class TopicId(Brief):
    """The id of a topic's last incarnation but `back`."""

    name: str
    back: int = 0


@dataclass(frozen=True, repr=False)
class FetchSession(Brief):
    """The id of the last fetch session that was given out but `back`."""

    back: int = 0


@dataclass(frozen=True, repr=False)
class Producer(Brief):
    """The `which`-th producer id that was given out."""

    which: int


@dataclass(frozen=True, repr=False)
class Time(Brief):
    """Milliseconds after the start of the run; never between 0 and `LONGEST_RUN`."""

    offset: int


@dataclass
class Names:
    """One side's values for the symbols, in one run."""

    prefix: str
    start_ms: int
    ids: dict[str, list[UUID]] = field(default_factory=dict)
    sessions: list[int] = field(default_factory=list)
    producers: list[int] = field(default_factory=list)

    def real(self, value: Any) -> Any:
        """The value with every symbol in it replaced."""
        match value:
            case Topic(name):
                return self.prefix + name
            case TopicId(name, back):
                known = self.ids.get(name, [])
                return known[-1 - back] if back < len(known) else UNKNOWN_ID
            case FetchSession(back):
                return self.sessions[-1 - back] if back < len(self.sessions) else UNKNOWN_SESSION
            case Producer(which):
                known_ids = self.producers
                return known_ids[which] if which < len(known_ids) else UNKNOWN_PRODUCER
            case Time(offset):
                return self.start_ms + offset
            case Mapping():
                return {name: self.real(item) for name, item in value.items()}
            case list():
                return [self.real(item) for item in value]
        return value.made(self) if hasattr(value, "made") else value

    def learn_topic(self, name: str, topic_id: UUID) -> None:
        known = self.ids.setdefault(name.removeprefix(self.prefix), [])
        if topic_id not in known:
            known.append(topic_id)

    def learn_session(self, session: int) -> None:
        if session and session not in self.sessions:
            self.sessions.append(session)

    def learn_producer(self, producer: int) -> None:
        if producer >= 0 and producer not in self.producers:
            self.producers.append(producer)

    def said_id(self, topic_id: UUID | None) -> str | None:
        """The id as both sides call it."""
        if topic_id is None or topic_id == UNKNOWN_ID:
            return None if topic_id is None else "unknown id"
        for name, known in self.ids.items():
            if topic_id in known:
                return f"{name}#{known.index(topic_id)}"
        return "unknown id"

    def said_session(self, session: int) -> str | int:
        known = session in self.sessions
        return f"session {self.sessions.index(session)}" if known else session

    def said_producer(self, producer: int) -> str | int:
        known = producer in self.producers
        return f"producer {self.producers.index(producer)}" if known else producer

    def said_time(self, ms: int) -> str | int:
        """A time near the start relative to it; another one (0, -1, 5) as it is."""
        offset = ms - self.start_ms
        if 0 <= offset < LONGEST_RUN:
            return "now"
        return f"start{offset:+}" if abs(offset) < self.start_ms // 2 else ms

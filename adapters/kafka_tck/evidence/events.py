"""What a run leaves behind: one JSON line per event, in order, the same for the same seed."""

import json
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from typing import Any, ClassVar
from uuid import UUID


@dataclass(frozen=True)
class RunStarted:
    """Head of a history: what was run against what."""

    event: ClassVar[str] = "run"
    target: str
    release: str
    seed: int
    profile: str
    suite: str


@dataclass(frozen=True)
class ProgramStarted:
    """A machine begins a fresh program, with fresh names."""

    event: ClassVar[str] = "program"
    machine: str
    number: int


@dataclass(frozen=True)
class StepDone:
    """One step, its answer, and the requirements that spoke of it."""

    event: ClassVar[str] = "step"
    number: int
    step: Mapping[str, Any]
    answer: Mapping[str, Any]
    held: tuple[str, ...]
    broken: tuple[str, ...]


@dataclass(frozen=True)
class VerdictGiven:
    """What a run says of one requirement."""

    event: ClassVar[str] = "verdict"
    requirement: str
    verdict: str
    exercised: int
    reason: str


Event = RunStarted | ProgramStarted | StepDone | VerdictGiven


def to_line(event: Event) -> str:
    """One event as a line of JSON, without the line end."""
    return to_json({"event": event.event} | asdict(event))


def to_json(value: Any, indent: int | None = None) -> str:
    """Plain values as JSON; bytes as text where they are text, else as hexadecimal digits."""
    return json.dumps(plain(value), indent=indent, ensure_ascii=False)


def plain(value: Any) -> Any:
    """The value in JSON's own types."""
    if isinstance(value, Mapping):
        return {str(key): plain(item) for key, item in value.items()}
    if isinstance(value, list | tuple):
        return [plain(item) for item in value]
    if isinstance(value, set | frozenset):
        return sorted(plain(item) for item in value)
    if isinstance(value, bytes | bytearray | memoryview):
        return _text(bytes(value))
    if isinstance(value, UUID):
        return str(value)
    return value


def _text(data: bytes) -> str:
    try:
        text = data.decode()
    except UnicodeDecodeError:
        return f"0x{data.hex()}"
    return text if text.isprintable() else f"0x{data.hex()}"

"""A finding of a history: the broken requirement, in words, and the few events that show it."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any, Final

from kafka_tck.properties.histories.events import Answered, Asked, Began, Event, Fault, Settled
from kafka_tck.properties.histories.history import NEVER, History, Op

MOST_SHOWN: Final = 40
"""Events that one finding prints at most."""
MOST_FAULTS: Final = 24
"""Faults among them; of more, the last ones before the end."""


@dataclass(frozen=True)
class Found:
    """One broken requirement. `places` are those of the events that show it."""

    requirement: str
    partition: str
    sentence: str
    places: tuple[int, ...] = ()
    about: int | None = None
    """The offset that it speaks of: of an answer's records, those around it are shown."""


Check = Callable[[History], Iterator[Found]]


def places_of(*ops: Op | None) -> tuple[int, ...]:
    """Where requests were sent and answered."""
    places = {at for op in ops if op is not None for at in (op.asked_at, op.ended_at)}
    return tuple(sorted(places - {NEVER}))


def show(found: Found, history: History) -> str:
    """The finding for a reader: what is wrong, and who was told what and when."""
    start = history.events[0].at_ms if history.events else 0
    where = f" on {found.partition}" if found.partition else ""
    lines = [f"{found.requirement}{where}: {found.sentence}"]
    asked = {e.number: e for e in history.events if isinstance(e, Asked)}
    places = places_around(found, history)
    for place in places[:MOST_SHOWN]:
        event = history.events[place]
        said = say_event(event, asked, found.about)
        lines.append(f"  {(event.at_ms - start) / 1000:9.3f} s  {said}")
    if len(places) > MOST_SHOWN:
        lines.append(f"  ... and {len(places) - MOST_SHOWN} events more")
    return "\n".join(lines)


def places_around(found: Found, history: History) -> list[int]:
    """The events that show it, with the faults between the first and the last of them.

    Faults from before count too while they last: whoever was away, and what was cut.
    """
    if not found.places:
        return []
    first, last = min(found.places), max(found.places)
    between = [at for at, _ in history.faults if first <= at <= last]
    return sorted({*found.places, *_in_force(history, first), *between[-MOST_FAULTS:]})


def _in_force(history: History, place: int) -> list[int]:
    """Where the faults began that lasted at this place; delays are left out."""
    begun: dict[tuple[int, ...], int] = {}
    for at, fault in history.faults:
        if at >= place:
            break
        if fault.what in ("kill", "pause", "lose_power", "cut"):
            begun[fault.nodes] = at
        elif fault.what in ("start", "resume", "heal"):
            begun.pop(fault.nodes, None)
    return list(begun.values())


def say_event(event: Event, asked: dict[int, Asked], about: int | None) -> str:
    """One event in a line."""
    if isinstance(event, Asked):
        return f"{event.client} -> node {event.node}  {_request(event.request)}"
    if isinstance(event, Answered):
        ask = asked[event.number]
        return f"{ask.client} <- node {ask.node}  {_outcome(event.outcome, about)}"
    if isinstance(event, Fault):
        return say_fault(event)
    if isinstance(event, Settled):
        missing = "; ".join(event.missing)
        return f"settled after {event.within_ms} ms" + (f", but {missing}" if missing else "")
    return "the storm begins" if isinstance(event, Began) else "all faults are undone"


def say_fault(fault: Fault) -> str:
    """A fault in a few words."""
    names = [f"node {node}" if node else "the controllers" for node in fault.nodes]
    what = "no delay" if fault.what == "delay" and fault.ms == 0 else fault.what
    late = f" by {fault.ms} ms" if fault.ms else ""
    ended = "  (done)" if fault.done else ""
    return f"fault: {what} {' -> '.join(names)}{late}{ended}"


def _request(request: Any) -> str:
    rest = {k: v for k, v in request.items() if k not in ("do", "values", "partition", "topics")}
    values = f" {' '.join(request['values'])}" if "values" in request else ""
    on = f" {request['partition']}" if "partition" in request else ""
    return f"{request['do']}{on}{values} " + " ".join(f"{k}={v}" for k, v in rest.items())


def _outcome(outcome: Any, about: int | None) -> str:
    if "silence" in outcome:
        return f"no answer: {outcome['silence']}"
    if "partitions" in outcome:
        states = outcome["partitions"].items()
        return "  ".join(
            f"{p}: leader {s['leader']} epoch {s['epoch']} ISR {s['isr']}" for p, s in states
        )
    rest = " ".join(f"{k}={v}" for k, v in outcome.items() if k not in ("records", "error"))
    return f"{outcome['error']} {rest}{_records(outcome.get('records'), about)}"


def _records(records: Any, about: int | None) -> str:
    """Offsets and values: of many, those around what the finding is about."""
    if records is None:
        return ""
    if not records:
        return "  no records"
    near = [r for r in records if about is None or abs(r[0] - about) <= 1]
    shown = [f"{offset}:{value} (epoch {epoch})" for offset, epoch, value in near]
    if len(shown) > 4:
        shown = [*shown[:2], "...", shown[-1]]
    span = f"  offsets {records[0][0]} to {records[-1][0]}"
    return f"{span}: {', '.join(shown)}" if shown else span

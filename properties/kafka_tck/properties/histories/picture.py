"""A finding as a picture: clients and nodes as lanes, and the events that show it."""

from __future__ import annotations

from kafka_tck.model.say.lanes import Lanes, Line
from kafka_tck.model.say.svg import lanes_svg
from kafka_tck.properties.histories.events import Answered, Asked, Event, Fault
from kafka_tck.properties.histories.finding import Found, places_around, say_event
from kafka_tck.properties.histories.history import History

_CONTROLLERS = "controllers"
_CLUSTER = "cluster"


def picture_of(found: Found, history: History) -> str:
    """The text of an SVG file."""
    places = places_around(found, history)
    asked = {e.number: e for e in history.events if isinstance(e, Asked)}
    start = history.events[0].at_ms
    lines = [_line(history.events[at], asked, start, found.about, n) for n, at in enumerate(places)]
    used = [end for line in lines for end in (line.start, line.end) if end is not None]
    nodes = [str(node) for node in (history.began.nodes if history.began else ())]
    others = [name for name in dict.fromkeys(used) if name not in nodes]
    return lanes_svg(Lanes((*others, *nodes), tuple(lines)), f"{found.requirement}")


def _line(
    event: Event, asked: dict[int, Asked], start: int, about: int | None, number: int
) -> Line:
    at = f"{(event.at_ms - start) / 1000:.3f} s  "
    said = at + say_event(event, asked, about)
    if isinstance(event, Asked):
        return Line(number + 1, event.client, str(event.node), True, said, ())
    if isinstance(event, Answered):
        ask = asked[event.number]
        is_answer = "silence" not in event.outcome
        return Line(number + 1, str(ask.node), ask.client, is_answer, said, ())
    if isinstance(event, Fault):
        ends = [str(node) if node else _CONTROLLERS for node in event.nodes]
        return Line(number + 1, ends[0], ends[1] if len(ends) > 1 else None, False, said, ())
    return Line(number + 1, _CLUSTER, None, False, said, ())

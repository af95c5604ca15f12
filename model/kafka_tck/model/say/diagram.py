"""A trace as a space-time diagram in text: one lane per node, time downwards."""

from __future__ import annotations

from typing import Final

from kafka_tck.model.say.lanes import Lanes, Line, lanes
from kafka_tck.model.say.svg import diagram_svg
from kafka_tck.model.say.trace import Trace

_GAP: Final = 11
"""Columns from one lane to the next."""


def diagram(trace: Trace) -> str:
    """The diagram: a line per step, with its action beside it, and below it what changed."""
    drawn = lanes(trace)
    margin = len(str(len(drawn.lines))) + 2
    places = {name: margin + _GAP // 2 + n * _GAP for n, name in enumerate(drawn.names)}
    right = margin + len(drawn.names) * _GAP + 1
    text = [_heading(drawn, places)]
    for line in drawn.lines:
        text.append(f"{_drawn(line, places):<{right}}{line.said}".rstrip())
        text += [f"{_empty(places):<{right}}  {change}" for change in line.changes]
    return "\n".join([*text, _empty(places)])


def _heading(drawn: Lanes, places: dict[str, int]) -> str:
    row = ""
    for name in drawn.names:
        said = lane_name(name)
        row = row.ljust(places[name] - len(said) // 2) + said
    return row


def lane_name(name: str) -> str:
    """What stands above a lane."""
    return f"node {name}" if name.isdigit() else name


def _empty(places: dict[str, int]) -> str:
    row = [" "] * (max(places.values()) + 1)
    for at in places.values():
        row[at] = "|"
    return "".join(row)


def _drawn(line: Line, places: dict[str, int]) -> str:
    row = list(_empty(places))
    start = places[line.start]
    if line.end is not None:
        _connect(row, start, places[line.end], line.is_message)
    row[start] = "*"
    number = f"{line.number}."
    row[: len(number)] = number
    return "".join(row)


def _connect(row: list[str], start: int, end: int, is_message: bool) -> None:
    """A message has a head; what is only concerned is joined by dots. Lanes show through."""
    rightward = start < end
    for at in range(min(start, end) + 1, max(start, end)):
        if row[at] == " ":
            row[at] = "-" if is_message else "."
    if is_message:
        row[end - 1 if rightward else end + 1] = ">" if rightward else "<"
    else:
        row[end] = "o"


__all__ = ["diagram", "diagram_svg", "lane_name"]

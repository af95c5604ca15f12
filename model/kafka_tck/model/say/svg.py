"""A trace as a space-time diagram in a file of its own: SVG without anything from elsewhere."""

from __future__ import annotations

from collections.abc import Iterator
from html import escape
from typing import Final

from kafka_tck.model.say.lanes import Lanes, Line, lanes
from kafka_tck.model.say.trace import Trace

_LANE: Final = 110
_LEFT: Final = 70
_TOP: Final = 50
_STEP: Final = 26
_CHANGE: Final = 16
_LETTER: Final = 7.3
"""The width of a letter of 12 pixels' height, all letters alike."""

_STYLE: Final = (
    "text{font:12px monospace;fill:#222}.change{fill:#666}.lane{stroke:#bbb}"
    ".message{stroke:#1565c0;stroke-width:1.5}.concern{stroke:#888;stroke-dasharray:3 3}"
    ".step{fill:#1565c0}.touched{fill:#fff;stroke:#888}"
)


def diagram_svg(trace: Trace) -> str:
    """The diagram of a trace as the text of an SVG file."""
    return lanes_svg(lanes(trace), trace.module.name)


def lanes_svg(drawn: Lanes, title: str) -> str:
    """Lanes and what goes between them, whatever they come from, as the text of an SVG file."""
    heights = [_STEP + _CHANGE * len(line.changes) for line in drawn.lines]
    right = _LEFT + len(drawn.names) * _LANE
    bottom = _TOP + sum(heights) + _STEP
    width = right + _LETTER * _longest(drawn) + 20
    return "\n".join(
        [
            f'<svg xmlns="http://www.w3.org/2000/svg" width="{width:.0f}" height="{bottom}"'
            f' viewBox="0 0 {width:.0f} {bottom}">',
            f"<title>{escape(title)}</title>",
            f"<style>{_STYLE}</style>",
            '<defs><marker id="head" orient="auto" markerWidth="8" markerHeight="8" refX="11"'
            ' refY="4"><path d="M0,0 L8,4 L0,8 z" fill="#1565c0"/></marker></defs>',
            f'<rect width="{width:.0f}" height="{bottom}" fill="#fff"/>',
            *_lanes(drawn, bottom),
            *_lines(drawn, heights, right),
            "</svg>",
            "",
        ]
    )


def _longest(drawn: Lanes) -> int:
    said = [len(line.said) for line in drawn.lines]
    changed = [len(str(change)) + 2 for line in drawn.lines for change in line.changes]
    return max([*said, *changed, 1])


def _x(drawn: Lanes, name: str) -> float:
    return _LEFT + (drawn.names.index(name) + 0.3) * _LANE


def _lanes(drawn: Lanes, bottom: int) -> Iterator[str]:
    for name in drawn.names:
        x = _x(drawn, name)
        said = f"node {name}" if name.isdigit() else name
        yield f'<text x="{x:.0f}" y="22" text-anchor="middle">{escape(said)}</text>'
        yield f'<line class="lane" x1="{x:.0f}" y1="32" x2="{x:.0f}" y2="{bottom - 10}"/>'


def _lines(drawn: Lanes, heights: list[int], right: int) -> Iterator[str]:
    y = _TOP
    for line, height in zip(drawn.lines, heights, strict=True):
        yield f'<text x="12" y="{y + 4}">{line.number}</text>'
        yield from _step(drawn, line, y)
        yield f'<text x="{right}" y="{y + 4}">{escape(line.said)}</text>'
        for n, change in enumerate(line.changes, 1):
            below = y + 4 + n * _CHANGE
            yield f'<text class="change" x="{right + 14}" y="{below}">{escape(str(change))}</text>'
        y += height


def _step(drawn: Lanes, line: Line, y: int) -> Iterator[str]:
    start = _x(drawn, line.start)
    if line.end is not None:
        end = _x(drawn, line.end)
        kind = 'message" marker-end="url(#head)' if line.is_message else "concern"
        yield f'<line class="{kind}" x1="{start:.0f}" y1="{y}" x2="{end:.0f}" y2="{y}"/>'
        yield f'<circle class="touched" cx="{end:.0f}" cy="{y}" r="3"/>'
    yield f'<circle class="step" cx="{start:.0f}" cy="{y}" r="4"/>'

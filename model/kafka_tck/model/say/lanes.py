"""Who does what to whom in a trace: the lanes of a space-time diagram.

The lane of a step is the node that acts; where none does, it is the lane of whoever is named by
the action's first word (the controller, a client).
"""

from __future__ import annotations

from dataclasses import dataclass

from kafka_tck.model.say.tables import Difference, difference
from kafka_tck.model.say.trace import Happening, Trace
from kafka_tck.model.spec import Nodes

SENDS = ("leader", "sender", "source", "old_leader")
"""Parameters that name the node from which something goes to the other."""

OUTSIDE = ("controller", "coordinator", "client", "producer", "consumer", "operator")
"""First words of actions that are taken by none of the nodes."""


@dataclass(frozen=True)
class Line:
    """One step: where it begins, where it ends if elsewhere, what is said, and what changed."""

    number: int
    start: str
    end: str | None
    is_message: bool
    """Whether something goes from start to end; else the end is only concerned."""
    said: str
    changes: tuple[Difference, ...]


@dataclass(frozen=True)
class Lanes:
    """The lanes from left to right, and the lines from top to bottom."""

    names: tuple[str, ...]
    lines: tuple[Line, ...]


def lanes(trace: Trace) -> Lanes:
    """The lanes of a trace: those outside first, in order of appearance, then every node."""
    lines = tuple(_line(trace, n, step) for n, step in enumerate(trace.steps, 1))
    nodes = [str(n) for n in range(trace.given.nodes)] if _has_nodes(trace) else []
    used = [end for line in lines for end in (line.start, line.end) if end is not None]
    outside = [name for name in dict.fromkeys(used) if name not in nodes]
    return Lanes((*outside, *nodes), lines)


def _has_nodes(trace: Trace) -> bool:
    """Whether anything in the module is of one node."""
    places = trace.module.shape.places(trace.given.nodes)
    domains = (d for action in trace.module.actions.values() for d in action.domains.values())
    is_placed = any(("node", 0) in place.parts for place in places)
    return is_placed or any(isinstance(domain, Nodes) for domain in domains)


def _line(trace: Trace, number: int, step: Happening) -> Line:
    changes = tuple(difference(trace.module, step.before, step.after, trace.given))
    start, end = _ends(trace, step)
    is_message = end is not None and _reaches(end, start, changes)
    return Line(number, start, end, is_message, step.said, changes)


def _reaches(end: str, start: str, changes: tuple[Difference, ...]) -> bool:
    """Whether the other end is another for it: else it is only spoken of."""
    return start != "controller" and any(one.field.split(".")[1:2] == [end] for one in changes)


def _ends(trace: Trace, step: Happening) -> tuple[str, str | None]:
    """From where to where: `leader` sends to the other node; else the first one acts."""
    actor = step.action.split("_")[0]
    named = trace.nodes_of(step)
    nodes = list(named.values())
    if actor in OUTSIDE or not nodes:
        return actor, str(nodes[0]) if nodes else None
    if len(nodes) == 1 or nodes[0] == nodes[1]:
        return str(nodes[0]), None
    sender = next((named[name] for name in SENDS if name in named), nodes[0])
    receiver = next(node for node in nodes if node != sender)
    return str(sender), str(receiver)

"""What befalls single messages between nodes: one is lost, comes twice, or after the next one.

A way is a pair of node ids, from whom to whom; 0 is the controller. A mishap is planned for the
next message on a way, and over once it has happened.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from enum import Enum
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from kafka_tck.reference.messages import Message

Way = tuple[int, int]


class Mishap(Enum):
    LOSE = "the next message is lost"
    DUPLICATE = "the next message comes twice"
    REORDER = "the next message comes after the one that follows it"


@dataclass(slots=True)
class Mishaps:
    """`happened` is the record of it: what, on which way, and with which message, in order."""

    planned: dict[Way, list[Mishap]] = field(default_factory=dict)
    happened: list[tuple[Mishap, Way, Message]] = field(default_factory=list)
    _held: dict[Way, Message] = field(default_factory=dict)

    def plan(self, mishap: Mishap, way: Way) -> None:
        """It befalls the next message on this way for which nothing is planned yet."""
        self.planned.setdefault(way, []).append(mishap)

    def carry(self, way: Way, message: Message) -> list[Message]:
        """What goes on its way now that this message is sent."""
        if way in self._held:
            return [message, self._held.pop(way)]
        if not self.planned.get(way):
            return [message]
        mishap = self.planned[way].pop(0)
        self.happened.append((mishap, way, message))
        if mishap is Mishap.REORDER:
            self._held[way] = message
            return []
        return [message, message] if mishap is Mishap.DUPLICATE else []

    def undo(self) -> list[tuple[Way, Message]]:
        """Nothing is planned any more; gives what was held back, which is to go on now."""
        self.planned.clear()
        held, self._held = list(self._held.items()), {}
        return held

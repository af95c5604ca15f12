"""One client connection as a broker sees it: bytes in, at most one request in hand."""

from dataclasses import dataclass, field
from typing import Final

from kafka_tck.reference.steps import Steps, Work
from kafka_tck.wire.frames import Deframer
from kafka_tck.wire.messages import Request

_LANE_BITS: Final = 2


@dataclass(slots=True, eq=False)
class Task:
    """A request whose handler waits, or work of the broker's own, which has no connection.

    `waiting` is its handle, `question` what it asked the controller, `calls` whether it has called
    another broker.
    """

    steps: Steps | Work
    connection: "Connection | None" = None
    request: Request | None = None
    waiting: int | None = None
    question: int | None = None
    calls: bool = False


@dataclass(slots=True, eq=False)
class Connection:
    """The next request is begun only when the one before is answered (Kafka mutes the channel).

    `paused` says that the client does not read its answers, so no request is begun either.
    """

    number: Final[int]
    incoming: Deframer
    task: Task | None = None
    paused: bool = False
    closed: bool = False
    peer: tuple[int, int] | None = None
    """The broker at the other end, and the lane; None for a client."""
    sent: int = field(default=0)

    def takes_requests(self, *, overtakes: bool = False) -> bool:
        """Whether the next request may begin, or may if it `overtakes` the one in hand."""
        return (self.task is None or overtakes) and not self.paused and not self.closed


def number_of(peer: tuple[int, int]) -> int:
    """The number of another broker's connection: negative, and no two the same."""
    node, lane = peer
    return -(node << _LANE_BITS | lane)

"""One client connection as a broker sees it: bytes in, at most one request in hand."""

from dataclasses import dataclass, field
from typing import Final

from kafka_tck.reference.steps import Steps
from kafka_tck.wire.frames import Deframer
from kafka_tck.wire.messages import Request


@dataclass(slots=True, eq=False)
class Task:
    """A request whose handler waits. `waiting` is its handle, `question` what it asked."""

    connection: "Connection"
    request: Request
    steps: Steps
    waiting: int | None = None
    question: int | None = None


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
    sent: int = field(default=0)

    def takes_requests(self) -> bool:
        return self.task is None and not self.paused and not self.closed

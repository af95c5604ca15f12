"""Calling other brokers: requests as bytes, on one connection for each broker and purpose.

Requests on a connection are answered in order. When the connection ends, whoever waits on it is
told so, and the next call opens another. A broker calls itself in the same way.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from kafka_tck.reference.effects import Tell
from kafka_tck.reference.messages import Carried, Returned
from kafka_tck.wire.messages import decode_response, encode_request

if TYPE_CHECKING:
    from kafka_tck.reference.broker import Broker
    from kafka_tck.reference.connection import Task
    from kafka_tck.reference.steps import Call


@dataclass(slots=True)
class _Line:
    """A connection: its number, and by correlation id who waits for the answer to what."""

    channel: int
    correlation: int = 0
    asked: dict[int, tuple[Task, str, int]] = field(default_factory=dict)


@dataclass(slots=True)
class Calls:
    """The connections of one broker to others, by node and lane."""

    lines: dict[tuple[int, int], _Line] = field(default_factory=dict)
    channels: int = 0

    def send(self, broker: Broker, task: Task, call: Call) -> Tell:
        """The request on its way; the task is the one that waits for the answer."""
        line = self.lines.get((call.node, call.lane))
        if line is None:
            self.channels += 1
            line = self.lines[call.node, call.lane] = _Line(broker.numbered(self.channels))
        line.correlation += 1
        line.asked[line.correlation] = (task, call.api, call.version)
        frame = encode_request(
            call.api,
            call.version,
            call.fields,
            correlation_id=line.correlation,
            client_id=f"broker-{broker.node}",
        )
        return Tell(call.node, Carried(line.channel, frame, call.lane))

    def forget(self, task: Task) -> None:
        """Nobody waits for this task's answer any more."""
        for line in self.lines.values():
            line.asked = {n: asked for n, asked in line.asked.items() if asked[0] is not task}

    def returned(self, node: int, message: Returned) -> list[tuple[Task, Any]]:
        """An answer, or the end of a connection: who gets what, None for nothing."""
        line = self.lines.get((node, message.lane))
        if line is None or line.channel != message.channel:
            return []
        if message.frame is None:
            return self._ended(node, message.lane)
        asked = line.asked.pop(int.from_bytes(message.frame[4:8], "big"), None)
        if asked is None:
            return []
        task, api, version = asked
        return [(task, decode_response(api, version, message.frame[4:])[1])]

    def reset(self, node: int) -> list[tuple[Task, Any]]:
        """The connections to a broker are gone."""
        lanes = [lane for other, lane in self.lines if other == node]
        return [ended for lane in lanes for ended in self._ended(node, lane)]

    def _ended(self, node: int, lane: int) -> list[tuple[Task, Any]]:
        line = self.lines.pop((node, lane))
        return [(task, None) for task, _, _ in line.asked.values()]

"""The connections that other brokers have to this one: one for each lane, with a negative number.

A broker that begins a lane anew names another channel, and what came on the one before is dropped.
"""

from collections.abc import Callable
from typing import Final

from kafka_tck.reference.connection import Connection, Task, number_of
from kafka_tck.reference.effects import Tell
from kafka_tck.reference.messages import Carried, Returned
from kafka_tck.wire.frames import Deframer, framed

Peer = tuple[int, int]
"""A node and a lane."""

_ANY_SIZE: Final = 1 << 31


class Peers:
    """`connections` are all of the broker's, `drop` ends a task of one that goes."""

    def __init__(self, connections: dict[int, Connection], drop: Callable[[Task], None]) -> None:
        self._connections = connections
        self._drop_task = drop
        self._channels: dict[Peer, int] = {}

    def deliver(self, sender: int, message: Carried) -> Connection | None:
        """The connection that now has this message; None if it was closed."""
        peer = (sender, message.lane)
        number = number_of(peer)
        if self._channels.get(peer) != message.channel:
            self._drop(peer)
            self._channels[peer] = message.channel
            self._connections[number] = Connection(number, Deframer(_ANY_SIZE), peer=peer)
        connection = self._connections.get(number)
        if connection is not None:
            connection.incoming.feed(framed(message.frame))
        return connection

    def reset(self, node: int) -> None:
        """A broker has begun anew, or is gone."""
        for peer in [peer for peer in self._channels if peer[0] == node]:
            self._drop(peer)

    def _drop(self, peer: Peer) -> None:
        self._channels.pop(peer, None)
        connection = self._connections.pop(number_of(peer), None)
        if connection is not None and connection.task is not None:
            self._drop_task(connection.task)

    def told(self, peer: Peer, data: bytes | None) -> list[Tell]:
        """What tells another broker an answer; None ends the connection."""
        node, lane = peer
        channel = self._channels.get(peer)
        return [] if channel is None else [Tell(node, Returned(channel, data, lane))]

    def forget(self, peer: Peer) -> None:
        """This end has closed the connection."""
        self._channels.pop(peer, None)

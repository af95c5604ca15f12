"""Links between nodes: what one sends to another passes through here; it can be lost, or late.

Every node advertises our port for a listener. All peers see that one address, so who sends is
read off the client id in the first frame: `broker-2-fetcher-0`, `raft-client-2` and `2` are node
2. A cluster has two sets of links: one of its brokers, for replication, and one of its quorum.
"""

import asyncio
import contextlib
import re
import socket
import threading
from collections.abc import Coroutine, Mapping
from typing import Any, Final

from kafka_tck.adapters.apache_kafka.config import HOST
from kafka_tck.adapters.apache_kafka.lanes import Lane, Way, Ways, covering

_PATIENCE: Final = 30.0
"""Seconds until the thread must have obeyed."""
_NUMBER: Final = re.compile(rb"\d+")
_FIXED_HEADER: Final = 14
"""Bytes before the client id: size, API key and version, correlation id, length of the id."""


class Links:
    """The links of one cluster, served by a thread of their own.

    One end of a way may be `OTHERS`: all nodes but the one at its other end. Bytes on a cut way
    are lost, not kept. What follows would make no sense, so a connection is closed when its link
    heals: the peer opens another and asks again within 0.1 s.
    """

    def __init__(self, doors: Mapping[int, socket.socket], ports: Mapping[int, int]) -> None:
        """For each node a bound socket, closed in the end, and the port of its listener."""
        self._doors = doors
        self._ports = ports
        self._ways = Ways()
        self._passages: set[_Passage] = set()
        self._tasks: set[asyncio.Task[None]] = set()
        self._over = asyncio.Event()
        self._runner = asyncio.Runner(loop_factory=asyncio.new_event_loop)
        self._loop = self._runner.get_loop()
        self._thread = threading.Thread(target=self._run, name="kafka-tck links", daemon=True)
        self._thread.start()

    def cut(self, sender: int, receiver: int) -> None:
        """When this returns, nothing more is passed on from the one to the other."""
        self._obey(self._stop((sender, receiver)))

    def heal(self, sender: int, receiver: int) -> None:
        """Passes bytes on again; nothing changes for a way that is not cut."""
        self._obey(self._resume((sender, receiver)))

    def delay(self, sender: int, receiver: int, ms: int) -> None:
        """What is sent from here on arrives so much later, but after all that was sent before."""
        self._obey(self._slow((sender, receiver), ms))

    def ends_out_of_touch(self, ms: int) -> set[int]:
        """The ends of the ways that are cut, or that take so many milliseconds more, or longer."""
        return {end for way in self._ways.cut_or_late(ms) for end in way if end is not None}

    def close(self) -> None:
        """Ends the thread and every connection. Idempotent."""
        if self._thread.is_alive():
            self._loop.call_soon_threadsafe(self._over.set)
            self._thread.join()

    def _obey(self, order: Coroutine[Any, Any, None]) -> None:
        asyncio.run_coroutine_threadsafe(order, self._loop).result(_PATIENCE)

    async def _stop(self, way: Way) -> None:
        self._ways.cut |= {way}
        for passage in self._passages:
            passage.drop_unsent(way)

    async def _resume(self, way: Way) -> None:
        if way not in self._ways.cut:
            return
        self._ways.cut -= {way}
        for passage in self._passages:
            if passage.is_on(way):
                passage.abort()

    async def _slow(self, way: Way, ms: int) -> None:
        self._ways.delays[way] = ms

    def _run(self) -> None:
        with self._runner as runner:
            runner.run(self._serve())

    async def _serve(self) -> None:
        for node, door in self._doors.items():
            door.setblocking(False)
            self._loop.add_reader(door, self._accept, node, door)
        await self._over.wait()
        for door in self._doors.values():
            self._loop.remove_reader(door)
            door.close()
        for passage in self._passages:
            passage.abort()
        while self._tasks:
            await asyncio.wait(self._tasks)

    def _accept(self, node: int, door: socket.socket) -> None:
        """No `asyncio.Server`: closing one loses a connection that it is just accepting."""
        with contextlib.suppress(BlockingIOError, ConnectionAbortedError):
            connection, _ = door.accept()
            task = self._loop.create_task(self._carry(node, connection))
            self._tasks.add(task)
            task.add_done_callback(self._tasks.discard)

    async def _carry(self, node: int, connection: socket.socket) -> None:
        reader, writer = await asyncio.open_connection(sock=connection)
        passage = _Passage(node, self._ways, writer)
        self._passages.add(passage)
        try:
            if not self._over.is_set():
                await passage.carry(reader, self._ports[node])
        except (OSError, asyncio.IncompleteReadError):
            pass  # One end is gone, and so the other one goes too.
        finally:
            passage.abort()
            self._passages.discard(passage)


class _Passage:
    """One connection that another node opened to a node."""

    def __init__(self, node: int, ways: Ways, to_peer: asyncio.StreamWriter) -> None:
        self._node = node
        self._ways = ways
        self._to_peer = to_peer
        self._lanes: tuple[Lane, ...] = ()

    def is_on(self, way: Way) -> bool:
        """Whether bytes of the way pass here."""
        return any(way in covering(lane.way) for lane in self._lanes)

    def drop_unsent(self, way: Way) -> None:
        """Ends the connection if bytes for a way that is cut wait in it."""
        if any(way in covering(lane.way) and lane.holds_bytes() for lane in self._lanes):
            self.abort()

    def abort(self) -> None:
        """Ends both connections at once; bytes that wait are lost."""
        self._to_peer.transport.abort()
        for lane in self._lanes:
            lane.abort()

    async def carry(self, from_peer: asyncio.StreamReader, port: int) -> None:
        """Passes bytes on until an end is gone. Raises what `asyncio` raises when it is."""
        fixed = await from_peer.readexactly(_FIXED_HEADER)
        length = int.from_bytes(fixed[-2:], signed=True)
        client_id = await from_peer.readexactly(max(length, 0))
        found = _NUMBER.search(client_id)
        peer = int(found.group()) if found else None
        from_node, to_node = await asyncio.open_connection(HOST, port)
        self._lanes = (
            Lane((peer, self._node), self._ways, from_peer, to_node, fixed + client_id),
            Lane((self._node, peer), self._ways, from_node, self._to_peer),
        )
        await asyncio.wait(
            [lane.carried for lane in self._lanes], return_when=asyncio.FIRST_COMPLETED
        )
        self.abort()
        await asyncio.gather(*(lane.carried for lane in self._lanes), return_exceptions=True)

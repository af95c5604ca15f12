"""Links between brokers: what one sends to another passes through here, and can be stopped.

Every node advertises our port for its replication listener. All peers see that one address, so
who sends is read off the client id in the first frame: `broker-2-fetcher-0` is node 2. The
quorum has a listener of its own and does not come through here.
"""

import asyncio
import contextlib
import re
import socket
import threading
from collections.abc import Coroutine, Mapping
from typing import Any, Final

from kafka_tck.adapters.apache_kafka.config import HOST

_CHUNK: Final = 1 << 16
_PATIENCE: Final = 30.0
"""Seconds until the thread must have obeyed."""
_NUMBER: Final = re.compile(rb"\d+")
_FIXED_HEADER: Final = 14
"""Bytes before the client id: size, API key and version, correlation id, length of the id."""

_Way = tuple[int | None, int | None]
"""Who sends and who receives; None: nobody that we know."""


class Links:
    """The links of one cluster, served by a thread of their own.

    Bytes on a cut way are lost, not kept. What follows would make no sense, so a connection is
    closed when its link heals: the follower opens another and fetches again within 0.1 s.
    """

    def __init__(self, doors: Mapping[int, socket.socket], ports: Mapping[int, int]) -> None:
        """For each node a bound socket, closed in the end, and the port of its listener."""
        self._doors = doors
        self._ports = ports
        self._cut: set[_Way] = set()
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

    def close(self) -> None:
        """Ends the thread and every connection. Idempotent."""
        if self._thread.is_alive():
            self._loop.call_soon_threadsafe(self._over.set)
            self._thread.join()

    def _obey(self, order: Coroutine[Any, Any, None]) -> None:
        asyncio.run_coroutine_threadsafe(order, self._loop).result(_PATIENCE)

    async def _stop(self, way: _Way) -> None:
        self._cut.add(way)
        for passage in self._passages:
            passage.drop_unsent(way)

    async def _resume(self, way: _Way) -> None:
        if way not in self._cut:
            return
        self._cut.remove(way)
        for passage in self._passages:
            if passage.joins(way):
                passage.abort()

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
        passage = _Passage(node, self._cut, writer)
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
    """One connection that another broker opened to a node."""

    def __init__(self, node: int, cut: set[_Way], writer: asyncio.StreamWriter) -> None:
        self._node = node
        self._peer: int | None = None
        self._cut = cut
        self._to_peer = writer
        self._to_node: asyncio.StreamWriter | None = None

    def joins(self, way: _Way) -> bool:
        """Whether it is between these two, in whichever direction."""
        return set(way) == {self._peer, self._node}

    def drop_unsent(self, way: _Way) -> None:
        """Ends the connection if bytes for a way that is cut wait in it."""
        writer = self._to_node if way == self._inward() else self._to_peer
        if self.joins(way) and writer and writer.transport.get_write_buffer_size():
            self.abort()

    def abort(self) -> None:
        """Ends both connections at once; bytes that wait are lost."""
        for writer in (self._to_peer, self._to_node):
            if writer is not None:
                writer.transport.abort()

    async def carry(self, from_peer: asyncio.StreamReader, port: int) -> None:
        """Passes bytes on until an end is gone. Raises what `asyncio` raises when it is."""
        fixed = await from_peer.readexactly(_FIXED_HEADER)
        length = int.from_bytes(fixed[-2:], signed=True)
        client_id = await from_peer.readexactly(max(length, 0))
        found = _NUMBER.search(client_id)
        self._peer = int(found.group()) if found else None
        from_node, self._to_node = await asyncio.open_connection(HOST, port)
        await self._pass_on(fixed + client_id, self._to_node, self._inward())
        ways = (
            asyncio.ensure_future(self._pump(from_peer, self._to_node, self._inward())),
            asyncio.ensure_future(self._pump(from_node, self._to_peer, self._inward()[::-1])),
        )
        await asyncio.wait(ways, return_when=asyncio.FIRST_COMPLETED)
        self.abort()
        await asyncio.gather(*ways, return_exceptions=True)

    async def _pump(
        self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter, way: _Way
    ) -> None:
        while data := await reader.read(_CHUNK):
            await self._pass_on(data, writer, way)

    async def _pass_on(self, data: bytes, writer: asyncio.StreamWriter, way: _Way) -> None:
        if way not in self._cut:
            writer.write(data)
            await writer.drain()

    def _inward(self) -> _Way:
        return self._peer, self._node

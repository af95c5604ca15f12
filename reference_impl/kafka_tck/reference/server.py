"""The bundled cluster behind TCP: the same handlers, real time, one port per broker.

One thread, one event loop. A client that sends faster than it is answered, or does not read its
answers, is not read from, so that a connection holds at most one request and one chunk of bytes.
"""

import asyncio
import socket
import time
from collections.abc import Mapping
from pathlib import Path
from typing import Final, cast

from kafka_tck.reference.cluster import Cluster
from kafka_tck.reference.rules import Rules

WILDCARDS: Final = frozenset({"0.0.0.0", "::", ""})

_NO_RULES: Final = Rules()


def _now_ms() -> int:
    return time.time_ns() // 1_000_000


class Server:
    """A cluster that serves. `endpoints` says where, by broker id; `close` ends it cleanly."""

    def __init__(self, cluster: Cluster, endpoints: Mapping[int, tuple[str, int]]) -> None:
        self.cluster = cluster
        self.endpoints = dict(endpoints)
        self._loop = asyncio.get_running_loop()
        self._clients: dict[int, _Client] = {}
        self._listeners: list[asyncio.Server] = []
        self._timer: asyncio.TimerHandle | None = None
        self._closing = False
        self._nobody = asyncio.Event()
        self._nobody.set()

    async def listen(self, node: int, listening: socket.socket) -> None:
        """Takes connections to a broker from a socket that is bound already."""
        made = await self._loop.create_server(lambda: _Client(self, node), sock=listening)
        self._listeners.append(made)

    async def close(self) -> None:
        """Ends all connections and stops the brokers cleanly. Idempotent."""
        if self._closing:
            return
        self._closing = True
        if self._timer is not None:
            self._timer.cancel()
        await self._end_accepting()
        for client in list(self._clients.values()):
            client.abort()
        await self._nobody.wait()
        for listener in self._listeners:
            await listener.wait_closed()
        for node in self.cluster.node_ids():
            self.cluster.stop(node)

    async def _end_accepting(self) -> None:
        """Connections that were accepted already are attached first: asyncio would leak them."""
        for listener in self._listeners:
            for listening in listener.sockets:
                self._loop.remove_reader(listening.fileno())
        await asyncio.sleep(0)
        for listener in self._listeners:
            listener.close()

    # For the clients' connections.

    @property
    def is_closing(self) -> bool:
        return self._closing

    def join(self, client: "_Client") -> None:
        self.catch_up()
        client.number = self.cluster.connect(client.node)
        self._clients[client.number] = client
        self._nobody.clear()

    def leave(self, client: "_Client") -> None:
        self._clients.pop(client.number, None)
        if not self._clients:
            self._nobody.set()
        self.cluster.disconnect(client.number)
        self.settle()

    def catch_up(self) -> None:
        """Lets the cluster's clock show the real time."""
        now = _now_ms()
        if now > self.cluster.now_ms:
            self.cluster.advance_to(now)

    def settle(self) -> None:
        """Hands out what the brokers have written, and sets the alarm for the next event."""
        touched, self.cluster.touched = self.cluster.touched, set()
        for number in sorted(touched):
            client = self._clients.get(number)
            if client is not None:
                client.flush()
        if not self._closing:
            self._set_alarm()

    def _set_alarm(self) -> None:
        if self._timer is not None:
            self._timer.cancel()
            self._timer = None
        due = self.cluster.next_event_ms()
        if due is not None:
            delay = max(0, due - _now_ms()) / 1000
            self._timer = self._loop.call_later(delay, self._ring)

    def _ring(self) -> None:
        self._timer = None
        self.catch_up()
        self.settle()


class _Client(asyncio.Protocol):
    """One TCP connection."""

    def __init__(self, server: Server, node: int) -> None:
        self.node = node
        self.number = 0
        self._server = server
        self._cluster = server.cluster
        self._transport: asyncio.Transport | None = None

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        self._transport = cast(asyncio.Transport, transport)
        if self._server.is_closing:
            self._transport.abort()
        else:
            self._server.join(self)

    def data_received(self, data: bytes) -> None:
        self._server.catch_up()
        self._cluster.send(self.number, data)
        self._server.settle()
        self._throttle()

    def connection_lost(self, exc: Exception | None) -> None:
        self._transport = None
        if self.number:
            self._server.leave(self)

    def pause_writing(self) -> None:
        self._cluster.hold(self.number)
        self._throttle()

    def resume_writing(self) -> None:
        self._cluster.release(self.number)
        self._server.settle()
        self._throttle()

    def flush(self) -> None:
        """Writes what the broker has for this client, and hangs up if the broker did."""
        if self._transport is None:
            return
        data = self._cluster.take(self.number)
        if data:
            self._transport.write(data)
        if self._cluster.is_closed(self.number):
            self._transport.close()
        else:
            self._throttle()

    def abort(self) -> None:
        if self._transport is not None:
            self._transport.abort()

    def _throttle(self) -> None:
        """Reads from the client only while the broker can take its requests."""
        if self._transport is None or self._transport.is_closing():
            return
        if self._cluster.is_busy(self.number):
            self._transport.pause_reading()
        else:
            self._transport.resume_reading()


async def serve(
    *,
    brokers: int = 1,
    seed: int = 0,
    config: Mapping[str, str] | None = None,
    rules: Rules = _NO_RULES,
    data_dir: Path | None = None,
    host: str = "127.0.0.1",
    port: int = 9092,
) -> Server:
    """Serves a cluster; broker i listens on `port` + i - 1, or on free ports if `port` is 0.

    Raises OSError if a port is taken, `BadConfig` for a setting that is wrong.
    """
    listening: dict[int, socket.socket] = {}
    try:
        for node in range(1, brokers + 1):
            wanted = port + node - 1 if port else 0
            listening[node] = socket.create_server((host, wanted), backlog=1024)
        shown = "localhost" if host in WILDCARDS else host
        endpoints = {node: (shown, s.getsockname()[1]) for node, s in listening.items()}
        cluster = Cluster(
            brokers=brokers,
            seed=seed,
            config=config,
            rules=rules,
            data_dir=data_dir,
            start_ms=_now_ms(),
            endpoints=endpoints,
        )
    except BaseException:
        for bound in listening.values():
            bound.close()
        raise
    server = Server(cluster, endpoints)
    for node, bound in listening.items():
        await server.listen(node, bound)
    server.settle()
    return server

"""One direction of a connection between two nodes: its bytes pass in order, late or not at all."""

import asyncio
from dataclasses import dataclass, field
from typing import Final

from kafka_tck.adapters.target import CONTROLLERS

_CHUNK: Final = 1 << 16

OTHERS: Final = CONTROLLERS
"""As an end of a way: all nodes but the one at its other end."""

Way = tuple[int | None, int | None]
"""Who sends and who receives; None: nobody that we know."""


def covering(way: Way) -> tuple[Way, ...]:
    """All ways that the bytes of this one belong to. Nobody is cut off from himself."""
    sender, receiver = way
    return () if sender == receiver else (way, (sender, OTHERS), (OTHERS, receiver))


@dataclass
class Ways:
    """What is wrong with the ways of a cluster."""

    cut: frozenset[Way] = frozenset()
    delays: dict[Way, int] = field(default_factory=dict)
    """Milliseconds."""

    def is_cut(self, way: Way) -> bool:
        return not self.cut.isdisjoint(covering(way))

    def delay(self, way: Way) -> int:
        """Milliseconds that bytes take which are sent now; the longest delay counts."""
        return max((self.delays.get(each, 0) for each in covering(way)), default=0)

    def cut_or_late(self, ms: int) -> set[Way]:
        """The ways that are cut, or take so many milliseconds more, or longer."""
        return set(self.cut) | {way for way, late in list(self.delays.items()) if late >= ms}


class Lane:
    """Takes what one end sends and hands it to the other end when it is due."""

    def __init__(
        self,
        way: Way,
        ways: Ways,
        reader: asyncio.StreamReader,
        writer: asyncio.StreamWriter,
        read_before: bytes = b"",
    ) -> None:
        self.way = way
        self._ways = ways
        self._reader = reader
        self._writer = writer
        self._waiting: asyncio.Queue[tuple[float, bytes]] = asyncio.Queue()
        """What is on its way, with the time of the loop at which it arrives; b"": the end."""
        self._last_due = 0.0
        if read_before:
            self._take(read_before)
        self._taking = asyncio.ensure_future(self._take_all())
        self.carried = asyncio.ensure_future(self._hand_over_all())
        """Done when an end is gone; it may fail as `asyncio` does when one is."""

    def holds_bytes(self) -> bool:
        """Whether bytes that count as passed on wait here, because the receiver is slow."""
        return bool(self._writer.transport.get_write_buffer_size())

    def abort(self) -> None:
        """Ends the connection to the receiver at once; what waits is lost."""
        self._writer.transport.abort()
        self._taking.cancel()
        self.carried.cancel()

    def _take(self, data: bytes) -> None:
        now = asyncio.get_running_loop().time()
        # What was sent before arrives before, also where a delay has become shorter.
        self._last_due = max(self._last_due, now + self._ways.delay(self.way) / 1000)
        self._waiting.put_nowait((self._last_due, data))

    async def _take_all(self) -> None:
        try:
            while data := await self._reader.read(_CHUNK):
                self._take(data)
        except OSError:
            pass  # The sender is gone: what it sent before still arrives.
        self._take(b"")

    async def _hand_over_all(self) -> None:
        loop = asyncio.get_running_loop()
        while True:
            due, data = await self._waiting.get()
            await asyncio.sleep(max(0.0, due - loop.time()))
            if not data:
                return
            if not self._ways.is_cut(self.way):
                self._writer.write(data)
                await self._writer.drain()

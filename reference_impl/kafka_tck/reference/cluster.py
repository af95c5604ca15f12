"""The bundled cluster in one process: brokers, a controller, a network and a clock, all of it
deterministic. One seed and one order of calls give the same bytes.
"""

import heapq
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Final

from kafka_tck.reference.broker import Broker
from kafka_tck.reference.controller import Controller
from kafka_tck.reference.effects import Close, Effect, Send, Tell, WakeAt
from kafka_tck.reference.ids import Ids, uuid_text
from kafka_tck.reference.messages import CONTROLLER, Ask, Carried, Message, Reset, Returned
from kafka_tck.reference.metadata_file import MetadataFile
from kafka_tck.reference.mishaps import Mishap, Mishaps
from kafka_tck.reference.rules import Rules
from kafka_tck.reference.settings import Settings, for_internal_topics
from kafka_tck.reference.storage import MemoryStorage, PathStorage, Storage

FIRST_PORT: Final = 9092
START_MS: Final = 1_700_000_000_000

_NO_RULES: Final = Rules()


class _Client:
    """The far end of one connection."""

    def __init__(self, node: int) -> None:
        self.node = node
        self.received = bytearray()
        self.unread = bytearray()
        """What was sent to a broker that is paused."""
        self.closed = False


class Cluster:
    """Broker ids are 1 to `brokers`. Times are milliseconds since 1970 and stand still between
    calls; `advance_to` lets them pass. `config` has broker settings by Kafka's names; an unknown
    or wrong one raises `BadConfig` with one line.
    """

    def __init__(
        self,
        *,
        brokers: int = 1,
        seed: int = 0,
        config: Mapping[str, str] | None = None,
        rules: Rules = _NO_RULES,
        data_dir: Path | None = None,
        start_ms: int = START_MS,
        endpoints: Mapping[int, tuple[str, int]] | None = None,
        features: Mapping[str, int] | None = None,
        racks: Mapping[int, str] | None = None,
    ) -> None:
        self.now_ms = start_ms
        self._settings = Settings(for_internal_topics(brokers) | dict(config or {}))
        self._rules = rules
        self._seed = seed
        self._nodes = tuple(range(1, brokers + 1))
        self._racks = racks or {}
        self._endpoints = endpoints or {n: ("localhost", FIRST_PORT + n - 1) for n in self._nodes}
        self._storage: Storage = MemoryStorage() if data_dir is None else PathStorage(data_dir)
        ids = Ids(seed, "cluster")
        file = MetadataFile(self._storage.of("controller"), uuid_text(ids.uuid()))
        self.cluster_id = file.cluster_id
        self._controller = Controller(
            self._settings, rules, ids, file.records, file.append, features
        )
        self._lives = dict.fromkeys(self._nodes, 0)
        self._brokers: dict[int, Broker] = {}
        self._clients: dict[int, _Client] = {}
        self._next_client = 0
        self._in_flight: list[tuple[int, int, int, int, Message]] = []
        self._sent = 0
        self._wakes: dict[int, int] = {}
        self._cut: set[tuple[int, int]] = set()
        self._lossy: set[tuple[int, int]] = set()
        """The ways that are cut and have lost something."""
        self._delays: dict[tuple[int, int], int] = {}
        self._last_due: dict[tuple[int, int], int] = {}
        self._mishaps = Mishaps()
        self._skews: dict[int, int] = {}
        self._paused: dict[int, list[tuple[int, Message]]] = {}
        """What brokers that are paused have not heard yet, and from whom."""
        self.touched: set[int] = set()
        """Connections that have received bytes or were closed since someone emptied this."""
        for node in self._nodes:
            if self._controller.image.is_alive(node):
                self._controller.broker_gone(node)
        for node in self._nodes:
            self.start(node)

    def node_ids(self) -> tuple[int, ...]:
        return self._nodes

    # Connections.

    def connect(self, node: int) -> int:
        """A new connection. Raises ConnectionRefusedError if the broker is down."""
        broker = self._brokers.get(node)
        if broker is None:
            raise ConnectionRefusedError(f"broker {node} is down")
        self._next_client += 1
        number = self._next_client
        self._clients[number] = _Client(node)
        self._do(node, broker.connected(number, self._now_of(node)))
        return number

    def send(self, connection: int, data: bytes) -> None:
        """Bytes to the broker, any number. A connection that is closed swallows them."""
        client = self._clients[connection]
        broker = self._brokers.get(client.node)
        if broker is None or client.closed:
            return
        if client.node in self._paused:
            client.unread += data
            return
        self._do(client.node, broker.deliver(connection, data, self._now_of(client.node)))
        self._settle()

    def take(self, connection: int) -> bytes:
        """What the broker has written since the last call."""
        client = self._clients[connection]
        received = bytes(client.received)
        client.received.clear()
        return received

    def is_closed(self, connection: int) -> bool:
        """Whether the broker closed the connection, or died."""
        return self._clients[connection].closed

    def disconnect(self, connection: int) -> None:
        """The client goes. Nothing more can be done with the connection."""
        client = self._clients.pop(connection)
        broker = self._brokers.get(client.node)
        if broker is not None and not client.closed:
            self._do(client.node, broker.disconnected(connection, self._now_of(client.node)))
            self._settle()

    def hold(self, connection: int) -> None:
        """The client does not read: the broker begins none of its requests until `release`."""
        client = self._clients[connection]
        if client.node in self._brokers:
            self._brokers[client.node].pause(connection)

    def release(self, connection: int) -> None:
        client = self._clients[connection]
        broker = self._brokers.get(client.node)
        if broker is not None and not client.closed:
            self._do(client.node, broker.resume(connection, self._now_of(client.node)))
            self._settle()

    def is_busy(self, connection: int) -> bool:
        """Whether bytes that are sent now would wait behind a request in hand."""
        client = self._clients[connection]
        broker = self._brokers.get(client.node)
        return broker is not None and broker.is_busy(connection)

    # Time.

    def next_event_ms(self) -> int | None:
        """When the next timer or message is due; None if nothing ever is."""
        dues = [wake for node, wake in self._wakes.items() if self._runs(node)]
        if self._in_flight:
            dues.append(self._in_flight[0][0])
        return min(dues, default=None)

    def _runs(self, node: int) -> bool:
        return node == CONTROLLER or (node in self._brokers and node not in self._paused)

    def advance_to(self, ms: int) -> None:
        """Runs every due event in order, and lets the clock stand at this time."""
        while (due := self.next_event_ms()) is not None and due <= ms:
            self.now_ms = max(self.now_ms, due)
            self._run_next()
        self.now_ms = max(self.now_ms, ms)

    def _run_next(self) -> None:
        """The earliest message, or else the lowest broker whose timer is due."""
        if self._in_flight and self._in_flight[0][0] <= self.now_ms:
            _, _, sender, receiver, message = heapq.heappop(self._in_flight)
            self._hand_over(sender, receiver, message)
            return
        node = min(n for n, due in self._wakes.items() if due <= self.now_ms and self._runs(n))
        del self._wakes[node]
        if node == CONTROLLER:
            self._do(CONTROLLER, self._controller.wake(self.now_ms))
        elif node in self._brokers:
            self._do(node, self._brokers[node].wake(self._now_of(node)))

    def _settle(self) -> None:
        """Messages take no time: what is on its way now arrives now."""
        while self._in_flight and self._in_flight[0][0] <= self.now_ms:
            self._run_next()

    # The network.

    def _hand_over(self, sender: int, receiver: int, message: Message) -> None:
        if receiver == CONTROLLER:
            if isinstance(message, Ask):
                self._do(CONTROLLER, self._controller.told(sender, message, self.now_ms))
        elif receiver in self._paused:
            self._paused[receiver].append((sender, message))
        elif receiver in self._brokers:
            told = self._brokers[receiver].told(message, self._now_of(receiver), sender)
            self._do(receiver, told)
        elif isinstance(message, Carried) and message.lane:  # the connection is refused
            self._tell(receiver, sender, Returned(message.channel, None, message.lane))

    def _do(self, node: int, effects: Iterable[Effect]) -> None:
        """Carries out what a node wants done."""
        for effect in effects:
            if isinstance(effect, WakeAt):
                self._wakes[node] = effect.ms - self._skews.get(node, 0)
            elif isinstance(effect, Tell):
                self._tell(node, effect.to, effect.message)
            elif isinstance(effect, Send):
                self._deliver(effect)
            else:
                self._end(effect)

    def _tell(self, sender: int, receiver: int, message: Message) -> None:
        if (sender, receiver) in self._cut:
            self._lossy.add((sender, receiver))
            return
        for carried in self._mishaps.carry((sender, receiver), message):
            self._post(sender, receiver, carried)

    def _post(self, sender: int, receiver: int, message: Message) -> None:
        due = self.now_ms + self._delays.get((sender, receiver), 0)
        # What was said before arrives before, also where a delay has become shorter.
        due = self._last_due[sender, receiver] = max(due, self._last_due.get((sender, receiver), 0))
        self._sent += 1
        heapq.heappush(self._in_flight, (due, self._sent, sender, receiver, message))

    def _deliver(self, send: Send) -> None:
        client = self._clients.get(send.connection)
        if client is not None:
            client.received += send.data
            self.touched.add(send.connection)

    def _end(self, close: Close) -> None:
        client = self._clients.get(close.connection)
        if client is not None:
            client.closed = True
            self.touched.add(close.connection)

    # Faults.

    def cut(self, sender: int, receiver: int) -> None:
        """What one node sends to another is lost until `heal`; 0 is the controller."""
        self._cut.add((sender, receiver))

    def heal(self, sender: int, receiver: int) -> None:
        """The way is free again; what was lost stays lost.

        A connection that has lost something is closed, as TCP would: both ends open another.
        """
        self._cut.discard((sender, receiver))
        if (sender, receiver) not in self._lossy:
            return
        self._lossy.discard((sender, receiver))
        if CONTROLLER not in (sender, receiver):
            for end, other in ((sender, receiver), (receiver, sender)):
                self._tell(other, end, Reset(other))
            self._settle()

    def delay(self, sender: int, receiver: int, ms: int) -> None:
        """What one node sends to another takes so long from now on; it stays in order."""
        self._delays[sender, receiver] = ms

    def lose_next(self, sender: int, receiver: int) -> None:
        """The next message from one node to another is lost; 0 is the controller."""
        self._mishaps.plan(Mishap.LOSE, (sender, receiver))

    def duplicate_next(self, sender: int, receiver: int) -> None:
        """The next message comes twice."""
        self._mishaps.plan(Mishap.DUPLICATE, (sender, receiver))

    def reorder_next(self, sender: int, receiver: int) -> None:
        """The next message comes after the one that follows it."""
        self._mishaps.plan(Mishap.REORDER, (sender, receiver))

    def undo_mishaps(self) -> None:
        """No more messages are lost, doubled or held back; what is held back goes on."""
        for way, message in self._mishaps.undo():
            self._post(*way, message)
        self._settle()

    def skew(self, node: int, ms: int) -> None:
        """What a broker reads as the time is so much later than it is, or earlier; 0 ends that.

        Its timers go by that time: where it goes back, they are due so much later.
        """
        self._skews[node] = ms
        if node in self._brokers:
            self._wakes[node] = self.now_ms

    def _now_of(self, node: int) -> int:
        return self.now_ms + self._skews.get(node, 0)

    def pause(self, node: int) -> None:
        """The process stands still: it hears and does nothing until `unpause`."""
        if node in self._brokers:
            self._paused.setdefault(node, [])

    def unpause(self, node: int) -> None:
        """The process goes on, with all that has come meanwhile."""
        heard = self._paused.pop(node, [])
        broker = self._brokers.get(node)
        if broker is None:
            return
        for sender, message in heard:
            self._do(node, broker.told(message, self._now_of(node), sender))
        for number, client in sorted(self._clients.items()):
            if client.node == node and client.unread and not client.closed:
                data = bytes(client.unread)
                client.unread.clear()
                self._do(node, broker.deliver(number, data, self._now_of(node)))
        self._settle()

    def start(self, node: int) -> None:
        """Starts a broker that is down; it serves when this returns."""
        if node in self._brokers:
            return
        self._lives[node] += 1
        ids = Ids(self._seed, f"broker {node} life {self._lives[node]}")
        storage, now = self._storage.of(f"broker-{node}"), self._now_of(node)
        broker = Broker(node, self.cluster_id, self._settings, self._rules, ids, storage, now)
        self._brokers[node] = broker
        self._wakes[node] = self.now_ms
        self._do(
            CONTROLLER,
            self._controller.broker_started(
                node,
                *self._endpoints[node],
                self.now_ms,
                was_clean=broker.replicas.was_clean,
                rack=self._racks.get(node),
            ),
        )
        self._settle()

    def stop(self, node: int) -> None:
        """A clean stop: others lead before the broker ends; everything is flushed and noted."""
        if node in self._brokers and self._can_hand_over(node):
            self._do(CONTROLLER, self._controller.broker_stops(node))
            self._settle()
        self._end_broker(node, clean=True)

    def _can_hand_over(self, node: int) -> bool:
        """Whether a broker and the controllers hear each other: a controlled shutdown."""
        ways = {(node, CONTROLLER), (CONTROLLER, node)}
        return node not in self._paused and not ways & self._cut

    def fail_over_controller(self) -> None:
        """Another controller leads, with all of the metadata log.

        What was on its way to the old one, or from it, is lost; brokers ask again.
        """
        old = self._controller
        self._controller = Controller(
            self._settings, self._rules, old.ids, old.log, old.keep, epoch=old.epoch + 1
        )
        self._in_flight = [m for m in self._in_flight if CONTROLLER not in (m[2], m[3])]
        heapq.heapify(self._in_flight)
        self._do(CONTROLLER, self._controller.takes_over(self.now_ms))
        for node in self._brokers:
            self._tell(CONTROLLER, node, Reset(CONTROLLER))
        self._settle()

    def kill(self, node: int) -> None:
        """The process ends at once. What it wrote to its files stays.

        The controller hears of it when the broker's session is over.
        """
        self._end_broker(node, clean=False)

    def lose_power(self, node: int) -> None:
        """The machine goes down: what was not flushed is lost."""
        self._end_broker(node, clean=False)
        self._storage.lose_power(f"broker-{node}")

    def _end_broker(self, node: int, clean: bool) -> None:
        broker = self._brokers.pop(node, None)
        if broker is None:
            return
        self._paused.pop(node, None)
        broker.stop(clean)
        self._wakes.pop(node, None)
        for number, client in self._clients.items():
            if client.node == node:
                self._end(Close(number))
        for other in self._brokers:
            self._tell(node, other, Reset(node))
        if clean:
            self._do(CONTROLLER, self._controller.broker_gone(node))
        self._settle()

"""One broker: bytes and messages in, effects out. It does nothing on its own and reads no clock."""

from collections import deque
from collections.abc import Hashable
from types import GeneratorType
from typing import Any, cast

from kafka_tck.reference.apis import SERVED
from kafka_tck.reference.calling import Calls
from kafka_tck.reference.checkpoints import Checkpoints
from kafka_tck.reference.chores import Chores
from kafka_tck.reference.connection import Connection, Task
from kafka_tck.reference.coordination import Coordinators
from kafka_tck.reference.coordination.table import KINDS
from kafka_tck.reference.effects import Close, Effect, Send, Tell, WakeAt
from kafka_tck.reference.following import Following
from kafka_tck.reference.front import Refused, Unreadable, answer_frame, read_request
from kafka_tck.reference.ids import Ids
from kafka_tck.reference.image import Image
from kafka_tck.reference.leading import Leading
from kafka_tck.reference.log import Directory
from kafka_tck.reference.messages import (
    CONTROLLER,
    Ask,
    Carried,
    Heartbeat,
    Message,
    Published,
    Reset,
    Returned,
    Told,
)
from kafka_tck.reference.partition import Partition
from kafka_tck.reference.peers import Peers
from kafka_tck.reference.producer_ids import ProducerIds
from kafka_tck.reference.publishing import apply_records
from kafka_tck.reference.replicas import Replicas
from kafka_tck.reference.rules import Rules
from kafka_tck.reference.sessions import SessionCache, Wanted
from kafka_tck.reference.settings import Settings
from kafka_tck.reference.steps import Call, Ending, Outcome, Question, Steps, Until, Work
from kafka_tck.reference.waiting import Waiting
from kafka_tck.wire.frames import BadFrame, Deframer
from kafka_tck.wire.messages import Request
from kafka_tck.wire.strict import Malformed


class Broker:
    """`deliver`, `told` and `wake` are its inputs; each returns what is to be done, in order."""

    def __init__(
        self,
        node: int,
        cluster_id: str,
        settings: Settings,
        rules: Rules,
        ids: Ids,
        root: Directory,
        now: int,
    ) -> None:
        self.node = node
        self.epoch = -1
        """The broker epoch of the last registration, also where that is gone; -1: not known yet."""
        self.cluster_id = cluster_id
        self.now = now
        self.settings = settings
        self.rules = rules
        self.image = Image()
        self.replicas = Replicas(
            node, settings, rules, self.image, root, self.touch, Checkpoints(root)
        )
        self.replicas.led_or_followed = self._led_or_followed
        self.replicas.removed = self._removed
        self.replicas.open()
        self.following = Following()
        self.leading = Leading()
        self.coordinators = Coordinators(self, KINDS)
        self.calls = Calls()
        self._work: dict[Task, None] = {}
        """What this broker does on its own account, and is not at the end of."""
        self._heartbeat_due = now
        slots = settings.number("max.incremental.fetch.session.cache.slots")
        self.ids = ids
        self.sessions = SessionCache(rules.sessions, ids, slots)
        self.producer_ids = ProducerIds()
        self._connections: dict[int, Connection] = {}
        self._peers = Peers(self._connections, self._drop)
        self._waiting: Waiting[Task] = Waiting()
        self._asked: dict[int, Task] = {}
        self._next_question = 0
        self._unanswered: dict[int, Any] = {}
        """Questions that a new controller is asked again."""
        self._changes: deque[Hashable] = deque()
        self._chores = Chores.of(self, now)
        self._out: list[Effect] = []

    # What comes in.

    def connected(self, number: int, now: int) -> list[Effect]:
        """A client has connected."""
        limit = self.settings.number("socket.request.max.bytes")
        incoming = Deframer(self.rules.frames.size_limit(limit))
        self._connections[number] = Connection(number, incoming)
        return self._finish(now)

    def deliver(self, number: int, data: bytes, now: int) -> list[Effect]:
        """Bytes from a client, any number of them."""
        self.now = now
        connection = self._connections.get(number)
        if connection is not None:
            connection.incoming.feed(data)
            self._serve(connection)
        return self._finish(now)

    def pause(self, number: int) -> None:
        """The client does not read what it is sent: begin none of its requests until `resume`."""
        if number in self._connections:
            self._connections[number].paused = True

    def resume(self, number: int, now: int) -> list[Effect]:
        self.now = now
        connection = self._connections.get(number)
        if connection is not None:
            connection.paused = False
            self._serve(connection)
        return self._finish(now)

    def is_busy(self, number: int) -> bool:
        """Whether more bytes from this client would only pile up."""
        connection = self._connections.get(number)
        return connection is not None and not connection.takes_requests()

    def disconnected(self, number: int, now: int) -> list[Effect]:
        """The client has gone; what it waited for is not waited for any longer."""
        self.now = now
        connection = self._connections.pop(number, None)
        if connection is not None and connection.task is not None:
            self._drop(connection.task)
        return self._finish(now)

    def told(self, message: Message, now: int, sender: int = CONTROLLER) -> list[Effect]:
        """A message from the controller, or from another broker."""
        self.now = now
        if isinstance(message, Published):
            apply_records(self, message)
        elif isinstance(message, Told):
            self._unanswered.pop(message.number, None)
            self.leading.told(self, message)
            self._resume_question(message)
        elif isinstance(message, Returned):
            self._returned(sender, message)
        elif isinstance(message, Reset) and message.node == CONTROLLER:
            self._ask_all_again()
        elif isinstance(message, Reset):
            self._peers.reset(message.node)
            self.following.reset(self, message.node)
            self._end_calls(self.calls.reset(message.node))
        elif isinstance(message, Carried):
            connection = self._peers.deliver(sender, message)
            if connection is not None:
                self._serve(connection)
        return self._finish(now)

    def _write(self, connection: Connection, data: bytes | None) -> None:
        """To a client, or to a broker; None ends the connection."""
        if connection.peer is not None:
            self._out += self._peers.told(connection.peer, data)
        elif data is None:
            self._out.append(Close(connection.number))
        else:
            self._out.append(Send(connection.number, data))

    def _returned(self, sender: int, message: Returned) -> None:
        if message.lane:
            self._end_calls(self.calls.returned(sender, message))
        else:
            self.following.returned(self, sender, message)

    def _end_calls(self, ended: list[tuple[Task, Any]]) -> None:
        for task, body in ended:
            if task.calls:
                self._continue(task, body)

    def _led_or_followed(self, partition: Partition) -> None:
        self.following.follow(self, partition)
        self.coordinators.take(partition)

    def _removed(self, key: tuple[str, int]) -> None:
        self.following.forget(key)
        self.coordinators.unled(key)

    def wake(self, now: int) -> list[Effect]:
        """Time has passed."""
        self.now = now
        self._chores.run(now)
        self.leading.look_after(self)
        self._beat()
        for handle, task in self._waiting.expired(now):
            if self._waiting.is_waiting(handle):
                asks = task.question is not None or task.calls
                self._continue(task, None if asks else False)
        return self._finish(now)

    def stop(self, clean: bool) -> None:
        """The process ends. What it holds in memory is gone; nothing is said to anyone."""
        for connection in self._connections.values():
            if connection.task is not None:
                connection.task.steps.close()
        for task in self._work:
            task.steps.close()
        self.replicas.close(clean)

    # What handlers may do, besides reading the attributes.

    def note_fetch(self, partition: Partition, node: int, wanted: Wanted, epoch: int) -> None:
        """A follower fetches: the HW may move, and the follower may enter the ISR."""
        if partition.note_fetch(node, wanted.offset, wanted.log_start, epoch, self.now):
            self.changed(partition.topic, partition.index)
        self.leading.take_in(self, partition, node)

    def ask(self, question: Any) -> int:
        """Asks the controller; the answer goes to whoever waits for this number, if anyone."""
        self._next_question += 1
        number = self.numbered(self._next_question)
        self._out.append(Tell(CONTROLLER, Ask(number, question)))
        if not isinstance(question, Heartbeat):
            self._unanswered[number] = question
        return number

    def run(self, work: Work) -> None:
        """Begins something that this broker does on its own account; it ends with its life."""
        task = Task(work)
        self._work[task] = None
        self._advance(task, None)

    def forget(self, question: int) -> None:
        """Nobody waits for the answer to this question any more."""
        self._unanswered.pop(question, None)

    def ask_again(self, number: int) -> None:
        """Repeats a question that is not answered yet, under the number that it has."""
        if number in self._unanswered:
            self._out.append(Tell(CONTROLLER, Ask(number, self._unanswered[number])))

    def _ask_all_again(self) -> None:
        for number in self._unanswered:
            self.ask_again(number)

    def numbered(self, count: int) -> int:
        """A number that no earlier life of this broker has used: late answers go to nobody."""
        return ((self.epoch + 1) << 32) + count

    def touch(self, key: Hashable) -> None:
        """Whoever waits for something of this key looks again."""
        self._changes.append(key)

    def changed(self, topic: str, index: int) -> None:
        """Something about a partition is not as it was: whoever watches it looks again."""
        self.touch((topic, index))

    # How a request is served.

    def _serve(self, connection: Connection) -> None:
        rules = self.rules.frames
        while connection.takes_requests(overtakes=rules.overtakes()):
            try:
                frame = connection.incoming.next()
                if frame is None:
                    return
                self._begin(connection, read_request(frame, rules))
            except (BadFrame, Malformed) as fault:
                if not isinstance(fault, Unreadable) or rules.closes(fault.part):
                    self._close_broken(connection)

    def _close_broken(self, connection: Connection) -> None:
        clients = [c for c in self._connections.values() if c.peer is None]
        for each in self.rules.frames.closed_by(connection, clients):
            self._close(each)

    def _begin(self, connection: Connection, request: Request | Refused) -> None:
        if isinstance(request, Refused):
            self._write(connection, request.frame)
            if self.rules.frames.refusal_closes():
                self._close(connection)
            return
        outcome = SERVED[request.api.name].handle(self, request)
        if isinstance(outcome, GeneratorType):
            task = Task(cast(Steps, outcome), connection, request)
            connection.task = task
            self._advance(task, None)
        else:
            self._answer(connection, request, cast(Outcome, outcome))

    def _advance(self, task: Task, value: Any) -> None:
        """Runs a handler up to a wait that has not ended yet, or to its own end."""
        while True:
            try:
                wait = task.steps.send(value)
            except StopIteration as end:
                self._end(task, end.value)
                return
            if isinstance(wait, Question):
                task.question = self.ask(wait.question)
                self._asked[task.question] = task
                task.waiting = self._waiting.add(task, Until(lambda: False, wait.deadline, ()))
                return
            if isinstance(wait, Call):
                task.calls = True
                task.waiting = self._waiting.add(task, Until(lambda: False, wait.deadline, ()))
                self._out.append(self.calls.send(self, task, wait))
                return
            value = wait.ready()
            if not value and wait.deadline > self.now:
                task.waiting = self._waiting.add(task, wait)
                return

    def _continue(self, task: Task, value: Any) -> None:
        self._drop_wait(task)
        self._advance(task, value)
        if task.connection is not None:
            self._serve(task.connection)

    def _end(self, task: Task, outcome: Outcome) -> None:
        self._work.pop(task, None)
        if task.connection is not None and task.request is not None:
            task.connection.task = None
            self._answer(task.connection, task.request, outcome)

    def _drop_wait(self, task: Task) -> None:
        if task.waiting is not None:
            self._waiting.drop(task.waiting)
        if task.question is not None:
            self._asked.pop(task.question, None)
            self.forget(task.question)
        if task.calls:
            self.calls.forget(task)
        task.waiting = task.question = None
        task.calls = False

    def _drop(self, task: Task) -> None:
        self._drop_wait(task)
        task.steps.close()

    def _resume_question(self, told: Told) -> None:
        task = self._asked.get(told.number)
        if task is not None:
            self._continue(task, told.answer)

    def _answer(self, connection: Connection, request: Request, outcome: Outcome) -> None:
        if outcome is Ending.CLOSE or not self.rules.frames.answers(request.api.name):
            self._close(connection)
        elif outcome is not Ending.SILENCE:
            data = answer_frame(request, cast("dict[str, Any]", outcome), self.rules.frames)
            self._write(connection, data)

    def _close(self, connection: Connection) -> None:
        connection.closed = True
        self._connections.pop(connection.number, None)
        self._write(connection, None)
        if connection.peer is not None:
            self._peers.forget(connection.peer)

    # After every input.

    def _finish(self, now: int) -> list[Effect]:
        self.now = now
        while self._changes:
            for handle, task in self._waiting.ready(self._changes.popleft()):
                if self._waiting.is_waiting(handle):
                    self._continue(task, True)
        self._out += self.following.send_due(self)
        out, self._out = self._out, []
        return [*out, WakeAt(self._next_wake())]

    def _next_wake(self) -> int:
        dues = [
            self._waiting.next_deadline(),
            self._chores.next_due(),
            self.following.next_due(self.now),
            self.leading.next_due(self),
            self._heartbeat_due,
        ]
        return min(due for due in dues if due is not None)

    def _beat(self) -> None:
        if self._heartbeat_due <= self.now:
            self.ask(Heartbeat(self.epoch, self.image.offset))
            self._heartbeat_due = self.now + self.settings.number("broker.heartbeat.interval.ms")

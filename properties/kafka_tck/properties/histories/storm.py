"""One storm: clients and faults at once, on the target's clock, written down as it happens."""

from __future__ import annotations

from collections.abc import Callable
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import asdict, dataclass, field
from typing import Any, Final

from kafka_tck.adapters.client import Pending, RawClient
from kafka_tck.adapters.target import Silence, Unreachable
from kafka_tck.properties.histories.clients import Client, Consumer, Producer
from kafka_tck.properties.histories.events import Answered, Asked, Began, Event, Fault
from kafka_tck.properties.histories.history import History
from kafka_tck.properties.histories.members import Member
from kafka_tck.properties.histories.plan import Pace, Plan, read_pace
from kafka_tck.properties.histories.requests import (
    Request,
    outcome_of,
    send,
    split_name,
    versions_for,
)
from kafka_tck.properties.histories.topics import make_topics, states_of
from kafka_tck.properties.histories.transacting import ends_by_epoch
from kafka_tck.properties.histories.transactors import Transactor
from kafka_tck.properties.histories.troubles import Troubles
from kafka_tck.properties.world import World

_LOOK_AGAIN_MS: Final = 50
"""How often a fault that takes a while is looked at."""


@dataclass
class _Open:
    """A request whose answer may still come."""

    number: int
    client: Client
    line: RawClient
    pending: Pending
    request: Request
    until_ms: int


@dataclass
class Storm:
    """What runs. `progress` is called between events, and may look at the counts."""

    world: World
    plan: Plan
    progress: Callable[[Storm], None] = lambda storm: None
    events: list[Event] = field(default_factory=list)
    asked: int = 0
    spent: int = 0
    """Requests of those that the plan counts: all but Metadata and heartbeats."""
    faults_begun: int = 0

    def __post_init__(self) -> None:
        self.nodes = self.world.target.nodes()
        self.reaches_controllers = self.world.faults.can("fault.cut_controllers")
        self.pace: Pace = read_pace(self.world)
        self.minima = make_topics(self.world, self.plan)
        self.partitions = tuple(sorted(self.minima))
        self.topics = sorted({split_name(partition)[0] for partition in self.partitions})
        storm = self.topics[0][:-1]
        count = self.plan.transactors
        self.transactional_ids = tuple(f"{storm}x{n + 1}" for n in range(count))
        self.group = f"{storm}g" if self.plan.members else ""
        self._versions = versions_for(self.world.profile)
        self._lines: dict[tuple[str, int], RawClient] = {}
        self._open: list[_Open] = []
        is_virtual = "time.virtual" in self.world.target.capabilities
        self._worker = None if is_virtual else ThreadPoolExecutor(1, "kafka-tck faults")
        self._goes_on: Future[None] | None = None
        self._all: list[Client] = []
        release = ".".join(map(str, self.world.profile.release))
        name = self.world.target.name
        self.note(Began(self.now_ms(), name, release, self.nodes, self.minima, asdict(self.plan)))

    # What is written down.

    def note(self, event: Event) -> None:
        self.events.append(event)

    def history(self) -> History:
        return History(self.events)

    def now_ms(self) -> int:
        return self.world.now_ms()

    # The run.

    def run(self) -> None:
        """All clients and all faults, until the plan is used up. Faults may be left over."""
        rngs = self.plan.rngs(1 + self._clients_in_all())
        troubles = Troubles(self, self.plan, self.pace, rngs.pop())
        self._all = clients = self._clients(rngs)
        while not (troubles.is_over() and self.spent >= self.plan.operations):
            self.progress(self)
            now = self.now_ms()
            due = troubles.next_ms()
            if due is not None and due <= now:
                troubles.act()
            if self.spent < self.plan.operations:
                for client in clients:
                    if client.next_ms() <= now:
                        client.act(self)
            self._wait(troubles, clients)
        self.finish_open()

    def _clients_in_all(self) -> int:
        plan = self.plan
        return plan.producers + plan.consumers + plan.transactors + plan.members

    def _clients(self, rngs: list[Any]) -> list[Client]:
        count = self._clients_in_all()
        lasts = self.pace.mean_ms() * max(self.plan.faults, 1)
        think = lasts * count / max(self.plan.operations, 1)
        made: list[Client] = []
        for n in range(self.plan.producers):
            made.append(Producer(f"p{n + 1}", rngs[n], think, most_open=1 + n % 3))
        for n in range(self.plan.consumers):
            rng = rngs[self.plan.producers + n]
            one = Consumer(f"c{n + 1}", rng, think, at_replicas=n % 2 == 1, is_eager=n == 0)
            one.reads_committed = self.plan.transactors > 0 and n > 0
            made.append(one)
        by_epoch = ends_by_epoch(self.world.profile)
        for ident in self.transactional_ids:
            rng = rngs[len(made)]
            made.append(Transactor(ident, rng, think / 3, ident=ident, by_epoch=by_epoch))
        for n in range(self.plan.members):
            rng = rngs[len(made)]
            made.append(Member(f"g{n + 1}", rng, think / 3, ident=f"g{n + 1}", group=self.group))
        return made

    @property
    def retry_ms(self) -> int:
        return max(1, self.pace.lag_ms // 20)

    def _wait(self, troubles: Troubles, clients: list[Client]) -> None:
        """Until an answer comes, or someone is due."""
        now = self.now_ms()
        dues = [one.until_ms for one in self._open]
        if self.spent < self.plan.operations:
            dues += [client.next_ms() for client in clients]
        due = troubles.next_ms()
        if due is not None:
            dues.append(due)
        if self.is_busy():
            dues.append(now + _LOOK_AGAIN_MS)
            dues = [max(each, now + 1) for each in dues]
        ms = max(0, min(dues, default=now) - now)
        self.world.until(self._collected, ms / 1000)

    # Requests and answers.

    def ask(self, client: Client, node: int, request: Request, patience_ms: int) -> bool:
        line = self._line(client.name, node)
        if line is None:
            return False
        self.asked += 1
        self.spent += request["do"] not in ("metadata", "beat")
        number = self.asked
        now = self.now_ms()
        self.note(Asked(number, now, client.name, node, request))
        pending = send(line, request, self.world.real, now)
        self.world.operations += 1
        if request.get("acks") != 0:
            until_ms = now + patience_ms
            self._open.append(_Open(number, client, line, pending, request, until_ms))
        return True

    def _line(self, name: str, node: int) -> RawClient | None:
        key = (name, node)
        if key not in self._lines:
            try:
                self._lines[key] = RawClient(self.world.target, node, self._versions, name)
            except Unreachable:
                return None
        return self._lines[key]

    def _collected(self) -> bool | None:
        """Hands out the answers that are there. True if there was one."""
        found = False
        for one in list(self._open):
            if one not in self._open:
                continue  # its connection was dropped meanwhile
            outcome = one.line.answer_to(one.pending, 0.0)
            if outcome is not Silence.TIMED_OUT:
                self._end(one, outcome_of(one.request, outcome, self.world.symbol_of))
                found = True
            elif one.until_ms <= self.now_ms():
                self._end(one, {"silence": Silence.TIMED_OUT.value})
                found = True
        return found or None

    def _end(self, one: _Open, outcome: dict[str, Any]) -> None:
        self._open.remove(one)
        self.note(Answered(one.number, self.now_ms(), outcome))
        one.client.told(one.request, outcome)
        if "silence" in outcome:
            self._drop(one.line, outcome)

    def _drop(self, line: RawClient, outcome: dict[str, Any]) -> None:
        """A connection without an answer is of no more use; nor is what else waits on it."""
        line.close()
        self._lines = {key: kept for key, kept in self._lines.items() if kept is not line}
        for other in [one for one in self._open if one.line is line]:
            self._open.remove(other)
            self.note(Answered(other.number, self.now_ms(), outcome))
            other.client.told(other.request, outcome)

    def finish_open(self) -> None:
        """Waits for all answers, each as long as its client would."""
        while self._open:
            until = min(one.until_ms for one in self._open)
            self.world.until(self._collected, max(0, until - self.now_ms()) / 1000)

    # Faults.

    def inject(self, what: str, nodes: tuple[int, ...], ms: int = 0) -> None:
        for client in self._all:
            client.wake(self.now_ms(), self.pace.lag_ms)
        self.faults_begun += what not in ("start", "resume", "heal") and not (
            what == "delay" and ms == 0
        )
        self.note(Fault(self.now_ms(), what, nodes, ms))
        if self._worker is None:
            self._carry_out(what, nodes, ms)
        else:
            self.wait_for_faults()
            self._goes_on = self._worker.submit(self._carry_out, what, nodes, ms)

    def _carry_out(self, what: str, nodes: tuple[int, ...], ms: int) -> None:
        faults = self.world.faults
        if what in ("cut", "heal"):
            getattr(faults, what)(nodes)
        elif what == "delay":
            faults.delay((nodes[0], nodes[1]), ms)
        elif what == "restart":
            self.world.target.restart(nodes[0])  # type: ignore[attr-defined]
        else:
            getattr(faults, what)(nodes[0])
        if what in ("start", "restart", "resume"):
            self.note(Fault(self.now_ms(), what, nodes, ms, done=True))

    def leaders(self) -> list[int]:
        known: dict[str, tuple[int, int]] = {}
        for client in self._all:
            for partition, (node, epoch) in client.leaders.items():
                known[partition] = max(known.get(partition, (-1, -1)), (epoch, node))
        return [node for _, (_, node) in sorted(known.items()) if node > 0]

    def is_busy(self) -> bool:
        if self._goes_on is not None and self._goes_on.done():
            self._goes_on.result()  # raises what went wrong
            self._goes_on = None
        return self._goes_on is not None

    def wait_for_faults(self) -> None:
        if self._goes_on is not None:
            self._goes_on.result()
            self._goes_on = None

    def all_in_sync(self) -> bool:
        states = states_of(self.world, self.topics)
        return states is not None and all(
            len(states[p]["isr"]) == len(self.nodes) for p in self.partitions
        )

    def close(self) -> None:
        """Ends what is open and undoes every fault. Idempotent."""
        for line in self._lines.values():
            line.close()
        self._lines.clear()
        if self._worker is not None:
            self._worker.shutdown(wait=True)
        self.world.undo_faults()

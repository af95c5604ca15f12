"""The clients of a storm: producers and consumers that follow Metadata, as real ones do.

A client acts when it is due, and hears its answers later. What it knows may be long out of date:
that is how stale leaders come to be asked.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from random import Random
from typing import Any, Final, Protocol

from kafka_tck.properties.histories.requests import Request

Outcome = Mapping[str, Any]

NOBODY: Final = -1
FOREVER: Final = 1 << 62


class Post(Protocol):
    """What a client may do in a storm."""

    def ask(self, client: Client, node: int, request: Request, patience_ms: int) -> bool:
        """Sends a request; False if the node cannot be reached. The client is told the outcome."""

    def now_ms(self) -> int: ...

    @property
    def retry_ms(self) -> int:
        """How long an eager client waits until it asks again."""

    @property
    def nodes(self) -> tuple[int, ...]: ...

    @property
    def partitions(self) -> tuple[str, ...]: ...


@dataclass
class Client:
    """Common to all: a view of who leads, and when it acts next."""

    name: str
    rng: Random
    think_ms: float
    """How long it waits between its requests, on average."""
    due_ms: int = 0
    leaders: dict[str, tuple[int, int]] = field(default_factory=dict)
    """Leader and epoch of each partition, as this client was told last."""
    is_stale: bool = True
    """Whether it has reason to ask Metadata."""
    moved: list[str] = field(default_factory=list)
    """Partitions of which it has just heard that another node leads."""

    def wake(self, now_ms: int, within_ms: int) -> None:
        """Something happens to the cluster: the client acts soon, as often as not."""
        if self.rng.random() < 0.5:
            soon = now_ms + round(within_ms * self.rng.random() ** 3)
            self.due_ms = min(self.due_ms, soon)

    def next_ms(self) -> int:
        """When it acts next; `FOREVER` while it waits to be told something."""
        return self.due_ms

    def act(self, post: Post) -> None:
        """Sends what is to be sent now, and says when it is due again."""
        raise NotImplementedError

    def told(self, request: Request, outcome: Outcome) -> None:
        """How one of its requests ended."""
        if request["do"] == "metadata":
            self._learn(outcome)
        elif outcome.get("error", "silence") != "NONE":
            self.is_stale |= self.rng.random() < 0.8

    def _learn(self, outcome: Outcome) -> None:
        for partition, state in outcome.get("partitions", {}).items():
            known, epoch = self._leader(partition)
            if state["epoch"] >= epoch:
                self.leaders[partition] = (state["leader"], state["epoch"])
            if state["epoch"] > epoch >= 0 and state["leader"] not in (known, NOBODY):
                self.moved.append(partition)

    def _think(self, post: Post) -> None:
        """Some requests come in bursts, others after a long while."""
        burst = self.rng.random() < 0.4
        mean = self.think_ms * (0.05 if burst else 1.6)
        self.due_ms = post.now_ms() + round(self.rng.expovariate(1.0) * mean)

    def _patience(self) -> int:
        """Milliseconds that it waits for an answer."""
        return round(self.rng.choice([1.5, 5.0, 20.0]) * 1000)

    def _refresh(self, post: Post) -> bool:
        """Asks some node who leads. True if it did."""
        self.is_stale = False
        topics = sorted({partition.rpartition("-")[0] for partition in post.partitions})
        request = {"do": "metadata", "topics": topics}
        return post.ask(self, self.rng.choice(post.nodes), request, self._patience())

    def _leader(self, partition: str) -> tuple[int, int]:
        return self.leaders.get(partition, (NOBODY, -1))


@dataclass
class Producer(Client):
    """Sends every value once. It may have some requests in flight on one connection."""

    sent: int = 0
    open: int = 0
    """Requests that wait for their answers."""
    most_open: int = 1

    def act(self, post: Post) -> None:
        self._think(post)
        if self.is_stale or self.rng.random() < 0.02:
            self._refresh(post)
        elif self.open < self.most_open:
            self._write(post)

    def _write(self, post: Post) -> None:
        partition = self.rng.choice(post.partitions)
        node, _ = self._leader(partition)
        acks = self.rng.choice([-1, -1, -1, 1, 1, 0])
        count = self.rng.choice([1, 1, 2, 3])
        timeout_ms = self.rng.choice([50, 500, 1500, 5000])
        values = [f"{self.name}.{self.sent + n}" for n in range(1, count + 1)]
        self.sent += count
        if self.rng.random() < 0.02:
            node = self.rng.choice(post.nodes)
        if node == NOBODY:
            self.is_stale = True
            return
        request = {
            "do": "produce",
            "partition": partition,
            "values": values,
            "acks": acks,
            "timeout_ms": timeout_ms,
        }
        if not post.ask(self, node, request, timeout_ms + self._patience()):
            self.is_stale = True
        elif acks != 0:
            self.open += 1

    def told(self, request: Request, outcome: Outcome) -> None:
        super().told(request, outcome)
        if request["do"] == "produce":
            self.open -= 1


@dataclass
class Consumer(Client):
    """Polls where it stands, at the leader or at a replica; asks for bounds now and then."""

    positions: dict[str, int] = field(default_factory=dict)
    at_replicas: bool = False
    """Whether it likes to read from any replica."""
    reads_committed: bool = False
    """Whether it polls only for what is committed."""
    is_eager: bool = False
    """Whether it asks again and again who leads, and asks a new leader at once."""
    waits: bool = False
    """Whether an answer is still to come."""

    def next_ms(self) -> int:
        return FOREVER if self.waits else self.due_ms

    def act(self, post: Post) -> None:
        self._think(post)
        if self.is_eager and self.is_stale:
            self.due_ms = min(self.due_ms, post.now_ms() + post.retry_ms)
        if self.is_stale or self.rng.random() < 0.08:
            self.waits = self._refresh(post)
            return
        if self.is_eager and self.moved:
            self._greet(post, self.moved.pop())
            return
        partition = self.rng.choice(post.partitions)
        node, epoch = self._leader(partition)
        if self.rng.random() < (0.6 if self.at_replicas else 0.05):
            node = self.rng.choice(post.nodes)
        if node == NOBODY:
            self.is_stale = True
            return
        pinned = {"epoch": epoch} if self.rng.random() < 0.5 else {}
        request = {**self._wish(partition, epoch), **pinned}
        self.waits = post.ask(self, node, request, self._patience())
        self.is_stale |= not self.waits
        if self.is_stale and self.is_eager:
            self.due_ms = min(self.due_ms, post.now_ms() + post.retry_ms)

    def _greet(self, post: Post, partition: str) -> None:
        """Asks a new leader for its bounds, and for all that it gives."""
        node, epoch = self._leader(partition)
        self.due_ms = post.now_ms()
        position = self.positions.get(partition, 0)
        request: dict[str, Any] = {"partition": partition, "epoch": epoch}
        if self.rng.random() < 0.5:
            request |= {"do": "latest"}
        else:
            request |= {"do": self._poll(), "offset": position, "wait_ms": 0}
        self.waits = post.ask(self, node, request, self._patience())

    def _wish(self, partition: str, epoch: int) -> dict[str, Any]:
        chance = self.rng.random()
        if chance < 0.15:
            return {"do": "latest", "partition": partition}
        if chance < 0.19:
            return {"do": "earliest", "partition": partition}
        if chance < 0.23:
            of_epoch = self.rng.randint(0, max(epoch, 0))
            return {"do": "epoch_end", "partition": partition, "of_epoch": of_epoch}
        position = self.positions.get(partition, 0)
        if self.rng.random() < 0.1:
            position = max(0, position - self.rng.randint(1, 20))
        wait_ms = self.rng.choice([0, 0, 50, 500])
        return {"do": self._poll(), "partition": partition, "offset": position, "wait_ms": wait_ms}

    def _poll(self) -> str:
        return "read" if self.reads_committed else "fetch"

    def told(self, request: Request, outcome: Outcome) -> None:
        super().told(request, outcome)
        self.waits = False
        if self.is_eager and request["do"] == "metadata":
            self.is_stale = any(node == NOBODY for node, _ in self.leaders.values())
        end = next_offset(outcome) if request["do"] in ("fetch", "read") else None
        if end is not None:
            at = request["partition"]
            self.positions[at] = max(end, self.positions.get(at, 0))


def next_offset(outcome: Outcome) -> int | None:
    """Where a poll reads on; None if it was given nothing."""
    if "next" in outcome:
        end: int | None = outcome["next"]
        return end
    lasts = [each[-1][0] for each in (outcome.get("records"), outcome.get("markers")) if each]
    return max(lasts) + 1 if lasts else None

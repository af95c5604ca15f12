"""A client of a storm that writes in transactions, and starts over when it was told to."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any, Final

from kafka_tck.properties.histories.clients import (
    FOREVER,
    NOBODY,
    Client,
    Outcome,
    Post,
)
from kafka_tck.properties.histories.requests import Request

_ANOTHER_COORDINATOR: Final = frozenset(
    {"silence", "NOT_COORDINATOR", "COORDINATOR_NOT_AVAILABLE", "COORDINATOR_LOAD_IN_PROGRESS"}
)
_PASSES: Final = _ANOTHER_COORDINATOR | {
    "CONCURRENT_TRANSACTIONS",
    "NOT_LEADER_OR_FOLLOWER",
    "LEADER_NOT_AVAILABLE",
    "NOT_ENOUGH_REPLICAS",
    "NOT_ENOUGH_REPLICAS_AFTER_APPEND",
    "REQUEST_TIMED_OUT",
    "UNKNOWN_TOPIC_OR_PARTITION",
    "KAFKA_STORAGE_ERROR",
}
"""After these the same request is sent again."""
_STARTS_OVER: Final = frozenset(
    {
        "PRODUCER_FENCED",
        "INVALID_PRODUCER_EPOCH",
        "INVALID_PRODUCER_ID_MAPPING",
        "UNKNOWN_SERVER_ERROR",
        "TRANSACTIONAL_ID_NOT_FOUND",
    }
)
"""After these only a new instance can go on. After any other error the transaction is aborted."""

TIMEOUT_MS: Final = 4_000
"""The transaction timeout: shorter than many faults last."""


@dataclass
class Transactor(Client):
    """One transactional id. It sends one request at a time, and again what was not answered.

    Now and then it is forgotten in the middle, as a process that dies, and another instance with
    the same id begins: requests of the old one may still be on their way.
    """

    ident: str = ""
    by_epoch: bool = True
    """Whether every transaction has its own epoch. Where not, whoever has missed an answer takes
    a new epoch before the next transaction: a late request could decide that one (KIP-890).
    """
    pid: int = -1
    epoch: int = -1
    coordinator: int = NOBODY
    instance: int = 1
    transactions: int = 0
    todo: list[dict[str, Any]] = field(default_factory=list)
    """The requests of the present transaction that are still to be answered."""
    next_sequence: dict[str, int] = field(default_factory=dict)
    awaits: Request | None = None
    in_doubt: bool = False
    """Whether a request of this epoch was not answered."""

    def __post_init__(self) -> None:
        self.name = f"{self.ident}.{self.instance}"

    def next_ms(self) -> int:
        return FOREVER if self.awaits is not None else self.due_ms

    def act(self, post: Post) -> None:
        self._think(post)
        if self.is_stale:
            self._refresh(post)
            return
        request = self._next(post)
        node = self._place(post, request)
        if node == NOBODY:
            self.is_stale = True
        elif post.ask(self, node, request, self._patience()):
            self.awaits = request
            if self.rng.random() < 0.03:
                self._die()
        else:
            self._is_lost(request["do"])

    def _next(self, post: Post) -> dict[str, Any]:
        who = {"id": self.ident}
        if self.coordinator == NOBODY and (not self.todo or self.todo[0]["do"] != "produce"):
            return {"do": "find", **who}
        if self.pid < 0:
            return {"do": "init", **who, "timeout_ms": TIMEOUT_MS}
        if not self.todo:
            self.todo = self._transaction(post)
        return self.todo[0]

    def _place(self, post: Post, request: Request) -> int:
        if request["do"] == "find":
            return self.rng.choice(post.nodes)
        if request["do"] == "produce":
            return self._leader(request["partition"])[0]
        return self.coordinator

    def _transaction(self, post: Post) -> list[dict[str, Any]]:
        """One to three batches on one to three partitions, and how it is to end."""
        self.transactions += 1
        name = f"{self.name}#{self.transactions}"
        who = {"id": self.ident, "pid": self.pid, "epoch": self.epoch, "txn": name}
        requests: list[dict[str, Any]] = []
        for nth in range(self.rng.choice([1, 2, 2, 3])):
            partition = self.rng.choice(post.partitions)
            if not self.by_epoch:
                requests.append({"do": "add", **who, "partition": partition})
            values = [f"{name}.{nth}{each}" for each in "ab"[: self.rng.choice([1, 1, 2])]]
            first = self.next_sequence.get(partition, 0)
            self.next_sequence[partition] = first + len(values)
            requests.append(
                {
                    "do": "produce",
                    "partition": partition,
                    "values": values,
                    "acks": -1,
                    "timeout_ms": self.rng.choice([500, 1500, 5000]),
                    **who,
                    "first": first,
                }
            )
        return [*requests, {"do": "end", **who, "commit": self.rng.random() < 0.7}]

    def told(self, request: Request, outcome: Outcome) -> None:
        if request["do"] == "metadata":
            super().told(request, outcome)
            return
        if request is not self.awaits:
            return  # of an instance that is no more
        self.awaits = None
        error = "silence" if "silence" in outcome else outcome["error"]
        if error == "NONE":
            self._goes_on(request, outcome)
            return
        self.in_doubt |= error == "silence"
        if error in _ANOTHER_COORDINATOR or request["do"] == "produce":
            self._is_lost(request["do"])
        if error in _PASSES:
            return
        if error in _STARTS_OVER or request["do"] in ("find", "init", "end"):
            self._start_over()
        else:
            self._abort()

    def _goes_on(self, request: Request, outcome: Outcome) -> None:
        if request["do"] == "find":
            self.coordinator = outcome["node"]
        elif request["do"] == "init":
            self._becomes(outcome)
        else:
            self.todo.pop(0)
            if request["do"] == "end":
                self._has_ended(outcome)

    def _becomes(self, outcome: Outcome) -> None:
        self.pid, self.epoch = outcome["pid"], outcome["epoch"]
        self.next_sequence = {}
        self.in_doubt = False

    def _has_ended(self, outcome: Outcome) -> None:
        if "epoch" in outcome:
            self._becomes(outcome)
        elif self.in_doubt:
            self._start_over()

    def _is_lost(self, do: str) -> None:
        """Whoever was asked may be the wrong one."""
        if do == "produce":
            self.is_stale = True
        else:
            self.coordinator = NOBODY

    def _abort(self) -> None:
        """What is written is not to count. Sequences may have a gap: a new epoch has none."""
        end = self.todo[-1]
        self.todo = [{**end, "commit": False}]
        self.in_doubt = True

    def _start_over(self) -> None:
        self.todo = []
        self.pid = self.epoch = -1

    def _die(self) -> None:
        self._start_over()
        self.awaits = None
        self.instance += 1
        self.name = f"{self.ident}.{self.instance}"

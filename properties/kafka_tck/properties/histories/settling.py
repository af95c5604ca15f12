"""The end of a storm: everything is undone, the cluster recovers, and all is read once more."""

from __future__ import annotations

from typing import Any, Final

from kafka_tck.properties.histories.clients import Client, Outcome, Post, next_offset
from kafka_tck.properties.histories.events import Calm, Settled
from kafka_tck.properties.histories.members import Newcomer
from kafka_tck.properties.histories.requests import Request
from kafka_tck.properties.histories.storm import Storm
from kafka_tck.properties.histories.topics import PATIENCE, State, states_of
from kafka_tck.properties.histories.transactors import TIMEOUT_MS

_ANSWER_MS: Final = 10_000
"""How long one request of the end is waited for."""


class Reader(Client):
    """A client that sends one request after the other, and gives each outcome back."""

    last: Outcome | None = None

    def act(self, post: Post) -> None:
        """It acts only when it is called."""

    def told(self, request: Request, outcome: Outcome) -> None:
        self.last = outcome

    def call(self, storm: Storm, node: int, request: Request) -> Outcome:
        """The outcome of a request; `{"silence": ...}` if the node cannot be reached."""
        self.last = None
        if not storm.ask(self, node, request, _ANSWER_MS):
            return {"silence": "unreachable"}
        storm.finish_open()
        return self.last or {"silence": "unanswered"}


class _Settling:
    """The conditions of recovery, one after the other, on one bound of time."""

    def __init__(self, storm: Storm, bound: float) -> None:
        self.storm = storm
        self.bound = bound
        self.begun_ms = storm.now_ms()
        self.reader = Reader("end", storm.plan.rngs(1)[0], 0.0)
        self.states: dict[str, State] = {}
        self.written: dict[str, int] = {}
        self.tries = 0

    def left(self) -> float:
        """Seconds until the bound."""
        return max(0.0, self.bound - (self.storm.now_ms() - self.begun_ms) / 1000)

    def missing(self) -> tuple[str, ...]:
        """What has not come about within the bound."""
        until = self.storm.world.until
        if until(self._all_in_sync, self.left()) is None:
            return tuple(self._not_in_sync())
        for partition in self.storm.partitions:
            if until(lambda p=partition: self._wrote(p), self.left()) is None:  # type: ignore[misc]
                return (f"{partition} takes no write with acks=all",)
        late = [
            f"node {node} does not show offset {self.written[partition]} of {partition}"
            for partition in self.storm.partitions
            for node in self.storm.nodes
            if until(lambda p=partition, n=node: self._shows(p, n), self.left()) is None  # type: ignore[misc]
        ]
        return tuple(late) or self._undecided() or self._group_stands_still()

    def _undecided(self) -> tuple[str, ...]:
        """Whose transaction cannot be ended, and what then still holds readers back."""
        until = self.storm.world.until
        for ident in self.storm.transactional_ids:
            if until(lambda i=ident: self._begins_anew(i), self.left()) is None:  # type: ignore[misc]
                return (f"transactional id {ident} is given no new epoch",)
        for partition in self.storm.partitions if self.storm.transactional_ids else ():
            if until(lambda p=partition: self._is_decided(p), self.left()) is None:  # type: ignore[misc]
                return (f"a transaction holds back readers of {partition}",)
        return ()

    def _begins_anew(self, ident: str) -> bool | None:
        """A new instance: what the last one has left open is aborted by that."""
        found = self.reader.call(self.storm, self.storm.nodes[0], {"do": "find", "id": ident})
        if found.get("error") != "NONE":
            return None
        request = {"do": "init", "id": ident, "timeout_ms": TIMEOUT_MS}
        outcome = self.reader.call(self.storm, found["node"], request)
        return True if outcome.get("error") == "NONE" else None

    def _is_decided(self, partition: str) -> bool | None:
        poll = {**_poll(partition, self.written[partition]), "do": "read"}
        outcome = self.reader.call(self.storm, self._leader(partition), poll)
        return True if "lso" in outcome and outcome["lso"] == outcome["hw"] else None

    def _group_stands_still(self) -> tuple[str, ...]:
        """What a group does not do, whose members are all gone."""
        until, group = self.storm.world.until, self.storm.group
        if not group:
            return ()
        if until(self._tells_offsets, self.left()) is None:
            return (f"group {group} tells no committed offsets",)
        newcomer = Newcomer(group, self._asked_of_group)
        if until(newcomer.is_assigned, self.left()) is None:
            return (f"group {group} gives nothing to a new member",)
        return ()

    def _tells_offsets(self) -> bool | None:
        request = {"do": "committed", "of": list(self.storm.partitions)}
        return True if self._asked_of_group(request).get("error") == "NONE" else None

    def _asked_of_group(self, request: Request) -> Outcome:
        """What its coordinator answers."""
        group = {"group": self.storm.group}
        asking = {"do": "find_group", **group}
        found = self.reader.call(self.storm, self.storm.nodes[0], asking)
        if found.get("error") != "NONE":
            return found
        return self.reader.call(self.storm, found["node"], {**request, **group})

    def _all_in_sync(self) -> bool | None:
        states = states_of(self.storm.world, self.storm.topics)
        if states is None:
            return None
        self.states = states
        return None if self._not_in_sync() else True

    def _not_in_sync(self) -> list[str]:
        if not self.states:
            return ["the nodes do not agree on the partitions"]
        return [
            f"{p}: leader {state['leader']}, ISR {state['isr']}"
            for p, state in sorted(self.states.items())
            if len(state["isr"]) < len(self.storm.nodes) or state["leader"] < 0
        ]

    def _wrote(self, partition: str) -> bool | None:
        """Sends a new value until one is acknowledged."""
        self.tries += 1
        request = {
            "do": "produce",
            "partition": partition,
            "values": [f"end.{self.tries}"],
            "acks": -1,
            "timeout_ms": 2_000,
        }
        outcome = self.reader.call(self.storm, self._leader(partition), request)
        if outcome.get("error") != "NONE":
            self._all_in_sync()  # the leader may be another by now
            return None
        self.written[partition] = outcome["base_offset"]
        return True

    def _leader(self, partition: str) -> int:
        leader: int = self.states[partition]["leader"]
        return leader if leader > 0 else self.storm.nodes[0]

    def _shows(self, partition: str, node: int) -> bool | None:
        """Whether a consumer reads the new value at this replica."""
        at = self.written[partition]
        outcome = self.reader.call(self.storm, node, _poll(partition, at))
        return True if outcome.get("records") else None


def _poll(partition: str, offset: int) -> dict[str, Any]:
    return {"do": "fetch", "partition": partition, "offset": offset, "wait_ms": 0}


def settle(storm: Storm, bound: float = PATIENCE) -> None:
    """Undoes all faults, waits at most `bound` seconds until all is well, and reads everything."""
    storm.wait_for_faults()
    storm.world.undo_faults()
    storm.note(Calm(storm.now_ms()))
    settling = _Settling(storm, bound)
    missing = settling.missing()
    took = storm.now_ms() - settling.begun_ms
    storm.note(Settled(storm.now_ms(), took, round(bound * 1000), missing, dict(settling.states)))
    if not missing:
        for partition in storm.partitions:
            _read_all(settling, partition)


def _read_all(settling: _Settling, partition: str) -> None:
    """Everything at every replica, and at the leader where each epoch ends and the log begins."""
    end = settling.written[partition] + 1
    for node in settling.storm.nodes:
        _read_up_to(settling, partition, node, end, "fetch")
    leader = settling.states[partition]["leader"]
    if settling.storm.transactional_ids:
        _read_up_to(settling, partition, leader, end, "read")
    for do in ("latest", "earliest"):
        request = {"do": do, "partition": partition}
        settling.reader.call(settling.storm, leader, request)
    for epoch in range(settling.states[partition]["epoch"] + 1):
        question = {"do": "epoch_end", "partition": partition, "of_epoch": epoch}
        settling.reader.call(settling.storm, leader, question)


def _read_up_to(settling: _Settling, partition: str, node: int, end: int, do: str) -> None:
    at: int | None = 0
    while at is not None and at < end:
        poll = {**_poll(partition, at), "do": do}
        at = next_offset(settling.reader.call(settling.storm, node, poll))

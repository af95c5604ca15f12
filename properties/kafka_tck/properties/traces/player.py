"""Plays a trace of the durability module on a cluster, and looks for what was acknowledged.

Brokers follow by themselves, so a follower that the trace leaves behind has its link cut while a
record is produced; whoever is behind leaves the ISR when its time is up. What the trace says of
the ISR and of leaders is waited for; a cluster that does otherwise is told so.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from functools import partial
from itertools import combinations
from typing import Any, Final

from kafka_tck.adapters.client import Answer, Pending, RawClient
from kafka_tck.adapters.target import Faults, Misuse, Outages, Target, TargetOptions
from kafka_tck.model.specials import EARLIEST, LATEST
from kafka_tck.properties.traces.asking import (
    TOPIC,
    Otherwise,
    client_of,
    described,
    listed_offset,
    log_end,
    shown_records,
)
from kafka_tck.properties.traces.saved import SavedTrace, Step
from kafka_tck.wire.batches import Record, make_batch
from kafka_tck.wire.errors import error_name

PATIENCE: Final = 120.0
"""Seconds, on the target's clock, until what a trace says must have come about."""

LONG: Final = 600_000
"""Milliseconds that a producer waits for its acknowledgement."""


VOTING_NODES: Final = "nodes.vote"
"""The capability of a target whose nodes are the controllers, too: most of them must be up."""


def options_for(trace: SavedTrace, nodes: int = 1) -> TargetOptions:
    """The cluster that the trace wants, with at least so many nodes; it uses the first of them."""
    features = {"eligible.leader.replicas.version": 1 if trace.settings["elr"] else 0}
    return TargetOptions(nodes=max(nodes, trace.nodes), features=features)


@dataclass
class Played:
    """What came of it: lines to print, the records that were acknowledged, and those lost."""

    lines: list[str] = field(default_factory=list)
    acknowledged: list[int] = field(default_factory=list)
    lost: list[int] = field(default_factory=list)


class Player:
    """One playing of one trace on one target."""

    def __init__(self, target: Target, trace: SavedTrace) -> None:
        if not isinstance(target, Faults) or not isinstance(target, Outages):
            raise Misuse(f"{target.name} lacks fault.lose_power or fault.cut, which traces need")
        self.target = target
        self.faults: Faults = target
        self.outages: Outages = target
        self.trace = trace
        order = trace.order_of_nodes()
        self.broker = dict(zip(order, target.nodes(), strict=False))
        """The broker that plays each node of the model."""
        self.up = set(self.broker.values())
        self.pending: dict[int, Pending] = {}
        self.producers: dict[int, RawClient] = {}
        self.acked: set[int] = set()

    def play(self) -> Played:
        """Plays the steps as far as the cluster goes that way, and looks for what was told safe.

        Raises `Otherwise` if that cannot be told.
        """
        played = Played()
        try:
            self._make_topic()
            self._play_all(played)
            self._collect()
        finally:
            for producer in self.producers.values():
                producer.close()
        played.acknowledged = sorted(self.acked)
        played.lost = self.lost()
        return played

    def _play_all(self, played: Played) -> None:
        for at, step in enumerate(self.trace.steps):
            try:
                said = self._play(at, step)
                self._wait_for_acknowledgements(step)
            except Otherwise as otherwise:
                played.lines.append(f"{at + 1:3}  {step.said:45} goes another way: {otherwise}")
                return
            played.lines.append(f"{at + 1:3}  {step.said:45} {said}")

    def lost(self) -> list[int]:
        """What was acknowledged so far and the present leader does not have.

        A new leader shows less than it has until enough followers have fetched: links heal, then,
        and brokers start. What it has it keeps, and it gets nothing from them.
        """
        leader = self._leader_that_is_up()
        if self._not_shown(leader) and not self._shows_all(leader):
            self._heal_all()
            self._start_enough()
            self._until(lambda: self._shows_all(leader), "the leader shows all that it has")
        return sorted(self._not_shown(leader))

    def _not_shown(self, leader: int) -> set[int]:
        return self.acked - set(shown_records(self.target, leader))

    def _heal_all(self) -> None:
        for one, other in combinations(self.broker, 2):
            self._link(one, other, True)

    def _start_enough(self) -> None:
        """A high watermark stands still while fewer than `min.insync.replicas` are in sync."""
        for node in self.broker.values():
            if node not in self.up and len(self.up) < self.trace.settings["min_insync_replicas"]:
                self.faults.start(node)
                self.up.add(node)

    # Steps.

    def _play(self, at: int, step: Step) -> str:
        if step.action == "producer_writes" or "heir" in step.parameters:
            self._set_links(at, step.state["leader"])
        match step.action:
            case "producer_writes":
                return self._produce(at, step)
            case "leader_shrinks_isr":
                return self._wait_for_isr(step)
            case "broker_crashes":
                self.faults.kill(self.broker[step.parameters["broker"]])
                return self._ended(step)
            case "broker_loses_power":
                self.outages.lose_power(self.broker[step.parameters["broker"]])
                return self._ended(step)
            case "broker_restarts":
                return self._start(step)
            case "follower_fetches":
                return "followers fetch by themselves"
        raise Misuse(f"{step.action} cannot be played")

    def _make_topic(self) -> None:
        given = self.trace.settings
        configs = {
            "min.insync.replicas": str(given["min_insync_replicas"]),
            "unclean.leader.election.enable": str(given["unclean"]).lower(),
        }
        if given["flush"]:
            configs["flush.messages"] = "1"
        topic = {
            "name": TOPIC,
            "num_partitions": -1,
            "replication_factor": -1,
            "assignments": [{"partition_index": 0, "broker_ids": list(self.broker.values())}],
            "configs": [{"name": name, "value": value} for name, value in configs.items()],
        }
        with client_of(self.target, self.broker[0]) as client:
            answer = client.call("CreateTopics", 5, topics=[topic], timeout_ms=30_000)
        self._until(lambda: self._serves(self.broker[0]), f"the topic is made ({answer})")

    def _produce(self, at: int, step: Step) -> str:
        leader = step.parameters["leader"]
        number = len(self.pending)
        batch = make_batch([Record(None, str(number).encode(), timestamp=0)]).encode()
        data = [{"name": TOPIC, "partition_data": [{"index": 0, "records": batch}]}]
        client = RawClient(self.target, self.broker[leader])
        self.producers[number] = client
        acks = self.trace.settings["acks"]
        self.pending[number] = client.send(
            "Produce", 8, transactional_id=None, acks=acks, timeout_ms=LONG, topic_data=data
        )
        if acks == 0:
            self.acked.add(number)
        return f"record {number} to broker {self.broker[leader]}"

    def _set_links(self, at: int, leader: int) -> None:
        """Who follows the leader of this step, from before it leads."""
        for follower in self.broker:
            if leader >= 0 and follower != leader:
                self._link(follower, leader, self.trace.fetches(at, follower))

    def _link(self, follower: int, leader: int, is_open: bool) -> None:
        """Both ways: an answer that is under way would bring the record too."""
        pair = self.broker[follower], self.broker[leader]
        for sender, receiver in (pair, pair[::-1]):
            (self.outages.heal if is_open else self.outages.cut)(sender, receiver)

    def _wait_for_isr(self, step: Step) -> str:
        """Whoever is behind is out when the ISR is what the trace says."""
        wanted = {self.broker[node] for node in self.broker if step.state[f"brokers.{node}.in_isr"]}
        gone = self.broker[step.parameters["follower"]]
        self._until(lambda: gone not in self._isr(), f"broker {gone} leaves the ISR")
        return f"ISR {sorted(self._isr())}, {sorted(wanted)} in the trace"

    def _wait_for_acknowledgements(self, step: Step) -> None:
        """Nothing is cut or killed before what the trace says got through has got through."""
        for number, (is_acked, _) in enumerate(step.state["produced"]):
            if is_acked and number not in self.acked:
                self._until(partial(self._is_acked, number), f"record {number} is acknowledged")

    def _ended(self, step: Step) -> str:
        gone = self.broker[step.parameters["broker"]]
        self.up.discard(gone)
        if self._can_decide():
            self._until(lambda: self._is_offline(gone), f"broker {gone} is known to be gone")
        return self._wait_for_leader(step)

    def _can_decide(self) -> bool:
        """Whether somebody is there to ask, and to elect."""
        nodes = self.target.nodes()
        down = len(self.broker) - len(self.up)
        is_quorum = VOTING_NODES not in self.target.capabilities or 2 * down < len(nodes)
        return bool(self.up) and is_quorum

    def _is_offline(self, node: int) -> bool:
        found = self._partition()
        return found is not None and node in found.offline_replicas

    def _start(self, step: Step) -> str:
        node = self.broker[step.parameters["broker"]]
        self.faults.start(node)
        self.up.add(node)
        return self._wait_for_leader(step)

    def _wait_for_leader(self, step: Step) -> str:
        leader = step.state["leader"]
        wanted = -1 if leader < 0 else self.broker[leader]
        if not self._can_decide():
            return "nobody is there to decide who leads"
        self._until(lambda: self._is_decided(wanted), f"broker {wanted} leads")
        return f"leader {wanted}" if wanted >= 0 else "nobody leads"

    def _is_decided(self, wanted: int) -> bool:
        """Whether this broker leads, and does so already. Raises `Otherwise` if another does."""
        leader = self._leader()
        if leader != wanted and leader in self.up:
            raise Otherwise(
                f"it does not come about that broker {wanted} leads: broker {leader} does"
            )
        return leader == wanted and (wanted < 0 or self._serves(wanted))

    # Looking.

    def _until(self, condition: Callable[[], bool], what: str) -> None:
        if self.target.clock.until(lambda: True if condition() else None, PATIENCE) is None:
            raise Otherwise(f"within {PATIENCE:.0f} s it does not come about that {what}")

    def _partition(self) -> Any:
        """The partition as Metadata shows it at some broker that is up; None if none does."""
        for node in sorted(self.up):
            found = described(self.target, node)
            if found is not None:
                return found
        return None

    def _leader(self) -> int | None:
        found = self._partition()
        return None if found is None else int(found.leader_id)

    def _serves(self, node: int) -> bool:
        """Whether a broker answers as the leader: it may be told so later than others are."""
        return listed_offset(self.target, node, EARLIEST) is not None

    def _shows_all(self, leader: int) -> bool:
        """Whether the high watermark of the leader is where its log ends."""
        found = self._partition()
        end = None if found is None else log_end(self.target, leader, found.leader_epoch)
        return end is not None and listed_offset(self.target, leader, LATEST) == end

    def _isr(self) -> set[int]:
        found = self._partition()
        return set() if found is None else set(found.isr_nodes)

    def _is_acked(self, number: int) -> bool:
        outcome = self.producers[number].answer_to(self.pending[number], 0.0)
        if not isinstance(outcome, Answer):
            return False
        part = outcome.body.responses[0].partition_responses[0]
        if error_name(part.error_code) == "NONE":
            self.acked.add(number)
        return number in self.acked

    def _collect(self) -> None:
        """Which records were acknowledged after all."""
        for number in self.pending:
            if self.trace.settings["acks"] != 0:
                self._is_acked(number)

    def _leader_that_is_up(self) -> int:
        self._until(lambda: (self._leader() or -1) in self.up, "somebody leads")
        leader = self._leader()
        assert leader is not None
        return leader


def told(played: Played, trace: SavedTrace) -> Iterator[str]:
    """What was seen, for people."""
    yield from played.lines
    acked = ", ".join(map(str, played.acknowledged)) or "none"
    yield f"acknowledged: {acked}"
    if played.lost:
        yield f"LOST: {', '.join(map(str, played.lost))}, as the trace says"
    else:
        yield "nothing that was acknowledged is lost"

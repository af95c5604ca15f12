"""Plays a trace of the idempotence module on a broker, and asks the claim of what is there then.

A request is sent when the trace says that the leader handles it, on the connection that the trace
says; so what is late or comes twice in the trace does so here. Where the trace's leader can not
write, the request names a partition that the broker does not have: it is refused, and leaves no
trace. What a broker answers otherwise than the trace is told, and the playing goes on.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, Final

from kafka_tck.adapters.client import Answer, RawClient
from kafka_tck.adapters.target import Faults, Misuse, Target, TargetOptions
from kafka_tck.model.idempotence import Idempotence, idempotence
from kafka_tck.model.idempotence.state import REFUSED, WRITTEN
from kafka_tck.model.run import holds_in
from kafka_tck.model.specials import EARLIEST
from kafka_tck.model.terms import NONE
from kafka_tck.properties.traces.asking import (
    TOPIC,
    Otherwise,
    client_of,
    listed_offset,
    shown_records,
)
from kafka_tck.properties.traces.saved import SavedTrace, Step
from kafka_tck.wire.batches import Record, make_batch
from kafka_tck.wire.errors import error_name

PATIENCE: Final = 60.0
"""Seconds, on the target's clock, until what passes by itself must have passed."""

PARTITION, NO_PARTITION = 0, 1
"""The one that the topic has, and one that it has not."""

_FORGETFUL: Final = {
    "producer.id.expiration.ms": "5000",
    "producer.id.expiration.check.interval.ms": "500",
}
_BY_ITSELF: Final = {
    "followers_catch_up": "there are no followers",
    "producer_connects_again": "another connection",
    "producer_begins_an_epoch": "a new epoch",
}
_ON_ITS_WAY: Final = frozenset({"producer_sends", "producer_retries"})
_HANDLED: Final = frozenset(
    {"leader_writes", "leader_recognises", "leader_refuses", "leader_cannot_write"}
)
_HEARD: Final = frozenset({"producer_hears", "producer_hears_of_an_error"})


def idempotence_options(trace: SavedTrace, nodes: int = 1) -> TargetOptions:
    """One broker leads the partition of the trace; it forgets soon if it is to forget."""
    forgets = any(step.action == "leader_forgets" for step in trace.steps)
    return TargetOptions(nodes=nodes, config=_FORGETFUL if forgets else {})


class IdempotencePlayer:
    """One playing of one trace on one target."""

    def __init__(self, target: Target, trace: SavedTrace) -> None:
        self.target = target
        self.trace = trace
        self.given = Idempotence(**trace.settings)
        self.last: Any = trace.steps[-1].state
        self.node = target.nodes()[0]
        self.producer_id = NONE
        self.connections: dict[int, RawClient] = {}
        self.answers: dict[int, tuple[str, int]] = {}
        """By request: the error by name, and the base offset."""

    def play(self) -> tuple[list[str], bool]:
        """What each step came to, and whether the trace's claim is true of what is there now.

        Raises `Otherwise` if that cannot be told.
        """
        self._make_topic()
        if self.given.enable_idempotence:
            self._until(self._has_id, "a producer id is given")
        lines: list[str] = []
        try:
            for at, step in enumerate(self.trace.steps, 1):
                lines.append(f"{at:3}  {step.said:40} {self._play(step)}")
        finally:
            self._disconnect()
        log = shown_records(self.target, self.node)
        told = [record[0] for record in self.last["log"]]
        lines.append(f"log: {_listed(log)}; in the trace: {_listed(told)}")
        return lines, self._is_true(log)

    def _play(self, step: Step) -> str:
        if step.action in _BY_ITSELF:
            return _BY_ITSELF[step.action]
        if step.action in _ON_ITS_WAY:
            return "under way"
        if step.action in _HANDLED:
            return self._handled(step)
        if step.action in _HEARD:
            error, offset = self.answers[step.parameters["request"]]
            return f"hears {error}" if error != "NONE" else f"hears offset {offset}"
        if step.action == "leader_loads_a_snapshot":
            return self._restart()
        if step.action == "leader_forgets":
            self._until(self._knows_nobody, "the broker forgets the producer")
            return "the broker forgets the producer"
        raise Misuse(f"{step.action} cannot be played")

    # Steps.

    def _handled(self, step: Step) -> str:
        """The request arrives; what is answered, beside what the trace says."""
        number = step.parameters["request"]
        batch, connection, state, offset = step.state["requests"][number]
        partition = NO_PARTITION if step.action == "leader_cannot_write" else PARTITION
        error, base = self._sent(connection, batch, partition)
        self.answers[number] = error, base
        said = f"batch {batch}, connection {connection}: {_said(error, base)}"
        if state != WRITTEN:
            return said if error != "NONE" else f"{said}; refused in the trace"
        return (
            said if (error, base) == ("NONE", offset) else f"{said}; offset {offset} in the trace"
        )

    def _sent(self, connection: int, number: int, partition: int) -> tuple[str, int]:
        """One batch of one record, whose value is the batch's number: error and base offset."""
        client = self.connections.get(connection)
        if client is None:
            client = self.connections[connection] = RawClient(self.target, self.node)
        data = [{"index": partition, "records": self._batch(number)}]
        answer = client.call(
            "Produce",
            8,
            transactional_id=None,
            acks=-1,
            timeout_ms=30_000,
            topic_data=[{"name": TOPIC, "partition_data": data}],
        )
        if not isinstance(answer, Answer):
            raise Otherwise(f"batch {number} is not answered: {answer}")
        part = answer.body.responses[0].partition_responses[0]
        return error_name(part.error_code), int(part.base_offset)

    def _batch(self, number: int) -> bytes:
        records = [Record(None, str(number).encode(), timestamp=self.target.clock.now_ms())]
        if not self.given.enable_idempotence:
            return make_batch(records).encode()
        epoch, sequence = self.last["batches"][number][:2]
        return make_batch(
            records,
            producer_id=self.producer_id,
            producer_epoch=epoch,
            base_sequence=sequence,
        ).encode()

    def _restart(self) -> str:
        if not isinstance(self.target, Faults):
            raise Misuse(f"{self.target.name} lacks fault.restart, which this trace needs")
        self._disconnect()
        self.target.restart(self.node)
        self._until(self._serves, "the broker leads again")
        return "the broker restarts"

    def _disconnect(self) -> None:
        for client in self.connections.values():
            client.close()
        self.connections.clear()

    def _make_topic(self) -> None:
        topic = {
            "name": TOPIC,
            "num_partitions": 1,
            "replication_factor": 1,
            "assignments": [],
            "configs": [],
        }
        with client_of(self.target, self.node) as client:
            answer = client.call("CreateTopics", 5, topics=[topic], timeout_ms=30_000)
        self._until(self._serves, f"the topic is made ({answer})")

    # Looking.

    def _until(self, condition: Callable[[], bool], what: str) -> None:
        if self.target.clock.until(lambda: True if condition() else None, PATIENCE) is None:
            raise Otherwise(f"within {PATIENCE:.0f} s it does not come about that {what}")

    def _serves(self) -> bool:
        return listed_offset(self.target, self.node, EARLIEST) is not None

    def _knows_nobody(self) -> bool:
        topics = [{"name": TOPIC, "partition_indexes": [PARTITION]}]
        with client_of(self.target, self.node) as client:
            answer = client.call("DescribeProducers", 0, topics=topics)
        if not isinstance(answer, Answer):
            return False
        part = answer.body.topics[0].partitions[0]
        return error_name(part.error_code) == "NONE" and not part.active_producers

    def _has_id(self) -> bool:
        """Asks for a producer id: a broker may have none yet."""
        with client_of(self.target, self.node) as client:
            answer = client.call(
                "InitProducerId", 2, transactional_id=None, transaction_timeout_ms=60_000
            )
        if not isinstance(answer, Answer) or error_name(answer.body.error_code) != "NONE":
            return False
        self.producer_id = answer.body.producer_id
        return True

    def _is_true(self, log: list[int]) -> bool:
        """The trace's claim, of what was answered and of what the log has now."""
        claims = {**idempotence.anomalies, **idempotence.sometimes_claims}
        if self.trace.claim not in claims:
            raise Misuse(f"{self.trace.claim} is not an anomaly that a broker could show")
        claim = claims[self.trace.claim].claim
        return holds_in(idempotence, claim, self._observed(log), self.given)

    def _observed(self, log: list[int]) -> dict[str, Any]:
        found = {name: _plain(value) for name, value in self.last.items()}
        batches = found["batches"]
        found["log"] = tuple((one, *batches[one][:2], 1, 0) for one in log)
        requests = list(found["requests"])
        for number, (error, offset) in self.answers.items():
            batch, connection = requests[number][:2]
            there = log.index(batch) if batch in log else NONE
            written = (WRITTEN, offset) if error == "NONE" else (REFUSED, there)
            requests[number] = (batch, connection, *written)
        found["requests"] = tuple(requests)
        return found


def _said(error: str, base: int) -> str:
    return f"offset {base}" if error == "NONE" else error


def _listed(log: list[int]) -> str:
    return ", ".join(map(str, log)) or "nothing"


def _plain(value: Any) -> Any:
    """A sequence as the run reader has it."""
    return tuple(map(tuple, value)) if isinstance(value, list) else value

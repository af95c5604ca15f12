"""Twins: what must not matter does not matter."""

from typing import ClassVar

from hypothesis import strategies as st
from hypothesis.stateful import initialize, rule

from kafka_tck.evidence.events import to_json
from kafka_tck.properties.collect import conformance
from kafka_tck.properties.machine import Machine
from kafka_tck.properties.operations.comparing.twins import (
    Twin,
    reads_change_nothing,
    refused_leaves_no_trace,
    restarts_forget_nothing,
    unrelated_topics_commute,
)
from kafka_tck.properties.operations.deletion.deletion import DeleteRecords
from kafka_tck.properties.operations.fetching.fetch import Fetch
from kafka_tck.properties.operations.nodes import Restart
from kafka_tck.properties.operations.offsets.offsets import ListOffsets
from kafka_tck.properties.operations.operation import Operation
from kafka_tck.properties.operations.producing.produce import Produce, Rec
from kafka_tck.properties.operations.topics.topics import MakeTopic
from kafka_tck.properties.requirement import Requirement

COUNTS = st.integers(1, 3)
OFFSETS = st.integers(0, 8)
WHERE = st.integers(1, 12)


def _records(count: int, mark: str) -> tuple[Rec, ...]:
    return tuple(Rec("k", f"{mark}{i}", i) for i in range(count))


class Twins(Machine):
    """A program of a legitimate client; subclasses say what is inserted into it."""

    law: ClassVar[str] = ""

    @initialize()
    def begin(self) -> None:
        self.program: list[Operation] = [MakeTopic("t")]
        self.inserted: list[tuple[int, Operation]] = []

    @rule(count=COUNTS)
    def produce(self, count: int) -> None:
        self.program.append(Produce("t", 0, _records(count, "p")))

    @rule(offset=OFFSETS)
    def fetch(self, offset: int) -> None:
        self.program.append(Fetch("t", 0, offset))

    @rule(special=st.sampled_from([-1, -2, -3]))
    def ask(self, special: int) -> None:
        self.program.append(ListOffsets("t", 0, special))

    @rule(before=OFFSETS)
    def delete(self, before: int) -> None:
        self.program.append(DeleteRecords("t", 0, before))

    def insert(self, where: int, operation: Operation) -> None:
        """Inserts behind the making of the topic, at the latest at the end."""
        self.inserted.append((min(where, len(self.program)), operation))

    def teardown(self) -> None:
        try:
            if self.is_worth_it():
                self.do(self.twin())
        finally:
            super().teardown()

    def is_worth_it(self) -> bool:
        return bool(self.inserted)

    def twin(self) -> Twin:
        return Twin(
            self.law,
            tuple(to_json(step.to_json()) for step in self.program),
            tuple((where, to_json(step.to_json())) for where, step in self.inserted),
        )


class RefusedRequests(Twins):
    """Requests that are refused, between the steps of a legitimate client."""

    requirements: tuple[Requirement, ...] = (refused_leaves_no_trace,)
    law = "refused"

    @rule(where=WHERE, acks=st.sampled_from([2, -2]))
    def illegal_acks(self, where: int, acks: int) -> None:
        self.insert(where, Produce("t", 0, _records(1, "bad"), acks=acks))

    @rule(where=WHERE, before=st.sampled_from([-5, 1000]))
    def illegal_deletion(self, where: int, before: int) -> None:
        self.insert(where, DeleteRecords("t", 0, before))

    @rule(where=WHERE, offset=st.sampled_from([-1, 1000]))
    def illegal_read(self, where: int, offset: int) -> None:
        self.insert(where, Fetch("t", 0, offset))


class Reads(Twins):
    """Reads of every kind."""

    requirements: tuple[Requirement, ...] = (reads_change_nothing,)
    law = "read"
    weight = 0.5

    @rule(where=WHERE, offset=OFFSETS, limit=st.sampled_from([0, 1 << 20]))
    def read(self, where: int, offset: int, limit: int) -> None:
        self.insert(where, Fetch("t", 0, offset, partition_max_bytes=limit))

    @rule(where=WHERE, special=st.sampled_from([-1, -2, -3]))
    def ask_besides(self, where: int, special: int) -> None:
        self.insert(where, ListOffsets("t", 0, special))


class UnrelatedTopics(Twins):
    """Another topic is made, written and deleted from meanwhile."""

    requirements: tuple[Requirement, ...] = (unrelated_topics_commute,)
    law = "unrelated"
    weight = 0.5

    @initialize()
    def begin(self) -> None:
        super().begin()
        self.inserted.append((0, MakeTopic("other")))

    @rule(where=WHERE, count=COUNTS)
    def write_elsewhere(self, where: int, count: int) -> None:
        self.insert(where, Produce("other", 0, _records(count, "o")))

    @rule(where=WHERE, before=st.integers(-1, 3))
    def delete_elsewhere(self, where: int, before: int) -> None:
        self.insert(where, DeleteRecords("other", 0, before))


class CleanRestarts(Twins):
    """The node is restarted, cleanly, at some points."""

    requirements: tuple[Requirement, ...] = (restarts_forget_nothing,)
    law = "restart"
    weight = 0.2
    where = 0
    """Before which step; 0 while nothing has begun."""

    @initialize(where=WHERE)
    def begin(self, where: int) -> None:
        super().begin()
        self.where = where

    def is_worth_it(self) -> bool:
        return self.where > 0 and "fault.restart" in self.session.target.capabilities

    def twin(self) -> Twin:
        self.insert(self.where, Restart(self.session.target.nodes()[0]))
        return super().twin()


test_refused_requests = conformance(RefusedRequests)
test_reads = conformance(Reads)
test_unrelated_topics = conformance(UnrelatedTopics)
test_clean_restarts = conformance(CleanRestarts)

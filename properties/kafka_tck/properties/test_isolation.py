"""Transactions as readers see them: nothing undecided, nothing aborted, all that was committed."""

from hypothesis import strategies as st
from hypothesis.stateful import initialize, rule

from kafka_tck.properties.collect import conformance
from kafka_tck.properties.machine import Machine
from kafka_tck.properties.operations.isolation import laws
from kafka_tck.properties.operations.isolation.producer import AHEAD_MS
from kafka_tck.properties.operations.isolation.reading import ALL, ReadIsolated
from kafka_tck.properties.operations.isolation.transactions import (
    EndTransaction,
    StartProducer,
    WriteInTransaction,
)
from kafka_tck.properties.operations.isolation.undecided import transactions_of
from kafka_tck.properties.operations.producing.produce import Produce, Rec
from kafka_tck.properties.operations.topics.topics import MakeTopic
from kafka_tck.properties.requirement import Requirement

PRODUCERS = st.sampled_from(["p", "q"])
PARTITIONS = st.integers(0, 1)
ISOLATIONS = st.sampled_from([1, 1, 0])
LIMITS = st.sampled_from([ALL, 0, 100, 200])
PLAIN = (Rec("k", "plain", AHEAD_MS),)


class IsolatedReads(Machine):
    """Two producers with transactions and one without, and readers of both kinds."""

    requirements: tuple[Requirement, ...] = laws.ALL

    @initialize()
    def make_topic(self) -> None:
        self.do(MakeTopic("t", 2))
        for producer in ("p", "q"):
            self.do(StartProducer(producer))

    def _is_open(self, producer: str) -> bool:
        return producer in transactions_of(self.belief).open

    @rule(producer=PRODUCERS, partition=PARTITIONS, count=st.integers(1, 3), old=st.booleans())
    def write(self, producer: str, partition: int, count: int, old: bool) -> None:
        self.do(WriteInTransaction(producer, "t", partition, count, old))

    @rule(producer=PRODUCERS, commit=st.booleans())
    def end(self, producer: str, commit: bool) -> None:
        if self._is_open(producer):
            self.do(EndTransaction(producer, commit))

    @rule(partition=PARTITIONS)
    def write_without_a_transaction(self, partition: int) -> None:
        self.do(Produce("t", partition, PLAIN))

    @rule(partition=PARTITIONS, offset=st.integers(-1, 12), isolation=ISOLATIONS, limit=LIMITS)
    def read(self, partition: int, offset: int, isolation: int, limit: int) -> None:
        self.do(ReadIsolated("t", partition, offset, isolation, limit))


test_isolated_reads = conformance(IsolatedReads)

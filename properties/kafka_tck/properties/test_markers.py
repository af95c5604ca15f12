"""Transaction markers, also such that no coordinator wrote, and the producers they speak of."""

from hypothesis import strategies as st
from hypothesis.stateful import initialize, precondition, rule

from kafka_tck.properties.collect import conformance
from kafka_tck.properties.machine import Machine
from kafka_tck.properties.operations.isolation import marker_laws as laws
from kafka_tck.properties.operations.isolation.describing import DescribeProducers
from kafka_tck.properties.operations.isolation.markers import WriteBesides, WriteMarker
from kafka_tck.properties.operations.isolation.producer import live
from kafka_tck.properties.operations.isolation.reading import ReadIsolated
from kafka_tck.properties.operations.isolation.transactions import (
    EndTransaction,
    StartProducer,
    WriteInTransaction,
)
from kafka_tck.properties.operations.isolation.undecided import (
    numbers_known,
    stability_of,
    transactions_of,
)
from kafka_tck.properties.operations.topics.topics import MakeTopic
from kafka_tck.properties.requirement import Requirement

PARTITIONS = st.integers(0, 1)
ANYONE = st.sampled_from(["p", "s"])


class Markers(Machine):
    """A transactional producer, a stranger without transactions, and markers for both."""

    requirements: tuple[Requirement, ...] = laws.ALL
    marked_by_hand = False
    """The coordinator cannot end what others have ended: `p` then writes no more."""

    @initialize()
    def begin(self) -> None:
        self.do(MakeTopic("t", 2))
        self.do(StartProducer("p"))
        self.do(StartProducer("s", transactional=False))

    def _pid(self, producer: str) -> int:
        return live(self.run.world, producer).producer_id

    def _known(self, producer: str, partition: int) -> tuple[int, int, int]:
        """The epoch, the last sequence and the coordinator epoch that the partition knows."""
        place = ("t", partition)
        writer = stability_of(self.belief, place).writers.get(self._pid(producer))
        if writer is None:
            return max(0, live(self.run.world, producer).epoch), -1, 0
        last = numbers_known(self.belief, self._pid(producer), place).last
        return writer.epoch, last, max(0, writer.coordinator_epoch)

    def _is_open_on(self, producer: str, partition: int) -> bool:
        writer = stability_of(self.belief, ("t", partition)).writers.get(self._pid(producer))
        return writer is not None and writer.first is not None

    @precondition(lambda self: not self.marked_by_hand)
    @rule(partition=PARTITIONS, count=st.integers(1, 2), old=st.booleans())
    def write(self, partition: int, count: int, old: bool) -> None:
        self.do(WriteInTransaction("p", "t", partition, count, old))

    @precondition(lambda self: not self.marked_by_hand)
    @rule(commit=st.booleans())
    def end(self, commit: bool) -> None:
        if "p" in transactions_of(self.belief).open:
            self.do(EndTransaction("p", commit))

    @rule(
        producer=ANYONE,
        partition=PARTITIONS,
        later=st.sampled_from([0, 0, 1, -1]),
        coordinator=st.sampled_from([0, 0, 1, -1]),
        commit=st.booleans(),
        strict=st.booleans(),
    )
    def mark(
        self,
        producer: str,
        partition: int,
        later: int,
        coordinator: int,
        commit: bool,
        strict: bool,
    ) -> None:
        """A marker by hand, of an epoch near the one that the partition knows."""
        epoch, _, told = self._known(producer, partition)
        newest = self.session.profile.newest("WriteTxnMarkers")
        self.marked_by_hand |= producer == "p"
        self.do(
            WriteMarker(
                producer,
                "t",
                partition,
                max(0, epoch + later),
                commit,
                max(0, told + coordinator),
                strict and newest >= 2,
            )
        )

    @rule(
        producer=ANYONE,
        partition=PARTITIONS,
        later=st.sampled_from([0, 0, 1, -1]),
        back=st.sampled_from([0, 0, 1, 2]),
    )
    def write_besides(self, producer: str, partition: int, later: int, back: int) -> None:
        """A plain batch: the next one, or one that was there before."""
        if producer == "p" and not (self._is_open_on("p", partition) or self.marked_by_hand):
            return
        epoch, last, _ = self._known(producer, partition)
        first = 0 if later > 0 else max(0, last + 1 - back)
        self.do(WriteBesides(producer, "t", partition, max(0, epoch + later), first))

    @rule(partition=PARTITIONS, later=st.integers(0, 1))
    def repeat_behind_a_marker(self, partition: int, later: int) -> None:
        """A batch, a marker, and the batch again: it is known unless the epoch has changed."""
        epoch, last, coordinator = self._known("s", partition)
        batch = WriteBesides("s", "t", partition, epoch, last + 1)
        self.do(batch)
        self.do(WriteMarker("s", "t", partition, epoch + later, True, coordinator))
        self.do(batch)

    @rule(partition=PARTITIONS)
    def describe(self, partition: int) -> None:
        self.do(DescribeProducers("t", partition))

    @rule(partition=PARTITIONS, isolation=st.integers(0, 1))
    def read(self, partition: int, isolation: int) -> None:
        self.do(ReadIsolated("t", partition, 0, isolation))


test_markers = conformance(Markers)

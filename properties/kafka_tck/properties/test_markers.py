"""Transaction markers, also such that no coordinator wrote, and the producers they speak of."""

from hypothesis import strategies as st
from hypothesis.stateful import initialize, rule

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
NEAR = st.sampled_from([0, 0, 1, -1])
"""How far an epoch is from the one that is known."""


class Markers(Machine):
    """A transactional producer, a stranger without transactions, and markers for both."""

    requirements: tuple[Requirement, ...] = laws.ALL
    real_weight = 0.4
    lives = 0
    """How many transactional producers were marked by hand: no coordinator ends theirs."""

    @initialize()
    def begin(self) -> None:
        self.do(MakeTopic("t", 2))
        self.do(StartProducer("p"))
        self.do(StartProducer("s", transactional=False))

    @property
    def writer(self) -> str:
        """The transactional producer that nobody has marked by hand."""
        return f"p{self.lives or ''}"

    def _give_up(self) -> None:
        """Another transactional producer takes the place of one that was marked by hand."""
        self.lives += 1
        self.do(StartProducer(self.writer))

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

    @rule(partition=PARTITIONS, count=st.integers(1, 2), old=st.booleans())
    def write(self, partition: int, count: int, old: bool) -> None:
        self.do(WriteInTransaction(self.writer, "t", partition, count, old))

    @rule(commit=st.booleans())
    def end(self, commit: bool) -> None:
        if self.writer in transactions_of(self.belief).open:
            self.do(EndTransaction(self.writer, commit))

    @rule(
        partition=PARTITIONS,
        later=NEAR,
        coordinator=NEAR,
        commit=st.booleans(),
        strict=st.booleans(),
    )
    def mark(
        self, partition: int, later: int, coordinator: int, commit: bool, strict: bool
    ) -> None:
        """A marker for the stranger, of an epoch near the one that the partition knows."""
        self._mark("s", partition, later, coordinator, commit, strict)

    def _mark(
        self, who: str, partition: int, later: int, coordinator: int, commit: bool, strict: bool
    ) -> None:
        epoch, _, told = self._known(who, partition)
        at = (max(0, epoch + later), commit, max(0, told + coordinator))
        known = self.session.profile.newest("WriteTxnMarkers") >= 2
        self.do(WriteMarker(who, "t", partition, *at, strict=strict and known))

    @rule(partition=PARTITIONS, later=NEAR, commit=st.booleans(), strict=st.booleans())
    def mark_what_is_open(self, partition: int, later: int, commit: bool, strict: bool) -> None:
        """A marker by hand for an open transaction, and what the partition makes of it."""
        self.do(WriteInTransaction(self.writer, "t", partition))
        self._mark(self.writer, partition, later, 0, commit, strict)
        self.do(DescribeProducers("t", partition))
        self.do(ReadIsolated("t", partition, 0))
        self._give_up()

    @rule(partition=PARTITIONS, later=NEAR)
    def mark_for_two_coordinators(self, partition: int, later: int) -> None:
        """A marker of a coordinator that took over, and one of the coordinator before it."""
        self._mark("s", partition, 0, 2, True, False)
        self._mark("s", partition, later, -1, True, False)

    @rule(partition=PARTITIONS, later=st.integers(1, 2))
    def mark_for_two_epochs(self, partition: int, later: int) -> None:
        """A marker of a later epoch, and one of the epoch before it."""
        self._mark("s", partition, later, 0, True, False)
        self._mark("s", partition, -1, 0, True, False)

    @rule(partition=PARTITIONS, later=NEAR, back=st.sampled_from([0, 0, 1, 2]))
    def write_besides(self, partition: int, later: int, back: int) -> None:
        """A plain batch: the next one, or one that was there before."""
        epoch, last, _ = self._known("s", partition)
        first = 0 if later > 0 else max(0, last + 1 - back)
        self.do(WriteBesides("s", "t", partition, max(0, epoch + later), first))

    @rule(partition=PARTITIONS, back=st.integers(0, 1))
    def write_besides_what_is_open(self, partition: int, back: int) -> None:
        """The next batch of an open transaction, or its last one, without its bit."""
        self.do(WriteInTransaction(self.writer, "t", partition))
        epoch, last, _ = self._known(self.writer, partition)
        self.do(WriteBesides(self.writer, "t", partition, epoch, last + 1 - back))

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

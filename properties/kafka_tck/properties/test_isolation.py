"""Transactions as readers see them: nothing undecided, nothing aborted, all that was committed."""

from hypothesis import strategies as st
from hypothesis.stateful import initialize, rule

from kafka_tck.properties.collect import conformance
from kafka_tck.properties.machine import Machine
from kafka_tck.properties.operations.deletion.deletion import DeleteRecords
from kafka_tck.properties.operations.isolation import laws
from kafka_tck.properties.operations.isolation.beginning import BeginLater
from kafka_tck.properties.operations.isolation.offsets import LATEST, AskIsolated
from kafka_tck.properties.operations.isolation.producer import AHEAD_MS, live
from kafka_tck.properties.operations.isolation.reading import ALL, ReadIsolated
from kafka_tck.properties.operations.isolation.reading_whole import ReadWhole
from kafka_tck.properties.operations.isolation.replicated import MarkUnreplicated
from kafka_tck.properties.operations.isolation.segments import MakeSegmented
from kafka_tck.properties.operations.isolation.transactions import (
    EndTransaction,
    StartProducer,
    WriteInTransaction,
)
from kafka_tck.properties.operations.isolation.undecided import (
    lso_of,
    numbers_known,
    transactions_of,
)
from kafka_tck.properties.operations.isolation.waiting import WaitIsolated, as_text
from kafka_tck.properties.operations.operation import Operation
from kafka_tck.properties.operations.producing.produce import Produce, Rec
from kafka_tck.properties.operations.replication.replicated import MakeReplicated
from kafka_tck.properties.operations.topics.topics import MakeTopic
from kafka_tck.properties.operations.txn_offsets import laws as offset_laws
from kafka_tck.properties.operations.txn_offsets.asking import AskOffsets
from kafka_tck.properties.operations.txn_offsets.committing import CommitOffsets, PromiseOffsets
from kafka_tck.properties.operations.txn_offsets.ending import EndWithOffsets, RestartGroups
from kafka_tck.properties.operations.txn_offsets.sending import Entry
from kafka_tck.properties.requirement import Requirement

PRODUCERS = st.sampled_from(["p", "q"])
PARTITIONS = st.integers(0, 1)
ISOLATIONS = st.sampled_from([1, 1, 0])
LIMITS = st.sampled_from([ALL, 0, 100, 200])
MOST_MARKED = 3
"""Producers of one program whose markers are held back."""
MEANWHILE = st.sampled_from(["commit", "abort", "plain", "write"])


def plain(partition: int, after: int = 0) -> Produce:
    """A record of a producer without transactions."""
    return Produce("t", partition, (Rec("k", "plain", AHEAD_MS + after),))


class Transacting(Machine):
    """Two producers with transactions on two partitions, and what ends them."""

    @initialize()
    def make_ready(self) -> None:
        self.begin()

    def begin(self) -> None:
        self.make_topic()
        for producer in ("p", "q"):
            self.do(StartProducer(producer))

    def make_topic(self) -> None:
        self.do(MakeTopic("t", 2))

    def is_open(self, producer: str) -> bool:
        return producer in transactions_of(self.belief).open

    @rule(producer=PRODUCERS, partition=PARTITIONS, count=st.integers(1, 3), old=st.booleans())
    def write(self, producer: str, partition: int, count: int, old: bool) -> None:
        self.do(WriteInTransaction(producer, "t", partition, count, old))

    @rule(producer=PRODUCERS, commit=st.booleans())
    def end(self, producer: str, commit: bool) -> None:
        if self.is_open(producer):
            self.do(EndTransaction(producer, commit))

    @rule(partition=PARTITIONS)
    def write_without_a_transaction(self, partition: int) -> None:
        self.do(plain(partition))


class IsolatedReads(Transacting):
    """Readers of both kinds, that read at once or wait, and such that ask for offsets."""

    requirements: tuple[Requirement, ...] = laws.READING
    real_weight = 0.4

    @rule(
        partition=PARTITIONS,
        offset=st.integers(-1, 12),
        isolation=ISOLATIONS,
        limit=LIMITS,
        version=st.none() | st.integers(4, 18),
    )
    def read(
        self, partition: int, offset: int, isolation: int, limit: int, version: int | None
    ) -> None:
        if version is not None and version not in self.session.profile.versions("Fetch"):
            version = None
        self.do(ReadIsolated("t", partition, offset, isolation, limit, version))

    @rule(partition=PARTITIONS, isolation=ISOLATIONS)
    def ask_for_the_end(self, partition: int, isolation: int) -> None:
        self.do(AskIsolated("t", partition, LATEST, isolation=isolation))

    @rule(partition=PARTITIONS, isolation=ISOLATIONS, after=st.integers(0, 2))
    def ask_by_time(self, partition: int, isolation: int, after: int) -> None:
        self.do(plain(partition, after))
        self.do(AskIsolated("t", partition, at=AHEAD_MS + after, isolation=isolation))

    @rule(producer=PRODUCERS, partition=PARTITIONS, isolation=ISOLATIONS, then=MEANWHILE)
    def wait(self, producer: str, partition: int, isolation: int, then: str) -> None:
        """A transaction is open on the partition; a reader waits at its bound."""
        self.do(WriteInTransaction(producer, "t", partition))
        at = self.belief.at("t", partition)
        bound = lso_of(self.belief, ("t", partition)) if isolation else at["hw"]
        step = as_text(self._meanwhile(producer, partition, then))
        self.do(WaitIsolated("t", partition, bound, isolation, meanwhile=step))

    def _meanwhile(self, producer: str, partition: int, then: str) -> Operation:
        if then == "plain":
            return plain(partition)
        if then == "write":
            return WriteInTransaction(producer, "t", partition)
        return EndTransaction(producer, then == "commit")

    @rule(partition=PARTITIONS, commit=st.booleans(), other=st.booleans())
    def interleave(self, partition: int, commit: bool, other: bool) -> None:
        """Two transactions that overlap, and a plain batch; who began first ends first."""
        for step in (
            WriteInTransaction("p", "t", partition),
            plain(partition),
            WriteInTransaction("q", "t", partition),
            EndTransaction("p", commit),
            plain(partition),
        ):
            self.do(step)
        start = self.belief.at("t", partition)["log_start"]
        self.do(ReadIsolated("t", partition, start))
        self.do(EndTransaction("q", other))
        self.do(ReadIsolated("t", partition, start))

    @rule(producer=PRODUCERS, partition=PARTITIONS, old=st.booleans())
    def begin_later(self, producer: str, partition: int, old: bool) -> None:
        """A first batch that is not the first one."""
        pid = live(self.run.world, producer).producer_id
        if numbers_known(self.belief, pid, ("t", partition)).epoch < 0:
            self.do(BeginLater(producer, "t", partition, old))

    @rule(partition=PARTITIONS, before=st.sampled_from([-1, 1, 2, 3]))
    def delete_records(self, partition: int, before: int) -> None:
        """Also through an open transaction, which goes on."""
        self.do(DeleteRecords("t", partition, before))


class WholeTransactions(Transacting):
    """Everything is read again and again, with small limits, from many segments."""

    requirements = laws.WHOLE
    weight = 0.3
    real_weight = 0.2

    def make_topic(self) -> None:
        self.do(MakeSegmented("t", 2))

    @rule(producer=PRODUCERS, commit=st.booleans(), old=st.booleans())
    def write_to_all(self, producer: str, commit: bool, old: bool) -> None:
        """One transaction on both partitions, with a plain batch between."""
        self.do(WriteInTransaction(producer, "t", 0, 1, old))
        self.do(plain(0))
        self.do(WriteInTransaction(producer, "t", 1, 1, old))
        self.do(EndTransaction(producer, commit))

    @rule(partition=PARTITIONS, many=st.integers(2, 4), last=st.booleans())
    def abort_many(self, partition: int, many: int, last: bool) -> None:
        """So many aborted transactions of one producer, and one that may be committed."""
        for nth in range(many):
            self.do(WriteInTransaction("p", "t", partition))
            self.do(EndTransaction("p", last and nth == many - 1))
        self.do(ReadWhole("t", 2))

    @rule(limit=LIMITS)
    def read_whole(self, limit: int) -> None:
        self.do(ReadWhole("t", 2, limit))

    @rule(producer=PRODUCERS)
    def start_again(self, producer: str) -> None:
        """A new life of the producer aborts what the former one left open."""
        self.do(StartProducer(producer))


class RestartedTransactions(IsolatedReads):
    """The same behind a restart in the middle of transactions, of which one has offsets too."""

    requirements = (laws.stable_after_restart, offset_laws.after_restart)
    weight = 0.12
    real_weight = 0.08
    real_steps = 8

    def make_topic(self) -> None:
        self.do(MakeSegmented("t", 2))

    def begin(self) -> None:
        """An aborted transaction, a committed one and an open one; all are there behind it."""
        super().begin()
        if "fault.restart" not in self.session.target.capabilities:
            return
        for commit in (False, True):
            self.do(WriteInTransaction("p", "t", 0))
            self.do(EndTransaction("p", commit))
        self.do(WriteInTransaction("q", "t", 0))
        self.do(CommitOffsets("g", "t", (Entry(0, 5), Entry(1, 5))))
        self.do(PromiseOffsets("g", "t", (Entry(0, 3),), producer="q"))
        self.do(RestartGroups(self.session.target.nodes()[0]))
        for offset in range(self.belief.at("t", 0)["leo"]):
            self.do(ReadIsolated("t", 0, offset))
        self.do(AskOffsets("g", "t", (0, 1)))
        self.do(EndWithOffsets("q", True))
        self.do(AskOffsets("g", "t", (0, 1)))


class UnreplicatedMarkers(Machine):
    """Markers that the leader has and its followers do not, on three brokers."""

    requirements = (laws.undecided_until_replicated,)
    weight = 0.2
    real_weight = 0.08
    real_steps = 2
    leaves_nothing = True

    @initialize()
    def make_topic(self) -> None:
        self.marked = 0
        if self.run.world.faults.can("fault.cut"):
            self.do(MakeReplicated())

    @rule(commit=st.booleans())
    def mark(self, commit: bool) -> None:
        if self.marked < MOST_MARKED and self.run.world.faults.can("fault.cut"):
            self.marked += 1
            self.do(MarkUnreplicated(f"p{self.marked}", commit))


test_isolated_reads = conformance(IsolatedReads)
test_whole_transactions = conformance(WholeTransactions)
test_restarted_transactions = conformance(RestartedTransactions)
test_unreplicated_markers = conformance(UnreplicatedMarkers)

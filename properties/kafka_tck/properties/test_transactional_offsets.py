"""Offsets of groups: those committed in a transaction count with it, others at once."""

from hypothesis import strategies as st
from hypothesis.stateful import initialize, rule

from kafka_tck.properties.collect import conformance
from kafka_tck.properties.machine import Machine
from kafka_tck.properties.operations.isolation.producer import live
from kafka_tck.properties.operations.isolation.transactions import WriteInTransaction
from kafka_tck.properties.operations.isolation.undecided import transactions_of
from kafka_tck.properties.operations.topics.topics import MakeTopic
from kafka_tck.properties.operations.txn_offsets import laws
from kafka_tck.properties.operations.txn_offsets.asking import AskOffsets, DeleteGroup
from kafka_tck.properties.operations.txn_offsets.believed import known_of
from kafka_tck.properties.operations.txn_offsets.committing import CommitOffsets, PromiseOffsets
from kafka_tck.properties.operations.txn_offsets.ending import (
    EndWithOffsets,
    LookTogether,
    StartWithOffsets,
)
from kafka_tck.properties.operations.txn_offsets.sending import Entry
from kafka_tck.properties.requirement import Requirement

PRODUCERS = st.sampled_from(["p", "q"])
OWN = {"p": 0, "q": 1}
"""The partition whose offset a producer commits: each its own, so that ends can be told apart."""
SHARED = 2
UNKNOWN = 7
PARTITIONS = (0, 1, 2)
GROUPS = st.sampled_from(["g", "h"])
OFFSETS = st.integers(0, 9)
METADATA = st.sampled_from([0, 3, 4096])
VERSIONS = st.none() | st.integers(2, 10)


class PlainOffsets(Machine):
    """Groups without members that commit and ask."""

    requirements: tuple[Requirement, ...] = laws.PLAIN
    weight = 0.6
    real_weight = 0.3

    @initialize()
    def make_topic(self) -> None:
        self.do(MakeTopic("t", 3))

    @rule(
        group=GROUPS,
        partition=st.sampled_from(PARTITIONS),
        offset=OFFSETS,
        epoch=st.integers(-1, 2),
        metadata=METADATA,
        version=VERSIONS,
    )
    def commit(
        self,
        group: str,
        partition: int,
        offset: int,
        epoch: int,
        metadata: int,
        version: int | None,
    ) -> None:
        """Any offset, also a smaller one; then it is asked for."""
        if version is not None and version not in self.session.profile.versions("OffsetCommit"):
            version = None
        entries = (Entry(partition, offset, epoch, metadata),)
        self.do(CommitOffsets(group, "t", entries, version=version))
        self.do(AskOffsets(group, "t", PARTITIONS))

    @rule(group=GROUPS, offset=OFFSETS, metadata=st.sampled_from([0, 4097, 5000]))
    def commit_some_that_cannot_be(self, group: str, offset: int, metadata: int) -> None:
        """An entry with too much metadata or for no partition, between others."""
        bad = Entry(UNKNOWN, offset) if metadata == 0 else Entry(1, offset, -1, metadata)
        self.do(CommitOffsets(group, "t", (Entry(0, offset), bad, Entry(2, offset))))
        self.do(AskOffsets(group, "t", PARTITIONS))

    @rule(group=GROUPS, generation=st.integers(0, 1))
    def commit_for_a_generation(self, group: str, generation: int) -> None:
        self.do(CommitOffsets(group, "t", (Entry(0, 3),), generation))
        self.do(AskOffsets(group, "t", PARTITIONS))

    @rule(group=GROUPS, stable=st.booleans(), version=VERSIONS)
    def ask(self, group: str, stable: bool, version: int | None) -> None:
        self.do(AskOffsets(group, "t", PARTITIONS, stable, version))


class TransactionalOffsets(Machine):
    """Two producers that commit offsets in transactions, and groups that commit besides."""

    requirements: tuple[Requirement, ...] = laws.TRANSACTIONAL
    real_weight = 0.4

    @initialize()
    def begin(self) -> None:
        self.do(MakeTopic("t", 3))
        for producer in ("p", "q"):
            self.do(StartWithOffsets(producer))

    def _is_open(self, producer: str) -> bool:
        known = known_of(self.belief).offsets.pending
        return bool(live(self.run.world, producer).added or known.get(producer))

    def _groups_of(self, producer: str) -> set[str]:
        return {name for name in live(self.run.world, producer).added if isinstance(name, str)}

    @rule(producer=PRODUCERS, group=GROUPS, offset=OFFSETS, old=st.booleans())
    def promise(self, producer: str, group: str, offset: int, old: bool) -> None:
        entries = (Entry(OWN[producer], offset, 1, 2),)
        self.do(PromiseOffsets(group, "t", entries, producer=producer, old=old))

    @rule(group=GROUPS, offset=OFFSETS)
    def commit(self, group: str, offset: int) -> None:
        self.do(CommitOffsets(group, "t", (Entry(0, offset), Entry(SHARED, offset))))

    @rule(producer=PRODUCERS, commit=st.booleans())
    def end(self, producer: str, commit: bool) -> None:
        if self._is_open(producer):
            self.do(EndWithOffsets(producer, commit))

    @rule(group=GROUPS, stable=st.booleans(), version=VERSIONS)
    def ask(self, group: str, stable: bool, version: int | None) -> None:
        self.do(AskOffsets(group, "t", PARTITIONS, stable, version))

    @rule(
        producer=PRODUCERS,
        before=st.none() | OFFSETS,
        offset=OFFSETS,
        between=st.none() | OFFSETS,
        commit=st.booleans(),
    )
    def promise_and_end(
        self, producer: str, before: int | None, offset: int, between: int | None, commit: bool
    ) -> None:
        """A pending offset, maybe one before and one behind it, and the end of its transaction."""
        own = OWN[producer]
        if before is not None:
            self.do(CommitOffsets("g", "t", (Entry(own, before),)))
        self.do(PromiseOffsets("g", "t", (Entry(own, offset),), producer=producer))
        for stable in (True, False):
            self.do(AskOffsets("g", "t", PARTITIONS, stable))
        if between is not None:
            self.do(CommitOffsets("g", "t", (Entry(own, between),)))
        self.do(EndWithOffsets(producer, commit))
        self.do(AskOffsets("g", "t", PARTITIONS))

    @rule(first=PRODUCERS, commit=st.booleans(), other=st.booleans())
    def promise_both(self, first: str, commit: bool, other: bool) -> None:
        """Two transactions with offsets of one group, that end one after the other."""
        second = "q" if first == "p" else "p"
        for producer in (first, second):
            entries = (Entry(OWN[producer], 8),)
            self.do(PromiseOffsets("g", "t", entries, producer=producer))
        for producer, commits in ((first, commit), (second, other)):
            self.do(EndWithOffsets(producer, commits))
            self.do(AskOffsets("g", "t", PARTITIONS))

    @rule(producer=PRODUCERS, unknown=st.booleans(), old=st.booleans())
    def promise_some_that_cannot_be(self, producer: str, unknown: bool, old: bool) -> None:
        """What is refused is not pending, what is accepted with it is."""
        bad = Entry(UNKNOWN, 1) if unknown else Entry(SHARED, 1, -1, 5000)
        entries = (Entry(OWN[producer], 1), bad)
        self.do(PromiseOffsets("g", "t", entries, producer=producer, old=old))
        self.do(AskOffsets("g", "t", PARTITIONS))
        self.do(EndWithOffsets(producer, True))
        self.do(AskOffsets("g", "t", PARTITIONS))

    @rule(producer=PRODUCERS, old=st.booleans(), version=st.integers(1, 4))
    def promise_after_a_new_life(self, producer: str, old: bool, version: int) -> None:
        """The former life of a producer commits offsets, while its new one may have some too."""
        self.do(StartWithOffsets(producer))
        self.do(PromiseOffsets("g", "t", (Entry(OWN[producer], 5),), producer=producer, old=old))
        late = PromiseOffsets(
            "g", "t", (Entry(SHARED, 6),), producer=producer, old=old, version=version, late=1
        )
        self.do(late)
        self.do(AskOffsets("g", "t", PARTITIONS))
        self.do(EndWithOffsets(producer, True))
        self.do(AskOffsets("g", "t", PARTITIONS))

    @rule(producer=PRODUCERS, version=st.integers(1, 4))
    def promise_without_adding(self, producer: str, version: int) -> None:
        """The older protocol adds the group first; who does not is refused."""
        if self._is_open(producer):
            self.do(EndWithOffsets(producer, True))
        if not self._groups_of(producer):
            self.do(WriteInTransaction(producer, "t", 0, old=True))
            entries = (Entry(OWN[producer], 4),)
            self.do(
                PromiseOffsets(
                    "g", "t", entries, producer=producer, old=True, version=version, added=False
                )
            )
            self.do(EndWithOffsets(producer, True))
            self.do(AskOffsets("g", "t", PARTITIONS))

    @rule(producer=PRODUCERS, old=st.booleans())
    def promise_for_a_generation(self, producer: str, old: bool) -> None:
        self.do(PromiseOffsets("g", "t", (Entry(OWN[producer], 3),), 1, producer=producer, old=old))
        self.do(AskOffsets("g", "t", PARTITIONS))

    @rule(group=GROUPS, offset=OFFSETS)
    def delete_group(self, group: str, offset: int) -> None:
        self.do(CommitOffsets(group, "t", (Entry(SHARED, offset),)))
        self.do(DeleteGroup(group))
        self.do(AskOffsets(group, "t", PARTITIONS))


class ConsumeTransformProduce(Machine):
    """One application that reads `t`, and writes one record to `out` for each that it has read."""

    requirements = (laws.together_or_not,)
    weight = 0.4
    real_weight = 0.2

    @initialize()
    def begin(self) -> None:
        self.do(MakeTopic("t", 1))
        self.do(MakeTopic("out", 1))
        self.do(StartWithOffsets("c"))

    def _done(self) -> int:
        return max(0, known_of(self.belief).offsets.told(("g", "t", 0))[0])

    def _is_open(self) -> bool:
        return "c" in transactions_of(self.belief).open

    @rule(old=st.booleans(), offsets_first=st.booleans())
    def process_one(self, old: bool, offsets_first: bool) -> None:
        """Input and output of one record, in either order."""
        if self._is_open():
            return
        steps = (
            WriteInTransaction("c", "out", 0, 1, old),
            PromiseOffsets("g", "t", (Entry(0, self._done() + 1),), producer="c", old=old),
        )
        for step in reversed(steps) if offsets_first else steps:
            self.do(step)
            self.do(LookTogether("g", "t", "out"))

    @rule(commit=st.booleans())
    def end(self, commit: bool) -> None:
        if self._is_open():
            self.do(EndWithOffsets("c", commit))
        self.do(LookTogether("g", "t", "out"))

    @rule()
    def take_over(self) -> None:
        """Another life of the application: what was open is aborted."""
        self.do(StartWithOffsets("c"))
        self.do(LookTogether("g", "t", "out"))


test_plain_offsets = conformance(PlainOffsets)
test_transactional_offsets = conformance(TransactionalOffsets)
test_consume_transform_produce = conformance(ConsumeTransformProduce)

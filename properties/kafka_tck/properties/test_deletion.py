"""DeleteRecords: where the log start goes, what can be read then, and who refuses."""

from hypothesis import strategies as st
from hypothesis.stateful import initialize, precondition, rule

from kafka_tck.properties.collect import conformance
from kafka_tck.properties.machine import Machine
from kafka_tck.properties.operations.deletion.deletion import (
    DeleteRecords,
    compacted_topics_keep_their_start,
)
from kafka_tck.properties.operations.deletion.deletion_elsewhere import (
    DeleteAtAnother,
    DeleteFromInternal,
    DeleteFromSeveral,
    every_partition_is_answered_once,
    internal_topics_are_refused,
    only_leaders_delete,
)
from kafka_tck.properties.operations.deletion.log_start import (
    DeleteThenKill,
    LookAtStart,
    deleted_offsets_cannot_be_read,
    killed_brokers_keep_what_was_written,
    log_start_never_falls,
)
from kafka_tck.properties.operations.fetching.fetch import Fetch
from kafka_tck.properties.operations.offsets.offsets import ListOffsets
from kafka_tck.properties.operations.producing.produce import Produce, Rec
from kafka_tck.properties.operations.topics.topics import MakeTopic
from kafka_tck.properties.requirement import Requirement

COUNTS = st.integers(1, 4)
BEFORE = st.integers(-2, 9)
VERSIONS = st.sampled_from([0, 1, 2])


def records(count: int) -> tuple[Rec, ...]:
    return tuple(Rec("k", f"v{i}", i) for i in range(count))


class DeletedRecords(Machine):
    """Partitions of a topic that deletes, and one of a topic that only compacts."""

    requirements: tuple[Requirement, ...] = (
        every_partition_is_answered_once,
        compacted_topics_keep_their_start,
        log_start_never_falls,
        deleted_offsets_cannot_be_read,
        internal_topics_are_refused,
        only_leaders_delete,
    )

    @initialize(policy=st.sampled_from(["delete", "compact,delete"]))
    def make_topics(self, policy: str) -> None:
        self.asked_internal = False
        # All stays in the active segment, so nothing is cleaned while this machine looks.
        self.do(MakeTopic("t", 2, (("cleanup.policy", policy),)))
        self.do(MakeTopic("c", 1, (("cleanup.policy", "compact"),)))

    @rule(topic=st.sampled_from(["t", "c"]), count=COUNTS, codec=st.integers(0, 4))
    def produce(self, topic: str, count: int, codec: int) -> None:
        self.do(Produce(topic, 0, records(count), codec))

    @rule(topic=st.sampled_from(["t", "c"]), before=BEFORE, version=VERSIONS)
    def delete(self, topic: str, before: int, version: int) -> None:
        self.do(DeleteRecords(topic, 0, before, version))

    @rule(wants=st.dictionaries(st.integers(0, 3), BEFORE, min_size=1, max_size=3))
    def delete_from_several(self, wants: dict[int, int]) -> None:
        self.do(DeleteFromSeveral("t", tuple(wants.items())))

    @precondition(lambda self: len(self.session.target.nodes()) > 1)
    @rule(before=BEFORE, skip=st.integers(0, 1))
    def delete_at_another(self, before: int, skip: int) -> None:
        self.do(DeleteAtAnother("t", 0, before, skip))

    @precondition(lambda self: not self.asked_internal)
    @rule(before=st.sampled_from([0, -1, 5]))
    def delete_from_internal(self, before: int) -> None:
        self.asked_internal = True
        self.do(DeleteFromInternal(before))

    @rule(topic=st.sampled_from(["t", "c"]))
    def look(self, topic: str) -> None:
        self.do(LookAtStart(topic, 0))

    @rule(topic=st.sampled_from(["t", "c"]), offset=st.integers(-1, 9))
    def fetch(self, topic: str, offset: int) -> None:
        self.do(Fetch(topic, 0, offset))

    @rule(topic=st.sampled_from(["t", "c"]), special=st.sampled_from([-1, -2]))
    def ask(self, topic: str, special: int) -> None:
        self.do(ListOffsets(topic, 0, special))


class KilledAfterDeletion(Machine):
    """The broker is killed right after it deleted records."""

    requirements: tuple[Requirement, ...] = (killed_brokers_keep_what_was_written,)
    weight = 0.15

    @initialize()
    def make_topic(self) -> None:
        self.killed = False
        self.do(MakeTopic("t"))

    @rule(count=COUNTS, codec=st.integers(0, 4))
    def produce(self, count: int, codec: int) -> None:
        self.do(Produce("t", 0, records(count), codec))

    @rule(before=BEFORE)
    def delete(self, before: int) -> None:
        self.do(DeleteRecords("t", 0, before))

    @precondition(lambda self: not self.killed and len(self.session.target.nodes()) == 1)
    @precondition(lambda self: "fault.kill" in self.session.target.capabilities)
    @rule(before=BEFORE)
    def kill(self, before: int) -> None:
        self.killed = True
        self.do(DeleteThenKill("t", 0, before, self.session.target.nodes()[0]))

    @rule()
    def look(self) -> None:
        self.do(LookAtStart("t", 0))

    @rule(offset=st.integers(-1, 9))
    def fetch(self, offset: int) -> None:
        self.do(Fetch("t", 0, offset))


test_deleted_records = conformance(DeletedRecords)
test_killed_after_deletion = conformance(KilledAfterDeletion)

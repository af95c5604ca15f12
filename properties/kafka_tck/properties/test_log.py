"""The log of a partition: what is appended is read back, at its offsets, within its bounds."""

from hypothesis import strategies as st
from hypothesis.stateful import initialize, precondition, rule

from kafka_tck.properties.collect import conformance
from kafka_tck.properties.machine import Machine
from kafka_tck.properties.operations.answers import every_request_is_answered
from kafka_tck.properties.operations.deletion.deletion import (
    DeleteRecords,
    deleting_moves_the_log_start,
)
from kafka_tck.properties.operations.fetching.fetch import (
    Fetch,
    bounds_are_told,
    leaders_stamp_their_epoch,
    reads_make_progress,
    reads_out_of_range_are_refused,
    reads_return_what_was_stored,
    reads_start_with_the_batch,
    reads_stay_below_the_hw,
)
from kafka_tck.properties.operations.nodes import Restart, epochs_do_not_fall
from kafka_tck.properties.operations.offsets.offsets import (
    ListOffsets,
    by_time_is_the_first_in_offset_order,
    earliest_is_the_log_start,
    largest_is_the_first_of_the_largest,
    latest_is_the_hw,
)
from kafka_tck.properties.operations.producing.produce import (
    Produce,
    Rec,
    create_time_has_no_append_time,
    offsets_are_consecutive,
    valid_batches_are_accepted,
)
from kafka_tck.properties.operations.topics.topics import MakeTopic
from kafka_tck.properties.requirement import Requirement

TEXT = st.text("abc", max_size=3)
RECORDS = st.lists(
    st.builds(
        Rec,
        st.none() | TEXT,
        st.none() | TEXT,
        st.integers(-50, 50),
        st.lists(st.tuples(st.sampled_from(["h", "i"]), st.none() | TEXT), max_size=2).map(tuple),
    ),
    min_size=1,
    max_size=4,
).map(tuple)


class PartitionLog(Machine):
    """One client appends, reads, asks and deletes on one partition."""

    requirements: tuple[Requirement, ...] = (
        every_request_is_answered,
        offsets_are_consecutive,
        valid_batches_are_accepted,
        create_time_has_no_append_time,
        reads_out_of_range_are_refused,
        reads_return_what_was_stored,
        reads_start_with_the_batch,
        reads_make_progress,
        reads_stay_below_the_hw,
        bounds_are_told,
        leaders_stamp_their_epoch,
        latest_is_the_hw,
        earliest_is_the_log_start,
        by_time_is_the_first_in_offset_order,
        largest_is_the_first_of_the_largest,
        deleting_moves_the_log_start,
    )

    @initialize()
    def make_topic(self) -> None:
        self.do(MakeTopic("t"))

    @rule(records=RECORDS, codec=st.integers(0, 4), acks=st.sampled_from([-1, 1]))
    def produce(self, records: tuple[Rec, ...], codec: int, acks: int) -> None:
        self.do(Produce("t", 0, records, codec, acks))

    @rule(offset=st.integers(-1, 20), limit=st.sampled_from([1 << 20, 0, 100, 200]))
    def fetch(self, offset: int, limit: int) -> None:
        self.do(Fetch("t", 0, offset, partition_max_bytes=limit))

    @rule(special=st.sampled_from([-1, -2, -3]))
    def ask_for_a_special_offset(self, special: int) -> None:
        self.do(ListOffsets("t", 0, special))

    @rule(at=st.integers(-60, 60))
    def ask_by_time(self, at: int) -> None:
        self.do(ListOffsets("t", 0, at=at))

    @rule(before=st.integers(-2, 12))
    def delete_records(self, before: int) -> None:
        self.do(DeleteRecords("t", 0, before))


class RestartedLog(PartitionLog):
    """The same, with a broker that is restarted once: on a real one that takes a second."""

    requirements: tuple[Requirement, ...] = (epochs_do_not_fall,)
    weight = 0.2

    restarted = False

    @precondition(lambda self: not self.restarted)
    @precondition(lambda self: "fault.restart" in self.session.target.capabilities)
    @rule()
    def restart(self) -> None:
        self.restarted = True
        self.do(Restart(self.session.target.nodes()[0]))


test_partition_log = conformance(PartitionLog)
test_restarted_log = conformance(RestartedLog)

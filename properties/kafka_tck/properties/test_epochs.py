"""Leader epochs of one partition: where each began, what deletion forgets, who is fenced."""

from hypothesis import strategies as st
from hypothesis.stateful import initialize, precondition, rule

from kafka_tck.properties.collect import conformance
from kafka_tck.properties.machine import Machine
from kafka_tck.properties.operations.deletion.deletion import DeleteRecords
from kafka_tck.properties.operations.fetching.fetch import Fetch
from kafka_tck.properties.operations.nodes import Restart
from kafka_tck.properties.operations.offsets.epochs import (
    EndOfEpoch,
    consumed_records_are_not_called_cut,
    ends_of_epochs_follow_the_lineage,
    forgotten_epochs_end_at_the_first_known,
    unknown_partitions_have_no_epochs,
    wrong_current_epochs_are_fenced,
)
from kafka_tck.properties.operations.producing.produce import Produce, Rec
from kafka_tck.properties.operations.topics.topics import MakeTopic
from kafka_tck.properties.requirement import Requirement

VERSIONS = st.sampled_from([2, 3, 4])
CURRENT = st.sampled_from([-1, -1, 0, 1, 7])


class OneEpoch(Machine):
    """The first leader is still the only one."""

    requirements: tuple[Requirement, ...] = (
        ends_of_epochs_follow_the_lineage,
        wrong_current_epochs_are_fenced,
        unknown_partitions_have_no_epochs,
        consumed_records_are_not_called_cut,
    )

    @initialize()
    def make_topic(self) -> None:
        self.do(MakeTopic("t"))

    @rule(count=st.integers(1, 3))
    def produce(self, count: int) -> None:
        self.do(Produce("t", 0, tuple(Rec("k", f"v{i}", i) for i in range(count))))

    @rule(before=st.integers(-1, 8))
    def delete_records(self, before: int) -> None:
        self.do(DeleteRecords("t", 0, before))

    @rule(epoch=st.sampled_from([0, 0, 0, -1, 1, 2, 5]), current=CURRENT, version=VERSIONS)
    def ask(self, epoch: int, current: int, version: int) -> None:
        self.do(EndOfEpoch("t", 0, epoch, current, version))

    @rule(topic=st.sampled_from(["t", "nowhere"]), current=CURRENT)
    def ask_about_an_unknown_partition(self, topic: str, current: int) -> None:
        self.do(EndOfEpoch(topic, 5, 0, current))

    @rule(offset=st.integers(0, 8))
    def fetch(self, offset: int) -> None:
        self.do(Fetch("t", 0, offset))


class SeveralEpochs(OneEpoch):
    """The node is restarted, so that it leads again under later epochs."""

    requirements: tuple[Requirement, ...] = (forgotten_epochs_end_at_the_first_known,)
    weight = 0.12

    @initialize(count=st.integers(0, 2), forgets=st.sampled_from([True, True, False]))
    def make_topic(self, count: int, forgets: bool) -> None:
        self.restarts = 0
        self.do(MakeTopic("t"))
        if count:
            self.produce(count)
        if self.can_restart():
            self.restart()
        if forgets:
            self.delete_all()
            self.do(EndOfEpoch("t", 0, 0))

    def can_restart(self) -> bool:
        return "fault.restart" in self.session.target.capabilities

    @precondition(lambda self: self.restarts < 2 and self.can_restart())
    @rule()
    def restart(self) -> None:
        self.restarts += 1
        self.do(Restart(self.session.target.nodes()[0]))

    @rule()
    def delete_all(self) -> None:
        self.do(DeleteRecords("t", 0, -1))

    @rule(back=st.integers(-1, 3), version=VERSIONS)
    def ask_about_a_recent_epoch(self, back: int, version: int) -> None:
        # Of the negative epochs only -1 has a promised answer.
        epoch = max(-1, self.belief.at("t", 0)["epoch"] - back)
        self.do(EndOfEpoch("t", 0, epoch, -1, version))


test_one_epoch = conformance(OneEpoch)
test_several_epochs = conformance(SeveralEpochs)

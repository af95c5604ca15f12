"""Three replicas, of which one may be killed: what was promised to clients stays."""

from hypothesis import strategies as st
from hypothesis.stateful import initialize, precondition, rule

from kafka_tck.properties.collect import conformance
from kafka_tck.properties.machine import Machine
from kafka_tck.properties.operations.replication import laws
from kafka_tck.properties.operations.replication.replicated import (
    KillReplica,
    LeaveBehind,
    MakeReplicated,
    ProduceReplicated,
    ReadReplicated,
    StartReplicas,
)
from kafka_tck.properties.requirement import Requirement

MOST_DOWN = 1
"""With two of three gone a quorum of controllers on the same nodes would be gone too."""


class _Replicated(Machine):
    """Clients write and read while brokers die and come back."""

    requirements: tuple[Requirement, ...] = ()
    minima: tuple[int, ...] = (1,)

    @initialize(pick=st.integers(0, 1))
    def make_topic(self, pick: int) -> None:
        self.written = 0
        self.do(MakeReplicated(self.minima[pick % len(self.minima)]))

    @rule(acks=st.sampled_from([-1, 1]))
    def produce(self, acks: int) -> None:
        self.written += 1
        self.do(ProduceReplicated(f"v{self.written}", acks))

    @rule(follower=st.integers(0, 1))
    def read(self, follower: int) -> None:
        self.do(ReadReplicated(follower))

    @precondition(lambda self: len(self.run.world.faults.down) < MOST_DOWN)
    @rule(place=st.integers(0, 2))
    def kill(self, place: int) -> None:
        self.do(KillReplica(place))

    @precondition(lambda self: self.run.world.faults.down or self.run.world.faults.cuts)
    @rule()
    def start(self) -> None:
        self.do(StartReplicas())


class ReplicatedLog(_Replicated):
    """One broker may be gone, and followers may be behind."""

    requirements = (
        laws.acknowledged_records_stay,
        laws.what_was_read_stays,
        laws.nothing_is_invented,
        laws.leaderless_partitions_say_so,
        laws.epochs_rise_with_leaders,
        laws.everything_recovers,
        laws.followers_serve_committed,
    )
    minima = (1, 2)
    weight = 0.6

    @precondition(lambda self: "fault.cut" in self.session.target.capabilities)
    @precondition(lambda self: len(self.run.world.faults.cuts) < 2)
    @rule(place=st.integers(0, 1))
    def leave_behind(self, place: int) -> None:
        self.do(LeaveBehind(place))


class SmallIsr(_Replicated):
    """All replicas are needed in sync, and one may be gone."""

    requirements = (laws.small_isrs_refuse, laws.small_isrs_commit_nothing)
    minima = (3,)
    weight = 0.3


test_replicated_log = conformance(ReplicatedLog)
test_small_isr = conformance(SmallIsr)

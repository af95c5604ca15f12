"""The ISR: who is waited for, who counts as a member, and who leads without knowing less."""

from hypothesis import strategies as st
from hypothesis.stateful import precondition, rule

from kafka_tck.properties.collect import conformance
from kafka_tck.properties.operations.replication import laws
from kafka_tck.properties.operations.replication.as_replica import (
    KINDS_OF_REPLICA,
    SpeakAsReplica,
)
from kafka_tck.properties.operations.replication.breaking import (
    ComeBackSlowly,
    KillReplica,
    PartFollowers,
    SlowDown,
    StartReplicas,
)
from kafka_tck.properties.operations.replication.deposing import DeposeLeader
from kafka_tck.properties.operations.replication.members import LookAtMembers
from kafka_tck.properties.operations.replication.replicated import ReadReplicated
from kafka_tck.properties.operations.replication.writing import (
    ProduceReplicated,
    ProduceWhileCut,
    RepeatWhileCut,
)
from kafka_tck.properties.replicated_machine import ReplicatedMachine, WritingMachine


class WaitingForMembers(WritingMachine):
    """A follower is cut off, and batches wait for it."""

    requirements = (
        laws.acks_all_waits_for_all,
        laws.laggards_stop_nobody,
        laws.shrinking_fails_nothing_early,
        laws.repetitions_wait_too,
    )
    minima = (2, 3)
    weight = 0.25
    real_weight = 0.25
    real_steps = 15

    @precondition(lambda self: self.can("cut"))
    @rule(place=st.integers(0, 1))
    def produce_impatiently(self, place: int) -> None:
        self.mended()
        self.do(ProduceWhileCut(self.value(), place))

    @precondition(lambda self: self.can("cut"))
    @rule(place=st.integers(0, 1))
    def produce_patiently(self, place: int) -> None:
        self.mended()
        self.do(ProduceWhileCut(self.value(), place, patient=True))

    @precondition(lambda self: self.can("cut"))
    @rule(place=st.integers(0, 1))
    def repeat_while_cut(self, place: int) -> None:
        self.mended()
        self.do(RepeatWhileCut(self.value(), place))


class FalseReplicas(ReplicatedMachine):
    """Somebody fetches as a replica who may not."""

    requirements = (laws.replicas_are_who_they_say, laws.refused_fetches_count_nothing)
    minima = (2, 3)
    weight = 0.25

    @precondition(lambda self: self.can("cut"))
    @rule(kind=st.sampled_from(KINDS_OF_REPLICA), place=st.integers(0, 1))
    def speak_as_replica(self, kind: str, place: int) -> None:
        self.mended()
        if kind == "old-epoch":
            self.do_all(KillReplica(), StartReplicas())
        self.do(SpeakAsReplica(self.value(), kind, place))


class SlowFollowers(ReplicatedMachine):
    """Followers hear their leader late, and leaders change meanwhile."""

    requirements = (laws.members_have_what_is_committed,)
    minima = (1, 2)
    weight = 0.25

    @precondition(lambda self: self.can("cut", "delay"))
    @rule(place=st.integers(0, 1))
    def come_back_slowly(self, place: int) -> None:
        """Who comes back enters the ISR when it has all, and not when it is heard."""
        self.mended()
        self.do_all(
            ProduceWhileCut(self.value(), place, patient=True), ComeBackSlowly(), LookAtMembers()
        )

    @precondition(lambda self: self.can("delay"))
    @rule(place=st.integers(0, 1), acks=st.sampled_from([-1, 1]))
    def succeed_slowly(self, place: int, acks: int) -> None:
        """The follower of the next leader hears little of either."""
        self.mended()
        self.do_all(
            SlowDown(place, from_leader=acks == 1),
            SlowDown(place, from_leader=False),
            ProduceReplicated(self.value(), acks),
            KillReplica(),
            LookAtMembers(),
        )

    @precondition(lambda self: self.can("cut", "delay"))
    @rule(place=st.integers(0, 1))
    def succeed_and_come_back(self, place: int) -> None:
        """A new leader that knows an old high watermark meets who was left behind."""
        self.mended()
        self.do_all(
            ProduceWhileCut(self.value(), place, patient=True),
            PartFollowers(),
            KillReplica(),
            ComeBackSlowly(),
            LookAtMembers(),
        )


class DeposedLeaders(ReplicatedMachine):
    """A leader is isolated and does not know that another one leads."""

    requirements = (
        laws.deposed_leaders_commit_nothing,
        laws.epochs_find_deposed_leaders_out,
        laws.deposed_leaders_answer_who_waits,
    )
    minima = (1, 2)
    weight = 0.1

    @precondition(lambda self: self.can("cut", "cut_controllers"))
    @rule()
    def depose(self) -> None:
        self.mended()
        self.do_all(DeposeLeader(self.value()), StartReplicas(), ReadReplicated())


test_waiting_for_members = conformance(WaitingForMembers)
test_false_replicas = conformance(FalseReplicas)
test_slow_followers = conformance(SlowFollowers)
test_deposed_leaders = conformance(DeposedLeaders)

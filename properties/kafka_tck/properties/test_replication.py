"""Three replicas of which one may end or lag: what was promised to clients stays."""

from hypothesis import strategies as st
from hypothesis.stateful import precondition, rule

from kafka_tck.properties.collect import conformance
from kafka_tck.properties.machine import Machine
from kafka_tck.properties.operations.replication import laws
from kafka_tck.properties.operations.replication.breaking import (
    KillReplica,
    LeaveBehind,
    LoseController,
    PartFollowers,
    StartReplicas,
)
from kafka_tck.properties.operations.replication.members import AskFollowers, AskLatest
from kafka_tck.properties.operations.replication.minimum import ProduceAboveMinimum
from kafka_tck.properties.operations.replication.racks import FetchFromRack
from kafka_tck.properties.operations.replication.replicated import (
    DeleteReplicated,
    ReadReplicated,
)
from kafka_tck.properties.operations.replication.writing import (
    ProduceReplicated,
    ProduceWhileCut,
    WriteAlone,
)
from kafka_tck.properties.replicated_machine import ReplicatedMachine, WritingMachine


class ReplicatedLog(WritingMachine):
    """One broker may be gone, and followers may be behind."""

    requirements = (
        laws.acknowledged_records_stay,
        laws.what_was_read_stays,
        laws.nothing_past_the_high_watermark,
        laws.nothing_is_invented,
        laws.leaderless_partitions_say_so,
        laws.epochs_rise_with_leaders,
        laws.everything_recovers,
        laws.bounds_do_not_fall,
        laws.log_starts_can_be_read,
        laws.who_is_fenced_leaves,
        laws.followers_send_away,
    )
    minima = (1, 2)
    weight = 0.3

    @rule(place=st.integers(0, 2), acks=st.sampled_from([-1, 1]))
    def fail_over(self, place: int, acks: int) -> None:
        self.mended()
        self.do_all(ProduceReplicated(self.value(), acks), KillReplica(place), ReadReplicated())

    @precondition(lambda self: self.can("cut"))
    @rule(place=st.integers(0, 1), acks=st.sampled_from([-1, 1]))
    def fail_over_with_a_laggard(self, place: int, acks: int) -> None:
        """Of three one is behind and one ends: what is committed is on the third."""
        self.mended()
        self.do_all(
            LeaveBehind(place),
            ProduceReplicated(self.value(), acks),
            ReadReplicated(),
            KillReplica(),
            ReadReplicated(),
        )

    @precondition(lambda self: self.can("cut"))
    @rule(place=st.integers(0, 1), before=st.integers(1, 2))
    def delete_with_a_laggard(self, place: int, before: int) -> None:
        self.mended()
        self.do_all(
            ProduceReplicated(self.value()),
            LeaveBehind(place),
            DeleteReplicated(before),
            KillReplica(),
            ReadReplicated(),
        )

    @precondition(lambda self: self.can("cut", "cut_controllers"))
    @rule(place=st.integers(0, 1))
    def lose_controller(self, place: int) -> None:
        self.mended()
        self.do_all(LoseController(place), ProduceReplicated(self.value()))

    @rule(before=st.integers(1, 3))
    def delete(self, before: int) -> None:
        self.mended()
        self.do(DeleteReplicated(before))

    @rule()
    def ask_followers(self) -> None:
        self.do(AskFollowers(self.value()))


class Divergence(ReplicatedMachine):
    """A leader writes what nobody gets, ends, and comes back as a follower."""

    requirements = (
        laws.followers_serve_committed,
        laws.latest_is_not_before_committed,
    )
    minima = (1, 2)
    weight = 0.3

    @precondition(lambda self: self.can("cut"))
    @rule(alone=st.integers(1, 2), after=st.integers(0, 2))
    def diverge(self, alone: int, after: int) -> None:
        self.mended()
        for _ in range(alone):
            self.do(WriteAlone(self.value()))
        self.do(KillReplica())
        for _ in range(after):
            self.do(ProduceReplicated(self.value()))
        self.do_all(StartReplicas(), ReadReplicated())

    @precondition(lambda self: self.can("cut"))
    @rule()
    def ask_a_new_leader(self) -> None:
        """It has no follower that could tell it what is committed."""
        self.mended()
        self.do_all(ProduceReplicated(self.value()), PartFollowers(), KillReplica(), AskLatest())

    @precondition(lambda self: self.can("cut"))
    @rule(place=st.integers(0, 1))
    def read_past_a_laggard(self, place: int) -> None:
        """A follower has what is not committed, and does not show it."""
        self.mended()
        self.do_all(LeaveBehind(place), ProduceReplicated(self.value(), 1), ReadReplicated())


class SmallIsr(ReplicatedMachine):
    """All replicas are needed in sync, and one is gone."""

    requirements = (laws.small_isrs_refuse, laws.small_isrs_commit_nothing)
    minima = (3,)
    weight = 0.3
    real_steps = 4

    @rule(place=st.integers(0, 2), acks=st.sampled_from([-1, 1]))
    def produce_with_too_few(self, place: int, acks: int) -> None:
        self.mended()
        self.do_all(KillReplica(place), ProduceReplicated(self.value(), acks), ReadReplicated())

    @precondition(lambda self: self.can("cut"))
    @rule(place=st.integers(0, 1))
    def become_too_few(self, place: int) -> None:
        """The ISR becomes too small while a batch waits."""
        self.mended()
        self.do(ProduceWhileCut(self.value(), place, patient=True))


class Racks(ReplicatedMachine):
    """Consumers say their racks, also while the replica there is behind."""

    requirements = (laws.directed_to_members,)
    minima = (1,)
    weight = 0.3

    @rule(place=st.integers(0, 3), offset=st.integers(0, 1))
    def fetch(self, place: int, offset: int) -> None:
        self.do_all(ProduceReplicated(self.value()), FetchFromRack(place, offset))

    @precondition(lambda self: self.can("cut"))
    @rule(place=st.integers(0, 1))
    def fetch_past_a_laggard(self, place: int) -> None:
        self.mended()
        self.do_all(ProduceWhileCut(self.value(), place, patient=True), FetchFromRack(place + 1, 0))


class LoneReplica(Machine):
    """A topic of one replica that asks for more in sync."""

    requirements = (laws.small_groups_are_enough,)
    weight = 0.1

    @rule(minimum=st.integers(2, 4), acks=st.sampled_from([-1, 1]))
    def produce(self, minimum: int, acks: int) -> None:
        self.do(ProduceAboveMinimum(minimum, acks))


test_replicated_log = conformance(ReplicatedLog)
test_divergence = conformance(Divergence)
test_small_isr = conformance(SmallIsr)
test_racks = conformance(Racks)
test_lone_replica = conformance(LoneReplica)

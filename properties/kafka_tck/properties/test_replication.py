"""Three replicas that end, lag and lose one another: what was promised to clients stays."""

from hypothesis import strategies as st
from hypothesis.stateful import initialize, precondition, rule

from kafka_tck.properties.collect import conformance
from kafka_tck.properties.faults import Injected
from kafka_tck.properties.machine import Machine
from kafka_tck.properties.operations.replication import laws
from kafka_tck.properties.operations.replication.as_replica import (
    KINDS_OF_REPLICA,
    SpeakAsReplica,
)
from kafka_tck.properties.operations.replication.breaking import (
    ComeBackSlowly,
    KillReplica,
    LeaveBehind,
    PartFollowers,
    SlowDown,
    StartReplicas,
)
from kafka_tck.properties.operations.replication.deposing import DeposeLeader
from kafka_tck.properties.operations.replication.members import (
    AskFollowers,
    AskLatest,
    LookAtMembers,
)
from kafka_tck.properties.operations.replication.minimum import ProduceAboveMinimum
from kafka_tck.properties.operations.replication.racks import FetchFromRack
from kafka_tck.properties.operations.replication.replicated import (
    DeleteReplicated,
    MakeReplicated,
    ReadReplicated,
)
from kafka_tck.properties.operations.replication.writing import (
    ProduceReplicated,
    ProduceWhileCut,
    RepeatWhileCut,
    WriteAlone,
)
from kafka_tck.properties.requirement import Requirement

MOST_DOWN = 1
"""With two of three gone a quorum of controllers on the same nodes would be gone too."""
MOST_CUT = 2
"""Both ways of one link: a leader with no follower left is another machine's matter."""


class _Replicated(Machine):
    """Clients write and read while something is done to brokers and links."""

    requirements: tuple[Requirement, ...] = ()
    minima: tuple[int, ...] = (1,)

    @initialize(pick=st.integers(0, 1))
    def make_topic(self, pick: int) -> None:
        self.written = 0
        self.do(MakeReplicated(self.minima[pick % len(self.minima)]))

    def value(self) -> str:
        """A value that this program has not sent yet."""
        self.written += 1
        return f"v{self.written}"

    @property
    def faults(self) -> Injected:
        return self.run.world.faults

    def can(self, *faults: str) -> bool:
        return self.run.world.faults.can(*(f"fault.{name}" for name in faults))

    @rule(acks=st.sampled_from([-1, 1]))
    def produce(self, acks: int) -> None:
        self.do(ProduceReplicated(self.value(), acks))

    @rule()
    def read(self) -> None:
        self.do(ReadReplicated())

    @precondition(lambda self: self.faults.any())
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
        laws.bounds_do_not_fall,
        laws.latest_is_not_before_committed,
        laws.followers_send_away,
    )
    minima = (1, 2)
    weight = 0.6

    @precondition(lambda self: len(self.faults.down) < MOST_DOWN)
    @rule(place=st.integers(0, 2))
    def kill(self, place: int) -> None:
        self.do(KillReplica(place))

    @precondition(lambda self: self.can("cut") and len(self.faults.cuts) < MOST_CUT)
    @rule(place=st.integers(0, 1))
    def leave_behind(self, place: int) -> None:
        self.do(LeaveBehind(place))

    @precondition(lambda self: self.can("cut") and not self.faults.any())
    @rule()
    def part_followers(self) -> None:
        self.do(PartFollowers())

    @precondition(lambda self: self.can("cut") and not self.faults.any())
    @rule()
    def write_alone(self) -> None:
        self.do(WriteAlone(self.value()))

    @precondition(lambda self: not self.faults.any())
    @rule(before=st.integers(1, 3))
    def delete(self, before: int) -> None:
        self.do(DeleteReplicated(before))

    @rule()
    def ask_latest(self) -> None:
        self.do(AskLatest())

    @rule()
    def ask_followers(self) -> None:
        self.do(AskFollowers(self.value()))


class WaitingForMembers(_Replicated):
    """A follower is cut off, and batches wait for it."""

    requirements = (
        laws.acks_all_waits_for_all,
        laws.laggards_stop_nobody,
        laws.shrinking_fails_nothing_early,
        laws.repetitions_wait_too,
        laws.replicas_are_who_they_say,
        laws.refused_fetches_count_nothing,
    )
    minima = (2, 3)
    weight = 0.4

    @precondition(lambda self: self.can("cut") and not self.faults.any())
    @rule(place=st.integers(0, 1), patient=st.booleans())
    def produce_while_cut(self, place: int, patient: bool) -> None:
        self.do(ProduceWhileCut(self.value(), place, patient))

    @precondition(lambda self: self.can("cut") and not self.faults.any())
    @rule(place=st.integers(0, 1))
    def repeat_while_cut(self, place: int) -> None:
        self.do(RepeatWhileCut(self.value(), place))

    @precondition(lambda self: self.can("cut") and not self.faults.any())
    @rule(kind=st.sampled_from(KINDS_OF_REPLICA), place=st.integers(0, 1))
    def speak_as_replica(self, kind: str, place: int) -> None:
        self.do(SpeakAsReplica(self.value(), kind, place))


class SlowFollowers(_Replicated):
    """Followers hear their leader late, and leaders change meanwhile."""

    requirements = (laws.members_have_what_is_committed,)
    minima = (1, 2)
    weight = 0.4

    @precondition(lambda self: self.can("delay"))
    @rule(place=st.integers(0, 1), from_leader=st.booleans())
    def slow_down(self, place: int, from_leader: bool) -> None:
        self.do(SlowDown(place, from_leader))

    @precondition(lambda self: self.can("cut") and not self.faults.cuts)
    @rule(place=st.integers(0, 1))
    def produce_while_cut(self, place: int) -> None:
        self.do(ProduceWhileCut(self.value(), place, patient=True))

    @precondition(lambda self: self.can("cut", "delay") and self.faults.cuts)
    @rule()
    def come_back_slowly(self) -> None:
        self.do(ComeBackSlowly())

    @precondition(lambda self: len(self.faults.down) < MOST_DOWN)
    @rule()
    def kill_leader(self) -> None:
        self.do(KillReplica())

    @rule()
    def look(self) -> None:
        self.do(LookAtMembers())


class DeposedLeaders(_Replicated):
    """A leader is isolated and does not know that another one leads."""

    requirements = (
        laws.deposed_leaders_commit_nothing,
        laws.epochs_find_deposed_leaders_out,
        laws.deposed_leaders_answer_who_waits,
    )
    minima = (1, 2)
    weight = 0.2

    @precondition(lambda self: self.can("cut", "cut_controllers") and not self.faults.any())
    @rule()
    def depose(self) -> None:
        self.do(DeposeLeader(self.value()))


class SmallIsr(_Replicated):
    """All replicas are needed in sync, and one may be gone."""

    requirements = (laws.small_isrs_refuse, laws.small_isrs_commit_nothing)
    minima = (3,)
    weight = 0.3

    @precondition(lambda self: len(self.faults.down) < MOST_DOWN)
    @rule(place=st.integers(0, 2))
    def kill(self, place: int) -> None:
        self.do(KillReplica(place))


class Racks(_Replicated):
    """Consumers say their racks, also while the replica there is behind."""

    requirements = (laws.directed_to_members,)
    minima = (1,)
    weight = 0.3

    @rule(place=st.integers(0, 3), offset=st.integers(0, 1))
    def fetch(self, place: int, offset: int) -> None:
        self.do(FetchFromRack(place, offset))

    @precondition(lambda self: self.can("cut") and not self.faults.any())
    @rule(place=st.integers(0, 1))
    def produce_while_cut(self, place: int) -> None:
        self.do(ProduceWhileCut(self.value(), place, patient=True))


class LoneReplica(Machine):
    """A topic of one replica that asks for more in sync."""

    requirements = (laws.small_groups_are_enough,)
    weight = 0.1

    @rule(minimum=st.integers(2, 4), acks=st.sampled_from([-1, 1]))
    def produce(self, minimum: int, acks: int) -> None:
        self.do(ProduceAboveMinimum(minimum, acks))


test_replicated_log = conformance(ReplicatedLog)
test_waiting_for_members = conformance(WaitingForMembers)
test_slow_followers = conformance(SlowFollowers)
test_deposed_leaders = conformance(DeposedLeaders)
test_small_isr = conformance(SmallIsr)
test_racks = conformance(Racks)
test_lone_replica = conformance(LoneReplica)

"""Leaders end, are deposed and elected; operators ask for elections and move replicas."""

from hypothesis import strategies as st
from hypothesis.stateful import initialize, precondition, rule

from kafka_tck.properties.collect import conformance
from kafka_tck.properties.machine import Machine
from kafka_tck.properties.operations.elections import laws, moving_laws
from kafka_tck.properties.operations.elections.electing import Elect, ElectUnknown
from kafka_tck.properties.operations.elections.moving import (
    UNREGISTERED,
    BeginMove,
    CancelMove,
    Reassign,
    ReassignUnknown,
    Rejoin,
    Retarget,
)
from kafka_tck.properties.operations.elections.removed import AskRemoved, ReadMoved
from kafka_tck.properties.operations.elections.upsetting import (
    Depose,
    EndLeader,
    MakeCopied,
    Recover,
    RestartOutsider,
    StandAlone,
)
from kafka_tck.properties.operations.replication.writing import ProduceReplicated

TARGETS = st.permutations([0, 1, 2]).flatmap(
    lambda order: st.integers(1, 3).map(lambda count: tuple(order[:count]))
)
ILLEGAL = st.sampled_from([(), (0, 0), (1, 0, 1), (UNREGISTERED,), (0, UNREGISTERED)])


class _Electing(Machine):
    """Leaders come and go; one broker is down at most, so that controllers have a quorum."""

    shapes: tuple[tuple[int, int], ...] = ((3, 1),)
    """Replicas and min.insync.replicas of the topic."""
    leaves_nothing = True
    weight = 0.2

    @initialize(pick=st.integers(0, 11))
    def make_topic(self, pick: int) -> None:
        self.do(MakeCopied(*self.shapes[pick % len(self.shapes)]))

    def is_whole(self) -> bool:
        return not self.run.world.faults.any()

    @precondition(lambda self: not self.run.world.faults.cuts)
    @rule()
    def stand_alone(self) -> None:
        self.do(StandAlone())

    @precondition(lambda self: not self.run.world.faults.down)
    @rule()
    def end_leader(self) -> None:
        self.do(EndLeader())

    @precondition(lambda self: self.is_whole())
    @rule(unclean=st.booleans())
    def lose_all_in_sync(self, unclean: bool) -> None:
        self.do(StandAlone())
        self.do(EndLeader())
        self.do(Elect(unclean))

    @precondition(lambda self: self.is_whole())
    @rule()
    def depose(self) -> None:
        self.do(Depose())
        self.do(Elect())

    @precondition(lambda self: not self.is_whole())
    @rule()
    def recover(self) -> None:
        self.do(Recover())
        self.do(Elect())

    @rule(unclean=st.booleans())
    def elect(self, unclean: bool) -> None:
        self.do(Elect(unclean))


class Elections(_Electing):
    """Preferred and unclean elections, whether or not they are needed."""

    requirements = laws.ELECTIONS
    shapes = ((3, 1), (2, 1), (3, 3), (1, 1))

    @rule()
    def elect_all(self) -> None:
        self.do(Elect(everything=True))

    @rule(topic=st.booleans(), unclean=st.booleans())
    def elect_unknown(self, topic: bool, unclean: bool) -> None:
        self.do(ElectUnknown(topic, unclean))


class EligibleReplicas(_Electing):
    """The ISR is smaller than it must be, and who left it may have to lead."""

    requirements = laws.ELIGIBLE
    shapes = ((3, 2), (3, 3), (2, 2))

    @precondition(lambda self: not self.run.world.faults.down)
    @precondition(lambda self: self.run.world.faults.cuts)
    @rule()
    def restart_outsider(self) -> None:
        self.do(RestartOutsider())


class Reassignments(Machine):
    """A partition goes from replicas to replicas while clients write and read."""

    requirements = moving_laws.REASSIGNMENTS
    leaves_nothing = True

    @initialize(copies=st.integers(1, 3))
    def make_topic(self, copies: int) -> None:
        self.written = 0
        self.do(MakeCopied(copies))

    @rule()
    def produce(self) -> None:
        self.written += 1
        self.do(ProduceReplicated(f"v{self.written}"))

    @rule()
    def read(self) -> None:
        self.do(ReadMoved())

    @rule(wanted=TARGETS, keeps_factor=st.booleans())
    def reassign(self, wanted: tuple[int, ...], keeps_factor: bool) -> None:
        self.do(Reassign(wanted, keeps_factor))
        self.do(AskRemoved())

    @rule(wanted=ILLEGAL)
    def reassign_wrongly(self, wanted: tuple[int, ...]) -> None:
        self.do(Reassign(wanted))

    @rule(topic=st.booleans())
    def reassign_unknown(self, topic: bool) -> None:
        self.do(ReassignUnknown(topic))

    @precondition(lambda self: not self.run.world.faults.cuts)
    @rule(replaces=st.integers(0, 2))
    def begin(self, replaces: int) -> None:
        self.do(BeginMove(replaces))

    @rule()
    def cancel(self) -> None:
        self.do(CancelMove())

    @precondition(lambda self: self.run.world.faults.any())
    @rule()
    def rejoin(self) -> None:
        self.do(Rejoin())
        self.do(ReadMoved())


class LaterTargets(Machine):
    """A reassignment that runs is given another target."""

    requirements = (moving_laws.later_targets,)
    leaves_nothing = True
    weight = 0.24

    @initialize(back=st.booleans())
    def retarget(self, back: bool) -> None:
        self.do(MakeCopied(2))
        self.do(BeginMove(0 if back else 1))
        self.do(Retarget(everybody=not back))

    @rule()
    def cancel(self) -> None:
        self.do(CancelMove())


class RemovedReplicas(Machine):
    """A topic gets fewer replicas than it has to have in sync."""

    requirements = (moving_laws.elr_are_replicas,)
    leaves_nothing = True
    weight = 0.12

    @initialize(minimum=st.integers(2, 3), wanted=TARGETS)
    def remove_replicas(self, minimum: int, wanted: tuple[int, ...]) -> None:
        self.do(MakeCopied(3, minimum))
        self.do(Reassign(wanted[: minimum - 1]))

    @rule()
    def look(self) -> None:
        self.do(AskRemoved())


test_later_targets = conformance(LaterTargets)
test_removed_replicas = conformance(RemovedReplicas)
test_reassignments = conformance(Reassignments)
test_elections = conformance(Elections)
test_eligible_replicas = conformance(EligibleReplicas)

"""Leaders end, are deposed and elected; operators ask for elections and move replicas."""

from hypothesis import strategies as st
from hypothesis.stateful import initialize, precondition, rule

from kafka_tck.properties.collect import conformance
from kafka_tck.properties.machine import Machine
from kafka_tck.properties.operations.elections import laws
from kafka_tck.properties.operations.elections.electing import Elect, ElectUnknown
from kafka_tck.properties.operations.elections.upsetting import (
    Depose,
    EndLeader,
    MakeCopied,
    Recover,
    RestartOutsider,
    StandAlone,
)


class _Electing(Machine):
    """Leaders come and go; one broker is down at most, so that controllers have a quorum."""

    shapes: tuple[tuple[int, int], ...] = ((3, 1),)
    """Replicas and min.insync.replicas of the topic."""
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


test_elections = conformance(Elections)
test_eligible_replicas = conformance(EligibleReplicas)

"""Coordinators by themselves: what they abort for its age, and what they know after a restart."""

from typing import Final

from hypothesis import strategies as st
from hypothesis.stateful import initialize, precondition, rule

from kafka_tck.model.coordination.writing import ADDS
from kafka_tck.properties.collect import conformance
from kafka_tck.properties.operations.operation import Operation
from kafka_tck.properties.operations.topics.topics import MakeTopic
from kafka_tck.properties.operations.transactions import show_laws, sides, trace_laws
from kafka_tck.properties.operations.transactions.adding import AddPartitions
from kafka_tck.properties.operations.transactions.believed import coordinated
from kafka_tck.properties.operations.transactions.ending import BUMPS, EndTransaction
from kafka_tck.properties.operations.transactions.holding import (
    HoldMarkers,
    MoveCoordinator,
    ReleaseMarkers,
    SeeMarkers,
    WatchDecided,
)
from kafka_tck.properties.operations.transactions.initialising import InitTransactional
from kafka_tck.properties.operations.transactions.showing import AwaitEnd, DescribeTransaction
from kafka_tck.properties.operations.transactions.waiting import AwaitTimeout, RestartCoordinator
from kafka_tck.properties.operations.transactions.writing import ProduceInTransaction
from kafka_tck.properties.transactions_machine import (
    IDS,
    PARTITIONS,
    SITUATIONS,
    Transactions,
)

LONG: Final = 10_000
SHORT: Final = 400
"""A timeout that is worth waiting for, in ms."""
QUESTIONS: Final = (
    "begin",
    "begin as the owner",
    "add",
    "end so",
    "end otherwise",
    "write",
    "write anew",
)


class Outlived(Transactions):
    """Owners that fall asleep with a transaction open, and come back."""

    requirements = (show_laws.timed_out,)
    weight = 0.2
    real_weight = 0.1
    real_steps = 2

    @rule(
        letter=IDS,
        partition=PARTITIONS,
        anew=st.booleans(),
        asks_anew=st.booleans(),
        commit=st.booleans(),
        writes=st.booleans(),
    )
    def fall_asleep(
        self,
        letter: str,
        partition: int,
        anew: bool,
        asks_anew: bool,
        commit: bool,
        writes: bool,
    ) -> None:
        """Whoever comes back is fenced, and may begin anew."""
        symbol, _ = self.owned(letter)
        self.begin_anew(symbol)
        self.ask(InitTransactional(symbol, timeout_ms=SHORT))
        self.begin(letter, partition, 0, anew=anew)
        slept = self.known(symbol)
        self.ask(AwaitTimeout(symbol, SHORT))
        if slept is None:
            return
        if writes:
            self.write_as(symbol, slept.epoch, partition, anew=asks_anew)
        version = self.version("EndTxn", 0, anew=asks_anew, first_anew=BUMPS)
        self.ask(EndTransaction(symbol, slept.epoch, commit, version))
        self.ask(DescribeTransaction(symbol))
        self.begin_anew(symbol)


class RestartedCoordinators(Transactions):
    """A clean restart in every situation."""

    requirements = (trace_laws.after_restart,)
    weight = 0.3
    real_weight = 0.16
    real_steps = 4
    restarted = False

    @rule(letter=IDS, situation=SITUATIONS, partition=PARTITIONS, anew=st.booleans())
    def prepare(self, letter: str, situation: str, partition: int, anew: bool) -> None:
        """One more id in some situation."""
        self.bring(letter, situation, partition, anew=anew)

    @precondition(lambda self: not self.restarted)
    @precondition(lambda self: "fault.restart" in self.session.target.capabilities)
    @rule(letter=IDS, situation=SITUATIONS, partition=PARTITIONS, anew=st.booleans())
    def restart(self, letter: str, situation: str, partition: int, anew: bool) -> None:
        """The owner goes on after it."""
        self.restarted = True
        symbol = self.bring(letter, situation, partition, anew=anew)
        self.ask(RestartCoordinator(self.session.target.nodes()[0]))
        self.ask(AwaitEnd(symbol))
        self.go_on(letter, partition, anew=anew)


class SlowEnds(Transactions):
    """What is asked before a transaction is complete: at once, or while a marker is held."""

    requirements = sides.WHILE_ENDING
    weight = 0.2
    real_weight = 0.4
    real_steps = 4
    recoveries = 0

    @initialize()
    def make_wide_topic(self) -> None:
        self.do(MakeTopic("wide", 3))

    @rule(
        letter=IDS,
        anew=st.booleans(),
        commit=st.booleans(),
        held=st.booleans(),
        moves=st.booleans(),
        asks=st.lists(st.sampled_from(QUESTIONS), min_size=1, max_size=3),
    )
    def end_slowly(
        self, letter: str, anew: bool, commit: bool, held: bool, moves: bool, asks: list[str]
    ) -> None:
        """The markers of a transaction on three partitions, of which one may be held."""
        self.renew(letter)
        symbol, known = self.owned(letter)
        wide = tuple(("wide", index) for index in range(3))
        self.ask(AddPartitions(symbol, known.epoch, wide))
        if held:
            self.ask(HoldMarkers(symbol, "wide"))
        version = self.version("EndTxn", 0, anew=anew, first_anew=BUMPS)
        end = EndTransaction(symbol, known.epoch, commit, version)
        self.ask(end)
        for ask in asks:
            self.ask_for(ask, symbol, end)
        if held and moves and self.can_move:
            self.ask(MoveCoordinator(symbol))
        if symbol in coordinated(self.belief).held:
            self.ask(WatchDecided(symbol, SHORT))
        if held:
            self.ask(ReleaseMarkers())
        self.ask(AwaitEnd(symbol))

    @precondition(lambda self: self.can_move and self.recoveries < 2)
    @rule(letter=IDS, anew=st.booleans(), commit=st.booleans())
    def recover(self, letter: str, anew: bool, commit: bool) -> None:
        """The coordinator is restarted while a marker is held; the next one finishes."""
        self.recoveries += 1
        self.renew(letter)
        symbol, known = self.owned(letter)
        topic = f"wide{self.recoveries}"
        self.do(MakeTopic(topic, 3))
        self.ask(AddPartitions(symbol, known.epoch, tuple((topic, at) for at in range(3))))
        self.ask(HoldMarkers(symbol, topic))
        version = self.version("EndTxn", 0, anew=anew, first_anew=BUMPS)
        self.ask(EndTransaction(symbol, known.epoch, commit, version))
        self.ask(MoveCoordinator(symbol))
        self.ask(ReleaseMarkers())
        self.ask(AwaitEnd(symbol))
        self.ask(SeeMarkers(symbol, topic))

    @property
    def can_write(self) -> bool:
        """Whether who leads the partition that is written to is not the one that holds markers."""
        world = self.run.world
        return world.leaders["t", 0] in world.faults.running()

    @property
    def can_move(self) -> bool:
        return {"nodes.3", "fault.restart"} <= self.session.target.capabilities

    def ask_for(self, what: str, symbol: str, end: EndTransaction) -> None:
        """One question about an id that is not complete yet."""
        now = self.known(symbol)
        if now is None or (what.startswith("write") and not self.can_write):
            return
        wide = (("wide", 0),)
        write = self.version("Produce", 0, anew=what == "write anew", first_anew=ADDS)
        questions: dict[str, Operation] = {
            "begin": InitTransactional(symbol),
            "begin as the owner": InitTransactional(symbol, of=symbol, epoch=now.epoch),
            "add": AddPartitions(symbol, now.epoch, wide),
            "end so": end,
            "end otherwise": EndTransaction(symbol, end.epoch, not end.commit, end.version),
            "write": ProduceInTransaction(symbol, now.epoch, "t", 0, 0, version=write),
            "write anew": ProduceInTransaction(symbol, now.epoch, "t", 0, 0, version=write),
        }
        self.ask(questions[what])

    @precondition(lambda self: "time.virtual" in self.session.target.capabilities)
    @rule(letter=IDS, commit=st.booleans())
    def wait_too_long(self, letter: str, commit: bool) -> None:
        """A transaction that is decided becomes older than its timeout."""
        self.renew(letter)
        symbol = self.id_of(letter)
        self.ask(InitTransactional(symbol, timeout_ms=LONG))
        self.ask(AddPartitions(symbol, 0, tuple(("wide", index) for index in range(3))))
        self.ask(HoldMarkers(symbol, "wide"))
        self.ask(EndTransaction(symbol, 0, commit))
        if symbol in coordinated(self.belief).held:
            self.ask(WatchDecided(symbol, 2 * LONG))
        self.ask(ReleaseMarkers())
        self.ask(AwaitEnd(symbol))


test_outlived = conformance(Outlived)
test_restarted_coordinators = conformance(RestartedCoordinators)
test_slow_ends = conformance(SlowEnds)

"""Members of consumer groups that fall silent or cling to what they had, and restarts."""

from hypothesis import strategies as st
from hypothesis.stateful import precondition, rule

from kafka_tck.properties.collect import conformance
from kafka_tck.properties.consumer_groups_machine import MEMBERS, ConsumerGroups
from kafka_tck.properties.operations.consumer_groups import timing_laws
from kafka_tck.properties.operations.consumer_groups.expiring import AwaitEnd, SetTimes
from kafka_tck.properties.operations.consumer_groups.restarting import (
    DescribeAfterRestart,
    RestartConsumerGroups,
)

SESSION_MS = 1000
INTERVAL_MS = 100
REBALANCE_MS = 400
"""A rebalance timeout that is worth waiting for."""


class FallingSilent(ConsumerGroups):
    """One member is silent, the others go on."""

    requirements = (timing_laws.session_timeout,)
    weight = 0.08
    real_weight = 0.08
    real_steps = 2

    @rule(others=st.integers(1, 2), instance=st.sampled_from([None, "i"]), leaves=st.booleans())
    def fall_silent(self, others: int, instance: str | None, leaves: bool) -> None:
        """A member, also a static one that left for a while, is not heard of any more."""
        self.turn += 1
        self.ask(SetTimes(self.group, SESSION_MS, INTERVAL_MS))
        self.join("a", instance=instance)
        rest = ("b", "c")[:others]
        for member in rest:
            self.join(member)
        if instance and leaves:
            self.heartbeat("a", epoch="leave for a while", owned="unsaid", instance=instance)
        self.ask(AwaitEnd(self.group, "a", rest))
        self.heartbeat("a", epoch="before" if instance and leaves else "now")
        self.settle()

    @rule()
    def give_up_in_time(self) -> None:
        """A member that gives up what it must stays, however long it lives."""
        self.turn += 1
        self.ask(SetTimes(self.group, SESSION_MS, INTERVAL_MS))
        self.join("a", rebalance_ms=REBALANCE_MS)
        self.join("b")
        self.join("c")
        self.heartbeat("a")
        self.heartbeat("a")
        self.ask(AwaitEnd(self.group, "b", ("a", "c")))
        self.settle()


class Clinging(ConsumerGroups):
    """One member goes on, and gives nothing up."""

    requirements = (timing_laws.rebalance_timeout,)
    weight = 0.12
    real_weight = 0.08
    real_steps = 2

    @rule(comes_back=st.booleans())
    def cling(self, comes_back: bool) -> None:
        """A member goes on with what it must give up."""
        self.turn += 1
        self.join("a", rebalance_ms=REBALANCE_MS)
        self.join("b")
        self.heartbeat("a")
        self.ask(AwaitEnd(self.group, "a", ("b",), REBALANCE_MS, clings=True))
        if comes_back:
            self.join("a")
        self.show()
        self.settle()


class RestartedConsumerGroups(ConsumerGroups):
    """A clean restart in the middle of a hand-over."""

    requirements = (timing_laws.after_restart,)
    weight = 0.2
    real_weight = 0.08
    real_steps = 2
    restarted = False

    @rule(member=MEMBERS)
    def come(self, member: str) -> None:
        self.join(member)

    @precondition(lambda self: not self.restarted)
    @precondition(lambda self: "fault.restart" in self.session.target.capabilities)
    @rule(
        steps=st.integers(0, 3),
        instance=st.sampled_from([None, "i"]),
        away=st.booleans(),
        turned=st.booleans(),
    )
    def restart(self, steps: int, instance: str | None, away: bool, turned: bool) -> None:
        """Whoever waits for something may be the first to ask after it."""
        self.restarted = True
        self.turn += 1
        self.join("a", ("t", "u"), instance=instance)
        self.join("b", ("t",), assignor="range")
        for member in ("a", "a", "b")[:steps]:
            self.heartbeat(member)
        if instance and away:
            self.heartbeat("a", epoch="leave for a while", owned="unsaid", instance=instance)
        self.show()
        self.ask(RestartConsumerGroups(self.session.target.nodes()[0]))
        self.ask(DescribeAfterRestart(self.group))
        if instance and away:
            self.join("d", ("t", "u"), instance=instance)
        for member in self.present[:: -1 if turned else 1]:
            self.heartbeat(member)
        self.heartbeat("a", epoch="next", lost=True)
        self.settle()


test_falling_silent = conformance(FallingSilent)
test_clinging = conformance(Clinging)
test_restarted_consumer_groups = conformance(RestartedConsumerGroups)

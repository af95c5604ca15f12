"""Coordinators by themselves: what they abort for its age, and what they know after a restart."""

from typing import Final

from hypothesis import strategies as st
from hypothesis.stateful import precondition, rule

from kafka_tck.properties.collect import conformance
from kafka_tck.properties.operations.transactions import show_laws, trace_laws
from kafka_tck.properties.operations.transactions.ending import BUMPS, EndTransaction
from kafka_tck.properties.operations.transactions.initialising import InitTransactional
from kafka_tck.properties.operations.transactions.showing import AwaitEnd, DescribeTransaction
from kafka_tck.properties.operations.transactions.waiting import AwaitTimeout, RestartCoordinator
from kafka_tck.properties.transactions_machine import (
    IDS,
    PARTITIONS,
    SITUATIONS,
    Transactions,
)

SHORT: Final = 400
"""A timeout that is worth waiting for, in ms."""


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


test_outlived = conformance(Outlived)
test_restarted_coordinators = conformance(RestartedCoordinators)

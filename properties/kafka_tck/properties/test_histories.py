"""Clients at work while things fail: what they were told must fit together in the end."""

from hypothesis import strategies as st
from hypothesis.stateful import initialize, rule

from kafka_tck.properties.collect import conformance
from kafka_tck.properties.histories.checks import (
    GROUP_REQUIREMENTS,
    REQUIREMENTS,
    TRANSACTIONAL_REQUIREMENTS,
)
from kafka_tck.properties.histories.running import RunStorm
from kafka_tck.properties.machine import Machine


class Histories(Machine):
    """One storm per program. Smaller numbers make a shorter history, for shrinking."""

    requirements = REQUIREMENTS
    leaves_nothing = True
    weight = 0.12

    @initialize(
        seed=st.integers(0, 1 << 32),
        operations=st.integers(20, 150),
        faults=st.integers(1, 4),
    )
    def storm(self, seed: int, operations: int, faults: int) -> None:
        self.do(RunStorm(seed, operations, faults))

    @rule()
    def rest(self) -> None:
        """The storm was all of it; Hypothesis wants a rule besides."""


class TransactionalHistories(Machine):
    """The same, with clients that write in transactions and readers of what is committed."""

    requirements = TRANSACTIONAL_REQUIREMENTS
    leaves_nothing = True
    weight = 0.12

    @initialize(
        seed=st.integers(0, 1 << 32),
        operations=st.integers(40, 200),
        faults=st.integers(1, 4),
        transactors=st.integers(1, 3),
    )
    def storm(self, seed: int, operations: int, faults: int, transactors: int) -> None:
        self.do(RunStorm(seed, operations, faults, transactors))

    @rule()
    def rest(self) -> None:
        """The storm was all of it; Hypothesis wants a rule besides."""


class GroupHistories(Machine):
    """The same, with a group that reads."""

    requirements = GROUP_REQUIREMENTS
    leaves_nothing = True
    weight = 0.12

    @initialize(
        seed=st.integers(0, 1 << 32),
        operations=st.integers(60, 250),
        faults=st.integers(1, 4),
        members=st.integers(1, 3),
    )
    def storm(self, seed: int, operations: int, faults: int, members: int) -> None:
        self.do(RunStorm(seed, operations, faults, members=members))

    @rule()
    def rest(self) -> None:
        """The storm was all of it; Hypothesis wants a rule besides."""


test_histories = conformance(Histories)
test_transactional_histories = conformance(TransactionalHistories)
test_group_histories = conformance(GroupHistories)

"""Fetching: several partitions in one request, their errors, names, limits and epochs."""

from hypothesis import strategies as st
from hypothesis.stateful import precondition, rule

from kafka_tck.properties.collect import conformance
from kafka_tck.properties.fetching_machine import LIMITS, NEWER_FIRST, FetchingMachine, parts
from kafka_tck.properties.operations import fetch_rules as rules
from kafka_tck.properties.operations import session_rules
from kafka_tck.properties.operations.asking import ALL, Part
from kafka_tck.properties.operations.fetching import FetchMany
from kafka_tck.properties.operations.session_ends import RestartEndingSessions
from kafka_tck.properties.operations.sessions import ContinueSession, OpenSession
from kafka_tck.properties.requirement import Requirement


class ManyPartitions(FetchingMachine):
    """One request asks for several partitions, of any version and within any limits."""

    requirements: tuple[Requirement, ...] = (
        rules.partitions_are_answered_once,
        rules.errors_stay_with_their_partition,
        rules.unknown_partitions_are_refused,
        rules.unknown_topic_ids_are_refused,
        rules.limits_bind,
        rules.room_is_used,
        rules.aborted_lists_follow_isolation,
        rules.unknown_isolation_is_refused,
        rules.committed_is_all_without_transactions,
        rules.leader_epochs_are_checked,
        rules.divergence_is_told,
        rules.full_fetches_have_no_session,
    )

    @rule(asked=parts(st.just(-1)), limit=LIMITS, back=NEWER_FIRST, isolation=st.integers(0, 1))
    def fetch(self, asked: tuple[Part, ...], limit: int, back: int, isolation: int) -> None:
        self.do(FetchMany(self.aimed(asked), limit, self.version(back), isolation))

    @rule(back=NEWER_FIRST, limit=st.sampled_from([ALL, 500, 1]))
    def fetch_all(self, back: int, limit: int) -> None:
        everything = tuple(Part(*place) for place in self.belief.partitions)
        self.do(FetchMany(self.aimed(everything), limit, self.version(back)))

    @rule(asked=parts(st.integers(-1, 1)), back=NEWER_FIRST)
    def fetch_with_epochs(self, asked: tuple[Part, ...], back: int) -> None:
        self.do(FetchMany(self.aimed(asked), version=self.version(back)))

    @rule(asked=parts(st.just(-1)), isolation=st.sampled_from([5, 2, -1]), back=NEWER_FIRST)
    def fetch_with_an_unknown_isolation(
        self, asked: tuple[Part, ...], isolation: int, back: int
    ) -> None:
        self.do(FetchMany(self.aimed(asked), version=self.version(back), isolation=isolation))


class RestartedFetching(FetchingMachine):
    """The node is restarted: its epochs rise, and its sessions are gone."""

    requirements: tuple[Requirement, ...] = (
        rules.current_leaders_are_told,
        session_rules.restarts_end_sessions,
    )
    weight = 0.12
    restarted = False

    @rule(asked=parts(st.integers(-1, 3)), back=NEWER_FIRST)
    def fetch_with_epochs(self, asked: tuple[Part, ...], back: int) -> None:
        self.do(FetchMany(self.aimed(asked), version=self.version(back)))

    @rule(asked=parts(st.just(-1)))
    def open_a_session(self, asked: tuple[Part, ...]) -> None:
        self.do(OpenSession("s1", self.aimed(asked)))

    @rule()
    def continue_the_session(self) -> None:
        self.do(ContinueSession("s1"))

    @precondition(lambda self: not self.restarted)
    @precondition(lambda self: "fault.restart" in self.session.target.capabilities)
    @rule(asked=parts(st.integers(0, 3)))
    def restart(self, asked: tuple[Part, ...]) -> None:
        self.restarted = True
        self.do(RestartEndingSessions(self.session.target.nodes()[0]))
        self.do(FetchMany(self.aimed(asked)))


test_many_partitions = conformance(ManyPartitions)
test_restarted_fetching = conformance(RestartedFetching)

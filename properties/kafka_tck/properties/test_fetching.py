"""Fetching: several partitions in one request, their errors, names, limits and epochs."""

from hypothesis import strategies as st
from hypothesis.stateful import precondition, rule

from kafka_tck.properties.collect import conformance
from kafka_tck.properties.fetching_machine import (
    LIMITS,
    NEWER_FIRST,
    PLACES,
    FetchingMachine,
    parts,
)
from kafka_tck.properties.operations import fetch_rules as rules
from kafka_tck.properties.operations import session_rules
from kafka_tck.properties.operations.asking import ALL, Part
from kafka_tck.properties.operations.client_sessions import end_sessions
from kafka_tck.properties.operations.fetching import FetchMany
from kafka_tck.properties.operations.remaking import RemakeTopic
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


class RemadeTopics(FetchingMachine):
    """A topic is deleted and made again, and asked for by its name and by both its ids."""

    requirements: tuple[Requirement, ...] = (rules.former_topic_ids_read_nothing,)
    weight = 0.3

    @rule()
    def remake(self) -> None:
        self.do(RemakeTopic("u"))

    @rule(back=NEWER_FIRST, number=st.integers(1, 3), place=PLACES)
    def fetch_by_a_former_id(self, back: int, number: int, place: tuple[str, int]) -> None:
        asked = (Part(f"u#{number}", 0), Part("u", 0), Part(*place, 0))
        self.do(FetchMany(asked, version=self.version(back)))

    @rule(asked=parts(st.just(-1)), back=NEWER_FIRST)
    def open_a_session(self, asked: tuple[Part, ...], back: int) -> None:
        version = max(7, self.version(back))
        self.do(OpenSession("s1", (*self.aimed(asked), Part("u", 0)), version))

    @rule()
    def continue_the_session(self) -> None:
        self.do(ContinueSession("s1"))

    def teardown(self) -> None:
        end_sessions(self.run.world)
        super().teardown()


class RestartedFetching(FetchingMachine):
    """The node is restarted: its epochs rise, and its sessions are gone."""

    requirements: tuple[Requirement, ...] = (
        rules.current_leaders_are_told,
        session_rules.restarts_end_sessions,
    )
    weight = 0.16
    restarted = False

    @rule(asked=parts(st.integers(-1, 3)), back=NEWER_FIRST)
    def fetch_with_epochs(self, asked: tuple[Part, ...], back: int) -> None:
        self.do(FetchMany(self.aimed(asked), version=self.version(back)))

    @rule(asked=parts(st.just(-1)))
    def open_a_session(self, asked: tuple[Part, ...]) -> None:
        self.do(OpenSession("s1", self.aimed(asked)))

    @precondition(lambda self: not self.restarted)
    @precondition(lambda self: "fault.restart" in self.session.target.capabilities)
    @rule(epoch=st.integers(0, 2))
    def restart(self, epoch: int) -> None:
        self.restarted = True
        everything = tuple(Part(*place, 0, current_epoch=epoch) for place in self.belief.partitions)
        self.do(OpenSession("s1", everything))
        self.do(RestartEndingSessions(self.session.target.nodes()[0]))
        self.do(FetchMany(everything))
        self.do(ContinueSession("s1"))

    def teardown(self) -> None:
        end_sessions(self.run.world)
        super().teardown()


test_many_partitions = conformance(ManyPartitions)
test_remade_topics = conformance(RemadeTopics)
test_restarted_fetching = conformance(RestartedFetching)

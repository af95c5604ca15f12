"""Incremental fetch sessions: what they tell, how they go on, and how they end."""

from hypothesis import strategies as st
from hypothesis.stateful import initialize, rule

from kafka_tck.properties.collect import conformance
from kafka_tck.properties.fetching_machine import (
    FILLING,
    LIMITS,
    NEWER_FIRST,
    PLACES,
    STRANGE,
    FetchingMachine,
    Filling,
)
from kafka_tck.properties.operations.deletion.deletion import DeleteRecords
from kafka_tck.properties.operations.fetching.asking import ALL, Part
from kafka_tck.properties.operations.producing.produce import Produce, Rec
from kafka_tck.properties.operations.sessions import session_rules as rules
from kafka_tck.properties.operations.sessions.client_sessions import STRANGE_IDS, end_sessions
from kafka_tck.properties.operations.sessions.session_ends import CloseSession
from kafka_tck.properties.operations.sessions.session_judging import sessions_of, wanted
from kafka_tck.properties.operations.sessions.sessions import ContinueSession, OpenSession
from kafka_tck.properties.requirement import Requirement

NAMES = st.sampled_from(["s1", "s2"])
CLIENTS = st.sampled_from(["c1", "c2"])
SOME_PARTS = st.lists(
    st.builds(
        lambda place, back, limit: Part(place[0], place[1], back, limit),
        st.one_of(PLACES, PLACES, PLACES, STRANGE),
        st.integers(0, 4),
        st.one_of(st.just(ALL), LIMITS),
    ),
    max_size=3,
    unique_by=lambda part: part[:2],
).map(tuple)
EPOCHS = st.sampled_from([1, 2, 3, 4, 5, 1000, 2**31 - 1, -2, -(2**31)])


class FetchSessions(FetchingMachine):
    """Two sessions over partitions that are written to and deleted from."""

    requirements: tuple[Requirement, ...] = (
        rules.opening_answers_in_full,
        rules.ids_are_distinct,
        rules.opening_replaces_the_named,
        rules.unknown_sessions_are_refused,
        rules.ids_have_no_bounds,
        rules.other_epochs_are_refused,
        rules.the_next_epoch_continues,
        rules.sessions_outlive_connections,
        rules.news_is_included,
        rules.no_news_is_left_out,
        rules.errors_are_repeated,
        rules.recovery_is_told,
        rules.additions_are_told,
        rules.only_members_are_told,
        rules.empty_sessions_are_closed,
        rules.names_and_ids_do_not_mix,
        rules.incremental_equals_full,
        rules.partitions_take_turns,
    )

    @initialize(filling=FILLING, asked=SOME_PARTS, back=NEWER_FIRST)
    def make_topics(
        self, filling: list[Filling], asked: tuple[Part, ...] = (), back: int = 0
    ) -> None:
        super().make_topics(filling)
        self.open("s1", asked, back, None)

    @rule(name=NAMES, asked=SOME_PARTS, back=NEWER_FIRST, replacing=st.none() | NAMES)
    def open(self, name: str, asked: tuple[Part, ...], back: int, replacing: str | None) -> None:
        named = replacing if replacing in sessions_of(self.belief) else None
        version = max(7, self.version(back))
        self.do(OpenSession(name, self.from_the_end(asked), version, replacing=named))

    @rule(name=NAMES, limit=st.sampled_from([ALL, ALL, 1]), compare=st.booleans())
    def go_on(self, name: str, limit: int, compare: bool) -> None:
        self.do(ContinueSession(self.known(name), max_bytes=limit, compare=compare))

    @rule(name=NAMES, asked=SOME_PARTS, client=CLIENTS, compare=st.booleans())
    def go_on_with_parts(
        self, name: str, asked: tuple[Part, ...], client: str, compare: bool
    ) -> None:
        aimed = self.from_the_end(asked)
        self.do(ContinueSession(self.known(name), aimed, client=client, compare=compare))

    @rule(name=NAMES, limit=LIMITS)
    def read_to_the_end(self, name: str, limit: int) -> None:
        """Moves every position of a session to the end of its partition."""
        self.do(ContinueSession(self.known(name), self.placed(name, "leo", limit)))

    @rule(name=NAMES, place=PLACES, before=st.integers(1, 3))
    def go_on_after_a_deletion(self, name: str, place: tuple[str, int], before: int) -> None:
        """A log start rises under a session that has read everything."""
        self.read_to_the_end(name, ALL)
        self.do(DeleteRecords(*place, self.belief.at(*place)["log_start"] + before))
        self.do(ContinueSession(self.known(name)))

    @rule(name=NAMES, place=PLACES)
    def go_wrong_and_recover(self, name: str, place: tuple[str, int]) -> None:
        """A position leaves the log and comes back, while the log stays as it is."""
        end = self.belief.at(*place)["leo"]
        for offset in (end, end + 1, end):
            self.do(ContinueSession(self.known(name), (Part(*place, offset),)))

    @rule(name=NAMES, times=st.integers(2, 4))
    def squeeze(self, name: str, times: int) -> None:
        """Everything is wanted, and one batch at a time is given."""
        everything = self.placed(name, "log_start", ALL)
        self.do(ContinueSession(self.known(name), everything, max_bytes=1))
        for _ in range(times):
            self.do(ContinueSession(self.known(name), max_bytes=1))

    @rule(name=NAMES, forgotten=st.lists(PLACES, min_size=1, max_size=3, unique=True).map(tuple))
    def forget(self, name: str, forgotten: tuple[tuple[str, int], ...]) -> None:
        self.do(ContinueSession(self.known(name), forgotten=forgotten))

    @rule(name=NAMES, shift=st.sampled_from([-1, 1, 2, -2, 1000]), asked=SOME_PARTS)
    def slip(self, name: str, shift: int, asked: tuple[Part, ...]) -> None:
        """A request is sent twice or lost: its epoch is not the next one. Then all is well."""
        session = sessions_of(self.belief).get(self.known(name))
        if session is not None and session.state["next_epoch"] + shift > 0:
            epoch = int(session.state["next_epoch"]) + shift
            self.do(ContinueSession(self.known(name), self.from_the_end(asked), epoch=epoch))
            self.do(ContinueSession(self.known(name)))

    @rule(name=NAMES, place=PLACES, asked=SOME_PARTS)
    def go_on_after_an_append(
        self, name: str, place: tuple[str, int], asked: tuple[Part, ...]
    ) -> None:
        self.do(Produce(*place, (Rec("k", "v"),)))
        self.do(ContinueSession(self.known(name), self.from_the_end(asked), compare=True))

    @rule(name=st.sampled_from(["never", *STRANGE_IDS]), epoch=EPOCHS, asked=SOME_PARTS)
    def go_on_with_an_unknown_one(self, name: str, epoch: int, asked: tuple[Part, ...]) -> None:
        self.do(ContinueSession(name, self.from_the_end(asked), epoch=epoch))

    @rule(name=NAMES, epoch=EPOCHS)
    def go_on_with_any_epoch(self, name: str, epoch: int) -> None:
        self.do(ContinueSession(self.known(name), epoch=epoch))

    @rule(name=NAMES, back=NEWER_FIRST)
    def go_on_in_another_version(self, name: str, back: int) -> None:
        self.do(ContinueSession(self.known(name), version=max(7, self.version(back))))

    @rule(name=NAMES, asked=SOME_PARTS)
    def close(self, name: str, asked: tuple[Part, ...]) -> None:
        if name in sessions_of(self.belief):
            self.do(CloseSession(name, self.from_the_end(asked)))

    def known(self, name: str) -> str:
        """A session that is open, if there is one: mostly the named one."""
        held = sessions_of(self.belief)
        opened = [n for n, session in held.items() if session is not None and session.is_open]
        return name if name in opened or not opened else opened[0]

    def placed(self, name: str, bound: str, limit: int) -> tuple[Part, ...]:
        """The partitions of a session, each at its log start or log end."""
        session = sessions_of(self.belief).get(self.known(name))
        places = wanted(session) if session is not None else ()
        there = [place for place in places if place in self.belief.partitions]
        return tuple(Part(*place, self.belief.at(*place)[bound], limit) for place in there)

    def from_the_end(self, asked: tuple[Part, ...]) -> tuple[Part, ...]:
        """The parts with offsets counted back from the log end, few of them out of range."""
        return tuple(self._from_the_end(part) for part in asked)

    def _from_the_end(self, part: Part) -> Part:
        known = self.belief.partitions.get((part.topic, part.partition))
        if known is None:
            return part
        end = known["leo"] + 1 if part.offset == 4 else known["leo"]
        return part._replace(offset=end - part.offset % (end - known["log_start"] + 2))

    def teardown(self) -> None:
        end_sessions(self.run.world)
        super().teardown()


test_fetch_sessions = conformance(FetchSessions)

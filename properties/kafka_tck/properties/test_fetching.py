"""Fetching: several partitions in one request, their errors, names, limits and epochs."""

from hypothesis import strategies as st
from hypothesis.stateful import initialize, precondition, rule

from kafka_tck.evidence.events import to_json
from kafka_tck.model.reading import surely_satisfied
from kafka_tck.properties.collect import conformance
from kafka_tck.properties.fetching_machine import (
    LIMITS,
    NEWER_FIRST,
    PLACES,
    RECORDS,
    FetchingMachine,
    parts,
)
from kafka_tck.properties.machine import Machine
from kafka_tck.properties.operations.deletion.deletion import DeleteRecords
from kafka_tck.properties.operations.fetching import fetch_rules as rules
from kafka_tck.properties.operations.fetching import waiting_rules as waiting
from kafka_tck.properties.operations.fetching.asking import ALL, Part
from kafka_tck.properties.operations.fetching.fetch_judging import Asking, found_in, parts_of
from kafka_tck.properties.operations.fetching.fetching import FetchMany
from kafka_tck.properties.operations.fetching.reading_through import (
    AppendRun,
    ReadThrough,
    reading_on_finds_everything,
)
from kafka_tck.properties.operations.fetching.waiting import LONG, WaitingFetch, limited
from kafka_tck.properties.operations.operation import Operation
from kafka_tck.properties.operations.producing.produce import Produce, Rec
from kafka_tck.properties.operations.sessions import session_rules
from kafka_tck.properties.operations.sessions.client_sessions import end_sessions
from kafka_tck.properties.operations.sessions.session_ends import RestartEndingSessions
from kafka_tck.properties.operations.sessions.sessions import ContinueSession, OpenSession
from kafka_tck.properties.operations.topics.remaking import RemakeTopic
from kafka_tck.properties.operations.topics.topics import MakeTopic
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

    @rule(past=st.integers(0, 2), last=st.integers(0, 1), place=PLACES)
    def fetch_from_another_history(self, past: int, last: int, place: tuple[str, int]) -> None:
        """The client read what this log does not have, or under an epoch that was never led."""
        known = self.belief.at(*place)
        part = Part(*place, known["leo"] + past, last_epoch=known["epoch"] + last)
        self.do(FetchMany((part,)))

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
        self.do(FetchMany(self.aimed(asked), version=self.version(back)))

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


class ManyBatches(Machine):
    """A log of many small batches in several segments, read from everywhere."""

    requirements: tuple[Requirement, ...] = (reading_on_finds_everything,)
    weight = 0.4

    @initialize(count=st.integers(0, 40), size=st.sampled_from([1, 100]))
    def make_topic(self, count: int, size: int) -> None:
        self.do(MakeTopic("t", settings=SEGMENTED))
        self.do(AppendRun("t", 0, count, step=30, size=size))

    @rule(count=st.integers(1, 10), step=st.sampled_from([0, 60, 10_000]), at=st.integers(0, 9))
    def append(self, count: int, step: int, at: int) -> None:
        self.do(AppendRun("t", 0, count, step, at * 1000))

    @rule(offset=st.integers(0, 60), limit=st.sampled_from([ALL, 0, 300]))
    def fetch(self, offset: int, limit: int) -> None:
        self.do(FetchMany((Part("t", 0, offset, limit),)))

    @rule(
        back=NEWER_FIRST,
        limit=st.sampled_from([ALL, 0, 100, 1000]),
        isolation=st.integers(0, 1),
        older=NEWER_FIRST,
    )
    def read_on(self, back: int, limit: int, isolation: int, older: int) -> None:
        profile, known = self.session.profile, self.belief.at("t", 0)
        version = max(profile.oldest("Fetch"), profile.newest("Fetch") - older)
        offset = max(known["log_start"], known["leo"] - 4 * back)
        self.do(ReadThrough("t", 0, offset, limit, isolation, version))

    @rule(before=st.integers(0, 20))
    def delete_records(self, before: int) -> None:
        self.do(DeleteRecords("t", 0, before))


SEGMENTED = (("segment.ms", "100"), ("index.interval.bytes", "200"), ("retention.ms", "-1"))
"""A new segment whenever a record is 100 ms younger than the segment's first one."""


class ZstdTopics(Machine):
    """A topic that its broker compresses with zstd."""

    requirements: tuple[Requirement, ...] = (rules.zstd_topics_need_version_10,)
    weight = 0.2

    @initialize()
    def make_topic(self) -> None:
        self.do(MakeTopic("z", settings=(("compression.type", "zstd"),)))

    @rule(records=RECORDS, codec=st.integers(0, 4))
    def produce(self, records: tuple[Rec, ...], codec: int) -> None:
        self.do(Produce("z", 0, records, codec))

    @rule(offset=st.integers(0, 6), version=st.integers(4, 12))
    def fetch(self, offset: int, version: int) -> None:
        self.do(FetchMany((Part("z", 0, offset),), version=version))


class WaitingFetches(FetchingMachine):
    """Fetches that wait while something happens on another connection, or nothing does."""

    requirements: tuple[Requirement, ...] = (
        waiting.satisfied_fetches_do_not_wait,
        waiting.unsatisfied_fetches_wait,
        waiting.appends_wake_fetches,
        waiting.deletions_wake_fetches,
        waiting.waiting_ends_with_what_is_there,
    )
    weight = 0.4

    @rule(asked=parts(st.just(-1)), min_bytes=st.sampled_from([1, 0, -1, 300, 10**6]))
    def fetch(self, asked: tuple[Part, ...], min_bytes: int) -> None:
        """Waits long where there is nothing to wait for, and shortly where there is."""
        aimed = self.aimed(asked)
        asking = Asking(self.version(0), ALL)
        places = parts_of(aimed, asking.version)
        found = limited(places, found_in(self.belief, places, asking))
        longest = LONG if surely_satisfied(found, min_bytes) else SHORT
        self.do(WaitingFetch(aimed, min_bytes, longest))

    @rule()
    def fetch_nothing(self) -> None:
        self.do(WaitingFetch((), 1, LONG))

    @rule(wait=st.sampled_from([0, -1, -(2**31)]))
    def fetch_without_waiting(self, wait: int) -> None:
        self.do(WaitingFetch(self.ends(), 1, wait))

    @rule(place=PLACES, isolation=st.integers(0, 1), back=NEWER_FIRST)
    def append_meanwhile(self, place: tuple[str, int], isolation: int, back: int) -> None:
        version, append = self.version(back), as_text(Produce(*place, (Rec("k", "v"),)))
        self.do(WaitingFetch(self.ends(), 1, LONG, (append,), version, isolation))

    @rule(place=PLACES)
    def append_elsewhere_meanwhile(self, place: tuple[str, int]) -> None:
        append = as_text(Produce(*place, (Rec("k", "v"),)))
        others = tuple(part for part in self.ends() if part[:2] != place)
        self.do(WaitingFetch(others, 1, SHORT, (append,)))

    @rule(place=PLACES, enough=st.booleans())
    def append_until_enough(self, place: tuple[str, int], enough: bool) -> None:
        append = as_text(Produce(*place, (Rec("k", "v" * 600),)))
        appends = (append, append) if enough else (append,)
        self.do(WaitingFetch(self.ends(), 1200, LONG if enough else SHORT, appends))

    @rule(place=PLACES)
    def delete_records_meanwhile(self, place: tuple[str, int]) -> None:
        start = Part(*place, self.belief.at(*place)["log_start"])
        delete = as_text(DeleteRecords(*place, -1))
        self.do(WaitingFetch((start,), 10**6, SHORT, (delete,)))

    @rule(alone=st.booleans(), back=NEWER_FIRST)
    def delete_the_topic_meanwhile(self, alone: bool, back: int) -> None:
        """Asks for others too, so that an answer tells, or for none, so that silence does."""
        asked = tuple(part for part in self.ends() if not alone or part.topic == "u")
        remake = as_text(RemakeTopic("u"))
        self.do(WaitingFetch(asked, 1, LONG, (remake,), self.version(back)))

    def ends(self) -> tuple[Part, ...]:
        """Every partition at its log end."""
        places = self.belief.partitions.items()
        return tuple(Part(topic, index, known["leo"]) for (topic, index), known in places)


def as_text(step: Operation) -> str:
    return to_json(step.to_json())


SHORT = 120
"""A wait in ms that is sat out."""


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
test_many_batches = conformance(ManyBatches)
test_zstd_topics = conformance(ZstdTopics)
test_waiting_fetches = conformance(WaitingFetches)
test_restarted_fetching = conformance(RestartedFetching)

"""Frames: what is answered, what closes the connection, what is waited for."""

from hypothesis import strategies as st
from hypothesis.stateful import initialize, rule

from kafka_tck.properties.collect import conformance
from kafka_tck.properties.machine import Machine
from kafka_tck.properties.operations.frames.frame_bytes import (
    BROKEN_BODIES,
    BROKEN_HEADERS,
    FOREIGN,
    HARMLESS,
    RECORDS_CUT,
    SIZES,
)
from kafka_tck.properties.operations.frames.frame_requirements import (
    answers_are_of_the_request,
    api_versions_answers_any_version,
    broken_bodies_close,
    broken_headers_close,
    connections_go_on,
    foreign_bytes_close,
    impossible_sizes_close,
    others_are_undisturbed,
    pipelined_requests_are_answered_in_order,
    software_must_be_named,
    tags_and_client_ids_are_free,
    unfinished_frames_wait,
    unknown_keys_close,
    unsupported_versions_close,
)
from kafka_tck.properties.operations.frames.frames import (
    BrokenFrame,
    CutFrame,
    ForeignKey,
    HalfFrame,
    SoundFrame,
)
from kafka_tck.properties.operations.frames.naming_software import NameSoftware
from kafka_tck.properties.operations.frames.pipelines import BREAK, Pipeline
from kafka_tck.properties.operations.topics.topics import MakeTopic
from kafka_tck.properties.requirement import Requirement

APIS = st.sampled_from(sorted(HARMLESS))
BROKEN = st.one_of(
    st.sampled_from([*BROKEN_BODIES, RECORDS_CUT]),
    st.sampled_from(sorted(BROKEN_HEADERS)),
    st.sampled_from(sorted(FOREIGN)),
    st.sampled_from(sorted(SIZES)),
)
SIZES_TO_FILL = st.sampled_from([None, None, None, 1000, 10_000_000])
"""A broker may set all of it aside at once, and may have little memory."""
NUMBERS = st.sampled_from([1, 0, -1, 2**31 - 1, -(2**31)])
CLIENTS = st.sampled_from([None, "", "x", "client-7"])
WORDS = st.sampled_from(["tck", "1", "a.b-c", "", "-", "a-", ".b", "a b", "é"])
PIPELINED = st.lists(
    st.sampled_from(["produce", "end", "versions", "wait"]), min_size=2, max_size=5
).map(tuple)


class Frames(Machine):
    """Frames of every kind, each on a connection of its own."""

    requirements: tuple[Requirement, ...] = (
        impossible_sizes_close,
        broken_headers_close,
        foreign_bytes_close,
        unfinished_frames_wait,
        broken_bodies_close,
        unknown_keys_close,
        unsupported_versions_close,
        api_versions_answers_any_version,
        software_must_be_named,
        tags_and_client_ids_are_free,
        answers_are_of_the_request,
        connections_go_on,
        others_are_undisturbed,
        pipelined_requests_are_answered_in_order,
    )

    @initialize()
    def make_topic(self) -> None:
        self.do(MakeTopic("t"))

    @rule(
        api=APIS,
        back=st.integers(0, 20),
        number=NUMBERS,
        client=CLIENTS,
        tagged=st.booleans(),
        piece=st.sampled_from([0, 0, 1, 3]),
    )
    def send_a_sound_one(
        self, api: str, back: int, number: int, client: str | None, tagged: bool, piece: int
    ) -> None:
        if self.session.profile.has(api):
            served = self.session.profile.versions(api)
            version = served[-1 - back % len(served)]
            self.do(SoundFrame(api, version, number, client, tagged, piece))

    @rule(api=APIS, version=st.sampled_from([-1, 99, 32767, -32768]), number=NUMBERS)
    def send_an_unknown_version(self, api: str, version: int, number: int) -> None:
        self.do(SoundFrame(api, version, number))

    @rule(api=st.sampled_from(["Produce", *sorted(HARMLESS)]), above=st.booleans())
    def send_a_version_beside_the_range(self, api: str, above: bool) -> None:
        if self.session.profile.has(api):
            oldest, newest = self.session.profile.ranges[api]
            self.do(SoundFrame(api, newest + 1 if above else oldest - 1))

    @rule(version=st.integers(0, 2))
    def send_a_removed_produce(self, version: int) -> None:
        self.do(SoundFrame("Produce", version))

    @rule(which=st.integers(0, 11), version=st.sampled_from([0, 1, 4]))
    def send_a_foreign_key(self, which: int, version: int) -> None:
        self.do(ForeignKey(which, version))

    @rule(how=BROKEN)
    def send_a_broken_one(self, how: str) -> None:
        self.do(BrokenFrame(how))

    @rule(api=APIS, back=st.integers(0, 20), missing=st.integers(1, 12))
    def send_a_cut_one(self, api: str, back: int, missing: int) -> None:
        if self.session.profile.has(api):
            served = self.session.profile.versions(api)
            self.do(CutFrame(api, served[-1 - back % len(served)], missing))

    @rule(sent=st.integers(1, 14), size=SIZES_TO_FILL)
    def send_half_a_frame(self, sent: int, size: int | None) -> None:
        self.do(HalfFrame(sent, size))

    @rule(back=st.integers(0, 4), name=WORDS, version=WORDS)
    def name_software(self, back: int, name: str, version: str) -> None:
        served = self.session.profile.versions("ApiVersions")
        self.do(NameSoftware(served[-1 - back % len(served)], name, version))

    @rule(requests=PIPELINED)
    def pipeline(self, requests: tuple[str, ...]) -> None:
        self.do(Pipeline(requests))

    @rule(before=st.integers(0, 2), behind=st.integers(0, 2))
    def pipeline_with_a_broken_one(self, before: int, behind: int) -> None:
        self.do(Pipeline(("versions",) * before + (BREAK,) + ("versions",) * behind))


test_frames = conformance(Frames)

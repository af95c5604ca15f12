"""Timestamps: which are taken, which the broker sets, and what is found by them."""

from hypothesis import strategies as st
from hypothesis.stateful import initialize, rule

from kafka_tck.evidence.events import to_json
from kafka_tck.properties.collect import conformance
from kafka_tck.properties.operations.comparing.versions import (
    InTwoVersions,
    older_versions_mean_the_same,
)
from kafka_tck.properties.operations.deletion.deletion import DeleteRecords
from kafka_tck.properties.operations.fetching.fetch import Fetch
from kafka_tck.properties.operations.offsets.offsets import ListOffsets, largest_is_not_deleted
from kafka_tck.properties.operations.offsets.special_offsets import (
    AskByTimeAfterDeletion,
    AskSpecial,
    AskTwice,
    earliest_local_is_the_log_start,
    lookups_pass_over_deleted_segments,
    nothing_is_tiered,
    specials_need_their_version,
    twice_is_invalid,
)
from kafka_tck.properties.operations.producing import forged_requirements as required
from kafka_tck.properties.operations.producing.forging import Forged
from kafka_tck.properties.operations.producing.produce import Produce, Rec
from kafka_tck.properties.operations.topics.topics import MakeTopic
from kafka_tck.properties.requirement import Requirement
from kafka_tck.properties.versioned import VERSION, Versioned

CODECS = st.integers(0, 4)
MINUTE, HOUR = 60_000, 3_600_000
STAMPED = ("message.timestamp.type", "LogAppendTime")
NARROW = (
    ("message.timestamp.before.max.ms", str(MINUTE)),
    ("message.timestamp.after.max.ms", str(2 * MINUTE)),
)
KEPT = ("retention.ms", "-1")

TOPICS: dict[str, tuple[tuple[str, str], ...]] = {
    "t": (KEPT,),
    "narrow": (KEPT, *NARROW),
    "stamped": (KEPT, STAMPED),
    "stamped-narrow": (KEPT, STAMPED, *NARROW),
    "stamped-gzip": (KEPT, STAMPED, ("compression.type", "gzip")),
}
TOPIC = st.sampled_from(["narrow", "stamped", "t", "stamped-narrow", "stamped-gzip"])

# Seconds away from every limit: the broker's clock moves while the program runs.
TIMES = st.sampled_from(
    [0, 7, -40_000, -80_000, 100_000, 140_000, HOUR - 40_000, HOUR + 40_000, -40 * 24 * HOUR]
)
ABSOLUTE = st.sampled_from([-1, 0, -5, 1_600_000_000_000, 2**62])


class Stamps(Versioned):
    """Records with times near and far, on topics that limit them or set their own."""

    requirements: tuple[Requirement, ...] = (
        required.times_are_near_now,
        required.append_time_is_the_brokers,
        required.append_time_keeps_the_base,
        required.append_time_is_not_claimed,
    )

    weight = 0.6

    @initialize()
    def make_topics(self) -> None:
        for topic, settings in TOPICS.items():
            self.do(MakeTopic(topic, 1, settings))

    @rule(topic=TOPIC, times=st.lists(TIMES, min_size=1, max_size=3), codec=CODECS, version=VERSION)
    def produce(self, topic: str, times: list[int], codec: int, version: int) -> None:
        records = tuple(Rec("k", f"v{i}", at) for i, at in enumerate(times))
        self.produce_forged(version, Forged(records, codec), topic)

    @rule(
        topic=TOPIC, times=st.lists(ABSOLUTE, min_size=1, max_size=2), codec=CODECS, version=VERSION
    )
    def produce_absolute(self, topic: str, times: list[int], codec: int, version: int) -> None:
        # No release promises anything of a time below -1; recompression trips over it.
        times = (
            [max(at, -1) for at in times] if "compression.type" in dict(TOPICS[topic]) else times
        )
        records = tuple(Rec("k", f"v{i}", at) for i, at in enumerate(times))
        self.produce_forged(version, Forged(records, codec, since_1970=True), topic)

    @rule(topic=TOPIC, by=st.sampled_from([0, -1000, 1000]), codec=CODECS, version=VERSION)
    def claim_append_time(self, topic: str, by: int, codec: int, version: int) -> None:
        # Under CreateTime this is tried where nothing is read: see BelievedBatches.
        claim = (("attributes", 8),) if STAMPED in TOPICS[topic] else ()
        batch = Forged(codec=codec, header=(*claim, ("max_timestamp", by)))
        self.produce_forged(version, batch, topic)

    @rule(topic=TOPIC, offset=st.integers(0, 8))
    def fetch(self, topic: str, offset: int) -> None:
        self.do(Fetch(topic, 0, offset))

    @rule(topic=TOPIC, at=TIMES)
    def ask_by_time(self, topic: str, at: int) -> None:
        self.do(ListOffsets(topic, 0, at=at))

    @rule(topic=TOPIC)
    def ask_for_the_largest(self, topic: str) -> None:
        self.do(ListOffsets(topic, 0, -3))


class Lookups(Versioned):
    """Questions for offsets, in every version, on records whose times are in no order."""

    requirements: tuple[Requirement, ...] = (
        specials_need_their_version,
        earliest_local_is_the_log_start,
        nothing_is_tiered,
        twice_is_invalid,
        older_versions_mean_the_same,
    )

    @initialize()
    def make_topic(self) -> None:
        self.do(MakeTopic("t"))

    @rule(times=st.lists(st.integers(-9, 9), min_size=1, max_size=4), codec=CODECS, version=VERSION)
    def produce(self, times: list[int], codec: int, version: int) -> None:
        records = tuple(Rec("k", f"v{i}", at) for i, at in enumerate(times))
        self.produce_forged(version, Forged(records, codec))

    @rule(before=st.integers(-1, 8))
    def delete_records(self, before: int) -> None:
        self.do(DeleteRecords("t", 0, before))

    @rule(
        asked=st.lists(st.tuples(st.integers(-8, -1), VERSION), min_size=1, max_size=6),
        isolation=st.sampled_from([0, 1]),
    )
    def ask_for_special_offsets(self, asked: list[tuple[int, int]], isolation: int) -> None:
        for special, below in asked:
            version = self.version_of("ListOffsets", below)
            self.do(AskSpecial("t", 0, special, 0, version, isolation if version >= 2 else 0))

    @rule(at=st.integers(-10, 10), version=VERSION)
    def ask_by_time(self, at: int, version: int) -> None:
        self.do(ListOffsets("t", 0, at=at, version=self.version_of("ListOffsets", version)))

    @rule(version=VERSION)
    def ask_twice(self, version: int) -> None:
        self.do(AskTwice("t", 0, self.version_of("ListOffsets", version)))

    @rule(at=st.integers(-10, 10), special=st.sampled_from([None, -1, -2]), version=VERSION)
    def ask_in_two_versions(self, at: int, special: int | None, version: int) -> None:
        question = ListOffsets("t", 0, special, at)
        older = self.version_of("ListOffsets", version)
        self.do(InTwoVersions(to_json(question.to_json()), "ListOffsets", older))

    @rule(offset=st.integers(-1, 12), version=VERSION)
    def read_in_two_versions(self, offset: int, version: int) -> None:
        older = self.version_of("Fetch", version)
        self.do(InTwoVersions(to_json(Fetch("t", 0, offset).to_json()), "Fetch", older))


class DeletedMaximum(Versioned):
    """The largest timestamp, while records are deleted."""

    requirements: tuple[Requirement, ...] = (largest_is_not_deleted,)
    weight = 0.4

    @initialize()
    def make_topic(self) -> None:
        self.do(MakeTopic("t"))

    @rule(times=st.lists(st.integers(-9, 9), min_size=1, max_size=3), codec=CODECS)
    def produce(self, times: list[int], codec: int) -> None:
        records = tuple(Rec("k", f"v{i}", at) for i, at in enumerate(times))
        self.do(Produce("t", 0, records, codec))

    @rule(before=st.integers(-1, 6))
    def delete_records(self, before: int) -> None:
        self.do(DeleteRecords("t", 0, before))

    @rule()
    def ask_for_the_largest(self) -> None:
        self.do(ListOffsets("t", 0, -3))


class LookupsAcrossSegments(Versioned):
    """Times that roll segments, and deletion that leaves parts of them."""

    requirements: tuple[Requirement, ...] = (lookups_pass_over_deleted_segments,)

    @initialize()
    def make_topic(self) -> None:
        self.do(MakeTopic("t", 1, (KEPT, ("segment.ms", "1000"))))

    @rule(times=st.lists(st.integers(0, 8), min_size=1, max_size=3))
    def produce(self, times: list[int]) -> None:
        records = tuple(Rec("k", f"v{i}", at * 600) for i, at in enumerate(times))
        self.do(Produce("t", 0, records))

    @rule(before=st.integers(0, 6))
    def delete_records(self, before: int) -> None:
        self.do(DeleteRecords("t", 0, before))

    @rule(at=st.integers(0, 8))
    def ask_by_time(self, at: int) -> None:
        self.do(AskByTimeAfterDeletion("t", 0, at=at * 600))


test_stamps = conformance(Stamps)
test_lookups = conformance(Lookups)
test_deleted_maximum = conformance(DeletedMaximum)
test_lookups_across_segments = conformance(LookupsAcrossSegments)

"""What a leader takes from producers: forged batches, limits, requests for several partitions."""

from hypothesis import strategies as st
from hypothesis.stateful import initialize, rule

from kafka_tck.properties.collect import conformance
from kafka_tck.properties.operations.fetching.fetch import Fetch
from kafka_tck.properties.operations.producing import forged_requirements as required
from kafka_tck.properties.operations.producing.coordinators import WakeCoordinators
from kafka_tck.properties.operations.producing.forged import Part, ProduceForged
from kafka_tck.properties.operations.producing.forging import PAYLOADS, SHAPES, Forged
from kafka_tck.properties.operations.producing.null_records import (
    ProduceNull,
    null_records_are_answered,
)
from kafka_tck.properties.operations.producing.produce import Rec
from kafka_tck.properties.operations.topics.topics import MakeTopic
from kafka_tck.properties.requirement import Requirement
from kafka_tck.properties.versioned import VERSION, Versioned

RECORDS = st.integers(1, 3).map(lambda n: tuple(Rec("k", f"v{i}", i) for i in range(n)))
CODECS = st.integers(0, 4)
OF_PLAIN_BATCHES = ("lengths too large", "lengths too small", "noise")
"""Payloads that released brokers refuse only where they are not compressed."""

HEADERS: tuple[tuple[tuple[str, int], ...], ...] = (
    *((("base_offset", value),) for value in (1, -1, 7)),
    *((("magic", value),) for value in (0, 1, 3, -1)),
    *((("crc", value),) for value in (1, 1 << 31)),
    *((("length", value),) for value in (-1, 1, -20)),
    *((("last_offset_delta", value),) for value in (-1, 1, -9)),
    *((("count", value),) for value in (-1, 1, -9)),
    (("count", 1), ("last_offset_delta", 1)),
    (("count", -1), ("last_offset_delta", -1)),
    *((("attributes", value),) for value in (1, 5, 7, 16, 32, 48)),
    (("producer_id", 5),),
    (("producer_id", 5), ("producer_epoch", 3)),
)
"""Lies in headers that are refused. No producer id comes with a sequence: that is idempotence."""

IGNORED: tuple[tuple[tuple[str, int], ...], ...] = (
    *((("attributes", value),) for value in (64, 128, 1 << 14)),
    *((("max_timestamp", value),) for value in (-1000, 1000)),
    *((("leader_epoch", value),) for value in (0, 99)),
    *((("producer_epoch", value),) for value in (0, -5)),
    *((("base_sequence", value),) for value in (0, -7)),
)
"""Lies in headers that no broker believes, and none refuses."""

LIES = st.sampled_from(
    [
        *(Forged(header=header) for header in HEADERS + IGNORED),
        *(Forged(shape=shape) for shape in sorted(SHAPES)),
        *(Forged(payload=payload) for payload in sorted(PAYLOADS)),
    ]
)


class ForgedBatches(Versioned):
    """One batch at a time that lies somewhere, between honest ones, on a plain topic."""

    requirements: tuple[Requirement, ...] = (
        required.one_batch_of_magic_two,
        required.corrupt_bounds_are_told,
        required.counts_are_checked,
        required.base_offsets_are_zero,
        required.control_batches_are_the_brokers,
        required.transactional_batches_need_an_id,
        required.producers_number_their_batches,
        required.checksums_are_checked,
        required.zstd_needs_a_version,
        required.unreadable_payloads_are_refused,
        required.unchecked_fields_are_accepted,
        required.refused_partitions_keep_their_end,
        required.refusals_tell_no_offset,
        required.stored_batches_are_the_leaders,
    )

    @initialize()
    def make_topic(self) -> None:
        self.do(MakeTopic("t"))

    @rule(records=RECORDS, codec=CODECS, version=VERSION)
    def honest(self, records: tuple[Rec, ...], codec: int, version: int) -> None:
        self.produce_forged(version, Forged(records, codec))

    @rule(
        lies=st.lists(LIES, min_size=1, max_size=9), records=RECORDS, codec=CODECS, version=VERSION
    )
    def one_lie_each(
        self, lies: list[Forged], records: tuple[Rec, ...], codec: int, version: int
    ) -> None:
        for lie in lies:
            plain = lie.payload in OF_PLAIN_BATCHES
            self.produce_forged(version, lie._replace(records=records, codec=0 if plain else codec))

    @rule(
        first=st.sampled_from(HEADERS),
        second=st.sampled_from(HEADERS + IGNORED),
        shape=st.sampled_from(["", "two batches", "twelve bytes after"]),
        version=VERSION,
    )
    def several_lies(
        self,
        first: tuple[tuple[str, int], ...],
        second: tuple[tuple[str, int], ...],
        shape: str,
        version: int,
    ) -> None:
        header = tuple(sorted((dict(second) | dict(first)).items()))
        self.produce_forged(version, Forged(header=header, shape=shape))

    @rule(offset=st.integers(0, 12))
    def fetch(self, offset: int) -> None:
        self.do(Fetch("t", 0, offset))


class BelievedBatches(Versioned):
    """Lies that released brokers believe: apart, since nobody can read what comes of them."""

    requirements: tuple[Requirement, ...] = (
        required.compressed_lengths_are_checked,
        required.append_time_is_not_claimed_for_own_times,
    )
    weight = 0.2

    @initialize()
    def make_topic(self) -> None:
        self.do(MakeTopic("t"))

    @rule(
        records=RECORDS,
        codec=st.integers(1, 4),
        payload=st.sampled_from(OF_PLAIN_BATCHES),
        version=VERSION,
    )
    def compressed_lengths_lie(
        self, records: tuple[Rec, ...], codec: int, payload: str, version: int
    ) -> None:
        self.produce_forged(version, Forged(records, codec, payload=payload))

    @rule(by=st.sampled_from([0, -1000, 1000]), codec=CODECS, version=VERSION)
    def append_time_is_claimed(self, by: int, codec: int, version: int) -> None:
        header = (("attributes", 8), ("max_timestamp", by))
        self.produce_forged(version, Forged(codec=codec, header=header))


class NullRecords(Versioned):
    """Null where record bytes may stand. A broker that says nothing costs seconds each time."""

    requirements: tuple[Requirement, ...] = (null_records_are_answered,)
    weight = 0.01

    asked = False

    @initialize()
    def make_topic(self) -> None:
        self.do(MakeTopic("t"))

    @rule(version=VERSION)
    def produce_null(self, version: int) -> None:
        if not self.asked:
            self.asked = True
            self.do(ProduceNull("t", 0, self.version_of("Produce", version)))


class TopicLimits(Versioned):
    """Topics that limit the sizes of batches, or of what is left of them when decompressed."""

    requirements: tuple[Requirement, ...] = (
        required.sizes_are_limited,
        required.segments_hold_a_batch,
    )
    weight = 0.4

    @initialize()
    def make_topics(self) -> None:
        self.do(MakeTopic("t", 1, (("max.message.bytes", "200"),)))
        plain = ("compression.type", "uncompressed")
        self.do(MakeTopic("plain", 1, (("max.message.bytes", "200"), plain)))
        segment = (("segment.bytes", "1048576"), ("max.message.bytes", "2000000"))
        self.do(MakeTopic("segment", 1, segment))

    @rule(
        topic=st.sampled_from(["t", "plain"]),
        # A plain batch of this record and 127 bytes more has exactly 200.
        padding=st.sampled_from([126, 127, 128, 0, 400]),
        codec=CODECS,
        version=VERSION,
    )
    def padded(self, topic: str, padding: int, codec: int, version: int) -> None:
        batch = Forged((Rec("k", "v0"),), codec, padding=padding)
        self.produce_forged(version, batch, topic)

    @rule(padding=st.sampled_from([0, 1_000_000, 1_100_000]), version=VERSION)
    def larger_than_a_segment(self, padding: int, version: int) -> None:
        self.produce_forged(version, Forged(padding=padding), "segment")

    @rule(topic=st.sampled_from(["t", "plain"]))
    def fetch(self, topic: str) -> None:
        self.do(Fetch(topic, 0, 0))


KEYS = st.sampled_from(["k", "", None])


class CompactedTopics(Versioned):
    """A compacted topic and records with and without keys."""

    requirements: tuple[Requirement, ...] = (
        required.compacted_topics_need_keys,
        required.bad_records_are_listed,
    )
    weight = 0.4

    @initialize(policy=st.sampled_from(["compact", "compact,delete"]))
    def make_topic(self, policy: str) -> None:
        self.do(MakeTopic("t", 1, (("cleanup.policy", policy),)))

    @rule(keys=st.lists(KEYS, min_size=1, max_size=4), codec=CODECS, version=VERSION)
    def produce(self, keys: list[str | None], codec: int, version: int) -> None:
        records = tuple(Rec(key, f"v{i}", i) for i, key in enumerate(keys))
        self.produce_forged(version, Forged(records, codec))


class Recompression(Versioned):
    """Topics that have a codec of their own."""

    requirements: tuple[Requirement, ...] = (required.topics_choose_their_codec,)
    weight = 0.4

    @initialize(codec=st.sampled_from(["uncompressed", "gzip", "snappy", "lz4", "zstd"]))
    def make_topic(self, codec: str) -> None:
        self.do(MakeTopic("t", 1, (("compression.type", codec),)))

    @rule(
        times=st.lists(st.integers(-9, 9), min_size=1, max_size=4),
        codec=CODECS,
        payload=st.sampled_from(["", "", "offset deltas one up"]),
        version=VERSION,
    )
    def produce(self, times: list[int], codec: int, payload: str, version: int) -> None:
        headers = (("h", "x"), ("h", None))
        records = tuple(Rec("k", f"v{i}", at, headers) for i, at in enumerate(times))
        self.produce_forged(version, Forged(records, codec, payload=payload))

    @rule(offset=st.integers(0, 12))
    def fetch(self, offset: int) -> None:
        self.do(Fetch("t", 0, offset))


PLACES = (("t", 0), ("t", 1), ("u", 0), ("t", 7), ("t", -1), ("nowhere", 0))
LITERAL = (("=", 0), ("=a/b", 0), ("=..", 0), ("=__consumer_offsets", 0))


class ProduceRequests(Versioned):
    """Requests for several partitions, some of which are refused, with every kind of acks."""

    requirements: tuple[Requirement, ...] = (
        required.partitions_are_independent,
        required.every_partition_is_answered_once,
        required.acks_are_of_three,
        required.silence_means_accepted,
        required.internal_topics_are_the_brokers,
        required.unknown_partitions_are_told,
    )

    @initialize()
    def make_topics(self) -> None:
        self.do(MakeTopic("t", 2))
        self.do(MakeTopic("u"))
        self.do(WakeCoordinators())

    @rule(
        places=st.lists(
            st.sampled_from(PLACES[:3] + PLACES + LITERAL), min_size=1, max_size=4, unique=True
        ),
        batches=st.lists(st.just(Forged()) | LIES, min_size=4, max_size=4),
        acks=st.sampled_from([-1, -1, 1, 0, 0, 2, -2]),
        version=VERSION,
    )
    def produce(
        self, places: list[tuple[str, int]], batches: list[Forged], acks: int, version: int
    ) -> None:
        parts = tuple(Part(*place, batch) for place, batch in zip(places, batches, strict=False))
        self.do(ProduceForged(parts, acks, self.version_of("Produce", version)))

    @rule(counts=st.tuples(st.integers(1, 3), st.integers(1, 3)), version=VERSION)
    def produce_twice_to_one_partition(self, counts: tuple[int, int], version: int) -> None:
        first, second = (Forged(tuple(Rec("k", f"{n}") for n in range(c))) for c in counts)
        parts = (Part("t", 0, first), Part("u", 0, first), Part("t", 0, second))
        self.do(ProduceForged(parts, -1, self.version_of("Produce", version)))

    @rule(place=st.sampled_from(PLACES[:3]))
    def fetch(self, place: tuple[str, int]) -> None:
        self.do(Fetch(*place, offset=0))


test_forged_batches = conformance(ForgedBatches)
test_believed_batches = conformance(BelievedBatches)
test_null_records = conformance(NullRecords)
test_topic_limits = conformance(TopicLimits)
test_compacted_topics = conformance(CompactedTopics)
test_recompression = conformance(Recompression)
test_produce_requests = conformance(ProduceRequests)

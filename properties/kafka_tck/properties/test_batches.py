"""What a leader takes from producers: forged batches, limits, requests for several partitions."""

from hypothesis import strategies as st
from hypothesis.stateful import initialize, rule

from kafka_tck.properties.collect import conformance
from kafka_tck.properties.machine import Machine
from kafka_tck.properties.operations import forged_requirements as required
from kafka_tck.properties.operations.fetch import Fetch
from kafka_tck.properties.operations.forged import Part, ProduceForged
from kafka_tck.properties.operations.forging import PAYLOADS, SHAPES, Forged
from kafka_tck.properties.operations.produce import Rec
from kafka_tck.properties.operations.topics import MakeTopic
from kafka_tck.properties.requirement import Requirement

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

LIES = st.one_of(
    st.sampled_from(HEADERS).map(lambda header: Forged(header=header)),
    st.sampled_from(IGNORED).map(lambda header: Forged(header=header)),
    st.sampled_from(sorted(SHAPES)).map(lambda shape: Forged(shape=shape)),
    st.sampled_from(sorted(PAYLOADS)).map(lambda payload: Forged(payload=payload)),
)


class Versioned(Machine):
    """Chooses among the versions that the target has; 0 is the newest."""

    def version_of(self, api: str, choice: int, oldest: int = 0) -> int:
        """A supported version of the API, from `oldest` on."""
        versions = [v for v in self.session.profile.versions(api) if v >= oldest]
        return versions[-1 - choice % len(versions)]

    def produce_forged(self, choice: int, batch: Forged, acks: int = -1) -> None:
        version = self.version_of("Produce", choice, oldest=3)
        self.do(ProduceForged((Part("t", 0, batch),), acks, version))


VERSION = st.sampled_from([0, 0, *range(1, 12)])


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
        lies=st.lists(LIES, min_size=1, max_size=5), records=RECORDS, codec=CODECS, version=VERSION
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


test_forged_batches = conformance(ForgedBatches)

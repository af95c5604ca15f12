"""Compaction: the latest record of every key stays as it was, the others go."""

from hypothesis import strategies as st
from hypothesis.stateful import initialize, precondition, rule

from kafka_tck.model.cleaning import Limits
from kafka_tck.model.compaction import DAY_MS, Lags, must_go
from kafka_tck.properties.collect import conformance
from kafka_tck.properties.machine import Machine
from kafka_tck.properties.operations.cleaning.cleaning import (
    HOUR_MS,
    LONG_AGO,
    MakeCleaned,
    size_of,
)
from kafka_tck.properties.operations.cleaning.compaction import (
    AwaitCompaction,
    ReadCompacted,
    nothing_comes_back,
    reads_pass_over_what_went,
    superseded_records_go_in_the_end,
)
from kafka_tck.properties.operations.cleaning.compaction_laws import (
    bounds_do_not_move,
    no_stale_value_is_final,
    the_latest_of_a_key_stays,
    tombstones_stay_for_their_time,
    what_stays_is_unchanged,
    young_records_stay,
)
from kafka_tck.properties.operations.nodes import Restart
from kafka_tck.properties.operations.producing.produce import Produce, Rec
from kafka_tck.properties.requirement import Requirement

ONE_BATCH, SEVERAL = 137, 400
"""Bytes of a segment: no two of our batches fit into the first, about four into the other."""

KEYS = st.sampled_from("abc")
VALUES = st.none() | st.text("xy", max_size=3)
HEADERS = st.sampled_from([(), (), (("h", "i"),)])
AGES = st.sampled_from([LONG_AGO, LONG_AGO, 0])
RECORDS = st.lists(st.builds(Rec, KEYS, VALUES, AGES, HEADERS), min_size=1, max_size=3).map(tuple)


class CompactedLog(Machine):
    """A partition that the cleaner compacts as soon as it can."""

    requirements: tuple[Requirement, ...] = (
        the_latest_of_a_key_stays,
        what_stays_is_unchanged,
        bounds_do_not_move,
        young_records_stay,
        tombstones_stay_for_their_time,
        no_stale_value_is_final,
        reads_pass_over_what_went,
        superseded_records_go_in_the_end,
        nothing_comes_back,
    )
    weight = 0.3
    waits = 0
    restarts = 0

    @initialize(
        policy=st.sampled_from(["compact", "compact", "compact,delete"]),
        lag=st.sampled_from([0, 0, HOUR_MS]),
        tombstones=st.sampled_from([DAY_MS, DAY_MS, 0]),
        segment=st.sampled_from([ONE_BATCH, ONE_BATCH, SEVERAL]),
        restarts=st.sampled_from([0, 0, 1]),
    )
    def make_topic(
        self, policy: str, lag: int, tombstones: int, segment: int, restarts: int
    ) -> None:
        self.restarts = restarts
        settings = {
            "cleanup.policy": policy,
            "min.compaction.lag.ms": lag,
            "delete.retention.ms": tombstones,
            "min.cleanable.dirty.ratio": 0,
            "retention.ms": HOUR_MS,
        }
        self.do(MakeCleaned("t", segment, tuple((k, str(v)) for k, v in settings.items())))

    @rule(records=RECORDS, codec=st.sampled_from([0, 0, 1, 2, 3, 4]))
    def produce(self, records: tuple[Rec, ...], codec: int) -> None:
        self.do(Produce("t", 0, records, codec))

    @rule(key=KEYS, values=st.lists(VALUES, min_size=2, max_size=3))
    def produce_one_key(self, key: str, values: list[str | None]) -> None:
        for value in values:
            self.do(Produce("t", 0, (Rec(key, value, LONG_AGO),)))

    @rule(offset=st.integers(0, 12))
    def read(self, offset: int) -> None:
        self.do(ReadCompacted("t", offset))

    @precondition(lambda self: self.waits < 3 and self.belief.notes["cleans soon"])
    @rule()
    def await_compaction(self) -> None:
        self.waits += 1
        self.do(AwaitCompaction("t", self.what_must_go()))

    def what_must_go(self) -> tuple[int, ...]:
        """The offsets to wait for."""
        batches = self.belief.at("t", 0).ledger.batches
        settings = self.belief.topics["t"].settings
        gone = must_go(
            batches,
            [size_of(batch) for batch in batches],
            Limits.of(settings).segment_bytes,
            Lags.of(settings),
            self.run.world.now_ms(),
        )
        return tuple(sorted(gone))

    @precondition(lambda self: self.waits > 0 and self.restarts > 0)
    @precondition(lambda self: "fault.restart" in self.session.target.capabilities)
    @rule()
    def restart(self) -> None:
        self.restarts -= 1
        self.do(Restart(self.session.target.nodes()[0]))


test_compacted_log = conformance(CompactedLog)

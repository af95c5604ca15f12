"""Retention by time and by size: what goes, what stays, and that offsets never start again."""

from hypothesis import strategies as st
from hypothesis.stateful import initialize, precondition, rule

from kafka_tck.model.cleaning import UNLIMITED, Limits, eventual_start
from kafka_tck.properties.collect import conformance
from kafka_tck.properties.machine import Machine
from kafka_tck.properties.operations.cleaning.cleaning import (
    HOUR_MS,
    LONG_AGO,
    MakeCleaned,
    size_of,
)
from kafka_tck.properties.operations.cleaning.retention import (
    SENTINEL,
    AwaitRetention,
    offsets_survive_an_empty_log,
    old_segments_go_in_the_end,
    only_old_segments_go,
    the_limit_stays_filled,
    what_is_kept_is_unchanged,
    whole_segments_go,
)
from kafka_tck.properties.operations.nodes import Restart
from kafka_tck.properties.operations.producing.produce import Produce, Rec
from kafka_tck.properties.requirement import Requirement

ONE_BATCH, SEVERAL = 137, 400
"""Bytes of a segment: no two of our batches fit into the first, about four into the other."""

SOON = HOUR_MS // 2
AGES = st.sampled_from([LONG_AGO, LONG_AGO, 0, SOON])


class RetainedLog(Machine):
    """A partition whose old records go: by age, by size, or by both."""

    requirements: tuple[Requirement, ...] = (
        only_old_segments_go,
        the_limit_stays_filled,
        whole_segments_go,
        old_segments_go_in_the_end,
        offsets_survive_an_empty_log,
        what_is_kept_is_unchanged,
    )
    weight = 0.25
    waits = 0
    restarts = 0

    @initialize(
        age=st.sampled_from([HOUR_MS, HOUR_MS, UNLIMITED]),
        size=st.sampled_from([UNLIMITED, UNLIMITED, 200, 300]),
        segment=st.sampled_from([ONE_BATCH, SEVERAL]),
        restarts=st.sampled_from([0, 0, 1]),
    )
    def make_topics(self, age: int, size: int, segment: int, restarts: int) -> None:
        self.restarts = restarts
        kept = (("retention.ms", str(age)), ("retention.bytes", str(size)))
        self.do(MakeCleaned("t", segment, kept))
        self.do(MakeCleaned(SENTINEL, ONE_BATCH, (("retention.ms", str(HOUR_MS)),)))

    @rule(ages=st.lists(AGES, min_size=1, max_size=3), codec=st.sampled_from([0, 0, 1, 4]))
    def produce(self, ages: list[int], codec: int) -> None:
        records = tuple(Rec("k", f"v{i}", at) for i, at in enumerate(ages))
        self.do(Produce("t", 0, records, codec))

    @rule(count=st.integers(1, 2))
    def produce_old_ones(self, count: int) -> None:
        self.do(Produce("t", 0, tuple(Rec("k", f"o{i}", LONG_AGO) for i in range(count))))

    @precondition(lambda self: self.waits < 3 and self.belief.notes["cleans soon"])
    @rule()
    def await_retention(self) -> None:
        self.waits += 1
        self.do(AwaitRetention("t", self.what_must_come()))

    def what_must_come(self) -> int:
        """The log start to wait for."""
        known = self.belief.at("t", 0)
        batches = known.ledger.batches
        return eventual_start(
            batches,
            [size_of(batch) for batch in batches],
            Limits.of(self.belief.topics["t"].settings),
            known["log_start"],
            known["leo"],
            self.run.world.now_ms(),
        )

    @precondition(lambda self: self.waits > 0 and self.restarts > 0)
    @precondition(lambda self: "fault.restart" in self.session.target.capabilities)
    @rule()
    def restart(self) -> None:
        self.restarts -= 1
        self.do(Restart(self.session.target.nodes()[0]))


test_retained_log = conformance(RetainedLog)

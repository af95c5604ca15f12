"""Fetching: several partitions in one request, their errors, names, limits and epochs."""

from hypothesis import strategies as st
from hypothesis.stateful import initialize, rule

from kafka_tck.properties.collect import conformance
from kafka_tck.properties.machine import Machine
from kafka_tck.properties.operations import fetch_rules as rules
from kafka_tck.properties.operations.asking import ALL, Part
from kafka_tck.properties.operations.deletion import DeleteRecords
from kafka_tck.properties.operations.fetching import FetchMany
from kafka_tck.properties.operations.produce import Produce, Rec
from kafka_tck.properties.operations.topics import MakeTopic
from kafka_tck.properties.requirement import Requirement

PLACES = st.sampled_from([("t", 0), ("t", 1), ("u", 0)])
STRANGE = st.sampled_from([("t", 9), ("nowhere", 0), ("u", -1)])
LIMITS = st.sampled_from([ALL, ALL, ALL, 0, 80, 200])
RECORDS = st.lists(
    st.builds(Rec, st.just("k"), st.sampled_from(["", "v", "v" * 40]), st.integers(0, 9)),
    min_size=1,
    max_size=3,
).map(tuple)
NEWER_FIRST = st.integers(0, 14)
"""How many versions below the newest one."""


FILLING = st.lists(st.tuples(PLACES, RECORDS, st.integers(0, 4)), max_size=10)
"""What is written before the program begins."""


def parts(epochs: st.SearchStrategy[int]) -> st.SearchStrategy[tuple[Part, ...]]:
    """One to four partitions of a request, some of which do not exist; see `aimed`."""
    part = st.builds(
        lambda place, *rest: Part(*place, *rest),
        st.one_of(PLACES, PLACES, PLACES, STRANGE),
        st.integers(-1, 10),
        LIMITS,
        epochs,
        epochs,
    )
    once = st.lists(part, min_size=1, max_size=5, unique_by=lambda p: p[:2])
    return st.one_of(once, once, st.lists(part, min_size=2, max_size=3)).map(tuple)


class FetchingMachine(Machine):
    """Two topics that are written to and deleted from."""

    @initialize(filling=FILLING)
    def make_topics(self, filling: list[tuple[tuple[str, int], tuple[Rec, ...], int]]) -> None:
        self.do(MakeTopic("t", 2))
        self.do(MakeTopic("u"))
        for place, records, codec in filling:
            self.do(Produce(*place, records, codec))

    @rule(place=PLACES, records=RECORDS, codec=st.integers(0, 4))
    def produce(self, place: tuple[str, int], records: tuple[Rec, ...], codec: int) -> None:
        self.do(Produce(*place, records, codec))

    @rule(place=PLACES, before=st.integers(0, 3))
    def delete_records(self, place: tuple[str, int], before: int) -> None:
        self.do(DeleteRecords(*place, before))

    def aimed(self, asked: tuple[Part, ...]) -> tuple[Part, ...]:
        """The parts with offsets counted from the log start, few of them beyond the log end."""
        return tuple(self._aimed(part) for part in asked)

    def _aimed(self, part: Part) -> Part:
        known = self.belief.partitions.get((part.topic, part.partition))
        if known is None or part.offset < 0:
            return part
        span = known["leo"] - known["log_start"] + 2
        return part._replace(offset=known["log_start"] + part.offset % span)

    def version(self, back: int) -> int:
        """The Fetch version so many below the newest, or the oldest."""
        profile = self.session.profile
        return max(profile.oldest("Fetch"), profile.newest("Fetch") - back)


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


test_many_partitions = conformance(ManyPartitions)

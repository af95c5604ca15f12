"""What the machines of fetching share: two topics that are written to, and parts of requests."""

from hypothesis import strategies as st
from hypothesis.stateful import initialize, rule

from kafka_tck.properties.machine import Machine
from kafka_tck.properties.operations.deletion.deletion import DeleteRecords
from kafka_tck.properties.operations.fetching.asking import ALL, Part, is_former
from kafka_tck.properties.operations.producing.produce import Produce, Rec
from kafka_tck.properties.operations.topics.topics import MakeTopic

PLACES = st.sampled_from([("t", 0), ("t", 1), ("u", 0)])
STRANGE = st.sampled_from([("t", 9), ("nowhere", 0), ("u", -1), ("u#1", 0)])
"""Partitions that do not exist; the last one did, once `u` was made anew."""
LIMITS = st.sampled_from([ALL, ALL, ALL, 0, 80, 200])
RECORDS = st.lists(
    st.builds(
        lambda v, at: Rec("k", v, at), st.sampled_from(["", "v", "v" * 40]), st.integers(0, 9)
    ),
    min_size=1,
    max_size=3,
).map(tuple)
NEWER_FIRST = st.integers(0, 14)
"""How many versions below the newest one."""


Filling = tuple[tuple[str, int], tuple[Rec, ...], int]
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
    def make_topics(self, filling: list[Filling]) -> None:
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
        if "#" in part.topic and not is_former(self.run.world, part.topic):
            return part._replace(topic="nowhere")  # a name that no later life can take
        known = self.belief.partitions.get((part.topic, part.partition))
        if known is None or part.offset < 0:
            return part
        span = known["leo"] - known["log_start"] + 2
        return part._replace(offset=known["log_start"] + part.offset % span)

    def version(self, back: int) -> int:
        """The Fetch version so many below the newest, or the oldest."""
        profile = self.session.profile
        return max(profile.oldest("Fetch"), profile.newest("Fetch") - back)

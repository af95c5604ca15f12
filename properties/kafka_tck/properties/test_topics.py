"""Topics: what CreateTopics, DeleteTopics and CreatePartitions do, and what they refuse."""

from hypothesis import strategies as st
from hypothesis.stateful import initialize, rule

from kafka_tck.model.topics import Doomed, Growth
from kafka_tck.properties.collect import conformance
from kafka_tck.properties.machine import Machine
from kafka_tck.properties.operations.fetching.fetch import Fetch
from kafka_tck.properties.operations.producing.produce import Produce, Rec
from kafka_tck.properties.operations.topics.creation import CreateTopics, New
from kafka_tck.properties.operations.topics.creation_laws import (
    CREATION,
    names_of_one_request_do_not_collide,
)
from kafka_tck.properties.operations.topics.dead_ids import (
    UseId,
    reads_by_a_dead_id,
    writes_by_a_dead_id,
)
from kafka_tck.properties.operations.topics.growth import GROWTH, CreatePartitions
from kafka_tck.properties.operations.topics.naming import dead_ids, live_ids
from kafka_tck.properties.operations.topics.topic_deletion import DELETION, UNKNOWN_ID, DeleteTopics
from kafka_tck.properties.requirement import Requirement

NAMES = st.sampled_from(["a", "b", "x.y", "x_y", "__u", "l*249"])
BAD_NAMES = st.sampled_from(["!", "!.", "!..", "!a b", "!a/b", "!\u00e4", "l*250"])
SETTINGS = st.sampled_from(
    [(), (("retention.ms", "-1"),), (("max.message.bytes", "100000"), ("retention.ms", "-1"))]
)
BAD_SETTINGS = st.sampled_from(
    [
        (("no.such.setting", "1"),),
        (("retention.ms", "soon"),),
        (("retention.ms", "-2"),),
        (("cleanup.policy", None),),
        (("cleanup.policy", "shred"),),
        (("retention.ms", "-1"), ("min.insync.replicas", "0")),
    ]
)
ASSIGNMENTS = st.sampled_from([((0, (1,)),), ((1, (1,)), (0, (1,)))])
BAD_ASSIGNMENTS = st.sampled_from(
    [
        ((1, (1,)),),
        ((0, (1,)), (2, (1,))),
        ((0, (1,)), (0, (1,))),
        ((-1, (1,)), (0, (1,))),
        ((0, (1, 1)),),
        ((0, (9,)),),
        ((0, (1, 9)),),
        ((0, ()),),
        ((0, (1,)), (1, (1, 9))),
    ]
)
COUNTS = st.sampled_from([1, 2, 3, -1])
BAD_COUNTS = st.sampled_from([(0, 1), (-2, 1), (1, 0), (1, -2), (1, 99), (0, 0)])

GOOD = st.one_of(
    st.builds(New, NAMES, COUNTS, st.sampled_from([1, -1]), st.just(()), SETTINGS),
    st.builds(New, NAMES, st.just(-1), st.just(-1), ASSIGNMENTS, SETTINGS),
)
BAD = st.one_of(
    BAD_NAMES.map(New),
    st.builds(lambda name, counts: New(name, *counts), NAMES, BAD_COUNTS),
    st.builds(New, NAMES, st.just(-1), st.just(-1), BAD_ASSIGNMENTS, st.just(())),
    st.builds(New, NAMES, st.sampled_from([1, -1]), st.just(1), ASSIGNMENTS, st.just(())),
    st.builds(New, NAMES, st.just(1), st.just(1), st.just(()), BAD_SETTINGS),
)

NEW_LISTS = st.sampled_from([((1,),), ((1,), (1,)), ((9,),), ((1, 1),), ((),), ()])
AGES = st.integers(0, 5)
PICKS = st.integers(0, 8)
TWO = st.sampled_from(["a", "b"])


class TopicRequests(Machine):
    """One client creates, deletes and grows topics, rightly and wrongly."""

    requirements: tuple[Requirement, ...] = (*CREATION, *DELETION, *GROWTH)

    def version_of(self, api: str, age: int) -> int:
        """A supported version, `age` steps below the newest if there are so many."""
        profile = self.session.profile
        return max(profile.oldest(api), profile.newest(api) - age)

    def known(self, pick: int) -> str:
        """A topic that exists, or one that perhaps does not."""
        names = [*self.belief.topics, "a"]
        return names[pick % len(names)]

    @initialize()
    def begin(self) -> None:
        self.do(CreateTopics((New("a", 2),)))

    @rule(topics=st.lists(GOOD, min_size=1, max_size=2), age=AGES)
    def create(self, topics: list[New], age: int) -> None:
        version = self.version_of("CreateTopics", age)
        self.do(CreateTopics(tuple(topics), version=version))

    @rule(bad=BAD, others=st.lists(GOOD | BAD, max_size=2), age=AGES)
    def create_wrongly(self, bad: New, others: list[New], age: int) -> None:
        version = self.version_of("CreateTopics", age)
        self.do(CreateTopics((bad, *others), version=version))

    @rule(topics=st.lists(GOOD | BAD, min_size=1, max_size=2))
    def validate(self, topics: list[New]) -> None:
        self.do(CreateTopics(tuple(topics), validate_only=True))

    @rule(topic=GOOD, timeout=st.sampled_from([0, 1]))
    def create_in_a_hurry(self, topic: New, timeout: int) -> None:
        self.do(CreateTopics((topic,), timeout_ms=timeout))

    @rule(picks=st.lists(PICKS, min_size=1, max_size=3), age=AGES)
    def delete(self, picks: list[int], age: int) -> None:
        doomed = tuple(Doomed(self.known(pick)) for pick in picks)
        self.do(DeleteTopics(doomed, self.version_of("DeleteTopics", age)))

    @rule(
        picks=st.lists(PICKS, min_size=1, max_size=2),
        names=st.lists(NAMES, max_size=1),
        odd=st.sampled_from([None, "both", "neither"]),
    )
    def delete_by_id(self, picks: list[int], names: list[str], odd: str | None) -> None:
        if self.session.profile.newest("DeleteTopics") >= 6:
            ids = [*live_ids(self.belief), *dead_ids(self.belief), UNKNOWN_ID]
            doomed = [Doomed(None, ids[pick % len(ids)]) for pick in picks]
            doomed += [Doomed(name) for name in names]
            doomed += {"both": [Doomed("a", ids[0])], "neither": [Doomed()]}.get(odd or "", [])
            self.do(DeleteTopics(tuple(doomed)))

    @rule(
        picks=st.lists(PICKS, min_size=1, max_size=2),
        by=st.integers(-1, 2),
        validate_only=st.booleans(),
        age=st.integers(0, 3),
    )
    def grow(self, picks: list[int], by: int, validate_only: bool, age: int) -> None:
        growths = tuple(self._growth(pick, by) for pick in picks)
        version = self.version_of("CreatePartitions", age)
        self.do(CreatePartitions(growths, validate_only, version))

    @rule(pick=PICKS, by=st.integers(1, 2), lists=NEW_LISTS)
    def grow_by_hand(self, pick: int, by: int, lists: tuple[tuple[int, ...], ...]) -> None:
        growth = self._growth(pick, by)
        self.do(CreatePartitions((growth._replace(assignments=lists),)))

    def _growth(self, pick: int, by: int) -> Growth:
        name = self.known(pick)
        present = self.belief.topics.get(name)
        return Growth(name, by + (present.partitions if present else 1))


class CollidingNames(Machine):
    """Names that differ only in `.` against `_`, in one request."""

    requirements: tuple[Requirement, ...] = (names_of_one_request_do_not_collide,)
    weight = 0.1

    @rule(names=st.permutations(["x.y", "x_y", "a"]))
    def create(self, names: list[str]) -> None:
        self.do(CreateTopics(tuple(New(name) for name in names)))
        self.do(DeleteTopics(tuple(Doomed(name) for name in self.belief.topics)))


class TopicLives(Machine):
    """Topics are written, deleted and made again: nothing of an earlier life is left."""

    requirements: tuple[Requirement, ...] = (reads_by_a_dead_id, writes_by_a_dead_id)

    @initialize()
    def begin(self) -> None:
        self.do(CreateTopics((New("a"),)))

    @rule(name=TWO, partitions=st.integers(1, 2))
    def create(self, name: str, partitions: int) -> None:
        self.do(CreateTopics((New(name, partitions),)))

    @rule(name=TWO, by_id=st.booleans())
    def delete(self, name: str, by_id: bool) -> None:
        ids = {topic: symbol for symbol, topic in live_ids(self.belief).items()}
        if by_id and name in ids and self.session.profile.newest("DeleteTopics") >= 6:
            self.do(DeleteTopics((Doomed(None, ids[name]),)))
        else:
            self.do(DeleteTopics((Doomed(name),)))

    @rule(name=TWO, to=st.integers(1, 3))
    def grow(self, name: str, to: int) -> None:
        self.do(CreatePartitions((Growth(name, to),)))

    @rule(pick=PICKS, count=st.integers(1, 2))
    def produce(self, pick: int, count: int) -> None:
        places = list(self.belief.partitions)
        if places:
            name, partition = places[pick % len(places)]
            records = tuple(Rec("k", f"{name}{i}") for i in range(count))
            self.do(Produce(name, partition, records))

    @rule(pick=PICKS)
    def fetch(self, pick: int) -> None:
        places = list(self.belief.partitions)
        if places:
            self.do(Fetch(*places[pick % len(places)], 0))

    @rule(pick=PICKS, api=st.sampled_from(["Metadata", "Fetch", "Produce"]))
    def use_a_dead_id(self, pick: int, api: str) -> None:
        ids = [*dead_ids(self.belief), UNKNOWN_ID]
        self.do(UseId(ids[pick % len(ids)], api))


test_topic_requests = conformance(TopicRequests)
test_colliding_names = conformance(CollidingNames)
test_topic_lives = conformance(TopicLives)

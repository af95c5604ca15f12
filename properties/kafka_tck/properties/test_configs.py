"""The settings of topics: told, changed, refused, and acted upon."""

from hypothesis import strategies as st
from hypothesis.stateful import initialize, rule

from kafka_tck.model.settings import APPEND, DELETE, SET, SUBTRACT
from kafka_tck.properties.collect import conformance
from kafka_tck.properties.machine import Machine
from kafka_tck.properties.operations.configs.alteration import AlterConfigs, Altered
from kafka_tck.properties.operations.configs.configs import UNKNOWN_KEY, DescribeConfigs
from kafka_tck.properties.operations.configs.configs_laws import SETTINGS
from kafka_tck.properties.operations.configs.effects import LIMIT, SMALL_LIMIT, ProduceUntil
from kafka_tck.properties.operations.topics.creation import CreateTopics, New
from kafka_tck.properties.requirement import Requirement

TOPICS = st.sampled_from(["a", "b"])
ODD_TOPICS = st.sampled_from(["a", "b", "never", "!a b"])
KEYS = st.sampled_from(["retention.ms", "cleanup.policy", LIMIT, UNKNOWN_KEY])
GOOD_CHANGES = st.sampled_from(
    [
        ("retention.ms", SET, "-1"),
        ("retention.ms", SET, "86400000"),
        ("retention.ms", DELETE, None),
        ("cleanup.policy", SET, "compact,delete"),
        ("cleanup.policy", SET, "delete"),
        ("cleanup.policy", APPEND, "compact"),
        ("cleanup.policy", SUBTRACT, "compact"),
        ("cleanup.policy", DELETE, None),
        ("delete.retention.ms", SET, "5"),
    ]
)
BAD_CHANGES = st.sampled_from(
    [
        (UNKNOWN_KEY, SET, "1"),
        ("retention.ms", SET, "soon"),
        ("retention.ms", SET, "-2"),
        ("retention.ms", SET, None),
        ("retention.ms", APPEND, "1"),
        ("retention.ms", SUBTRACT, "1"),
        ("cleanup.policy", APPEND, "shred"),
        ("min.insync.replicas", SET, "0"),
    ]
)
Change = tuple[str, int, str | None]


class TopicSettings(Machine):
    """Two topics are given settings, at creation and later, and asked for them."""

    requirements: tuple[Requirement, ...] = SETTINGS
    weight = 0.6

    @initialize(given=st.sampled_from([(), (("retention.ms", "86400000"),)]))
    def begin(self, given: tuple[tuple[str, str], ...]) -> None:
        self.do(CreateTopics((New("a"), New("b", configs=given))))

    @rule(
        topic=ODD_TOPICS,
        keys=st.none() | st.lists(KEYS, min_size=1, max_size=3, unique=True).map(tuple),
        age=st.integers(0, 4),
        node=st.integers(0, 2),
    )
    def describe(self, topic: str, keys: tuple[str, ...] | None, age: int, node: int) -> None:
        profile = self.session.profile
        version = max(profile.oldest("DescribeConfigs"), profile.newest("DescribeConfigs") - age)
        position = 1 + node % len(self.session.target.nodes())
        self.do(DescribeConfigs(topic, keys, version, position))

    @rule(topic=TOPICS, changes=st.lists(GOOD_CHANGES, min_size=1, max_size=2))
    def change(self, topic: str, changes: list[Change]) -> None:
        self.do(AlterConfigs((Altered(topic, tuple(changes)),)))

    @rule(
        topics=st.lists(ODD_TOPICS, min_size=1, max_size=2),
        changes=st.lists(GOOD_CHANGES | BAD_CHANGES, min_size=1, max_size=2),
        bad=BAD_CHANGES,
        validate_only=st.booleans(),
        old=st.booleans(),
    )
    def change_wrongly(
        self, topics: list[str], changes: list[Change], bad: Change, validate_only: bool, old: bool
    ) -> None:
        """The last topic of the request gets a wrong change besides."""
        altered = [Altered(topic, tuple(changes)) for topic in topics]
        altered[-1] = Altered(topics[-1], (*changes, bad))
        version = self.session.profile.oldest("IncrementalAlterConfigs") if old else None
        self.do(AlterConfigs(tuple(altered), validate_only, version))

    @rule(changes=st.lists(GOOD_CHANGES, min_size=1, max_size=2))
    def try_a_change(self, changes: list[Change]) -> None:
        self.do(AlterConfigs((Altered("a", tuple(changes)),), validate_only=True))

    @rule(small=st.booleans())
    def limit_sizes(self, small: bool) -> None:
        change = (LIMIT, SET, str(SMALL_LIMIT)) if small else (LIMIT, DELETE, None)
        self.do(AlterConfigs((Altered("a", (change,)),)))
        self.do(ProduceUntil("a", refused=small))


test_topic_settings = conformance(TopicSettings)

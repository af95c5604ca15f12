"""Metadata: what brokers tell of topics, of themselves, and of what they understand."""

from hypothesis import strategies as st
from hypothesis.stateful import initialize, rule

from kafka_tck.model.topics import Doomed, Growth
from kafka_tck.properties.collect import conformance
from kafka_tck.properties.machine import Machine
from kafka_tck.properties.operations.comparing.every_version import (
    ASKING,
    AskInEveryVersion,
    older_versions_mean_the_same,
)
from kafka_tck.properties.operations.metadata.cluster import (
    DescribeCluster,
    clusters_are_described,
    endpoints_are_checked,
)
from kafka_tck.properties.operations.metadata.metadata import Metadata
from kafka_tck.properties.operations.metadata.metadata_laws import METADATA
from kafka_tck.properties.operations.metadata.paging import (
    PageThrough,
    cursors_are_checked,
    empty_names_are_illegal,
    pages_are_whole,
)
from kafka_tck.properties.operations.metadata.ranges import (
    AskVersions,
    features_are_supported,
    old_versions_are_gone,
    produce_begins_at_zero,
    ranges_are_ranges,
)
from kafka_tck.properties.operations.topics.auto_creation import (
    AskForUnknown,
    asking_creates_where_allowed,
)
from kafka_tck.properties.operations.topics.creation import CreateTopics, New
from kafka_tck.properties.operations.topics.growth import CreatePartitions
from kafka_tck.properties.operations.topics.naming import dead_ids, live_ids
from kafka_tck.properties.operations.topics.topic_deletion import UNKNOWN_ID, DeleteTopics
from kafka_tck.properties.requirement import Requirement

NAMES = st.sampled_from(["a", "b", "c"])
ODD_NAMES = st.sampled_from(["a", "b", "c", "never", "!a b", "!.", "l*250"])
PICKS = st.integers(0, 8)
NODES = st.integers(1, 3)
NAMED_IN_THE_REQUEST_ONLY = 4
"""From this version of Metadata on a request says whether it creates what it asks for."""


class MetadataViews(Machine):
    """Topics come, grow and go; Metadata is asked in every way and version."""

    requirements: tuple[Requirement, ...] = (
        *METADATA,
        pages_are_whole,
        cursors_are_checked,
        empty_names_are_illegal,
    )
    weight = 0.8

    @initialize(partitions=st.integers(1, 3))
    def begin(self, partitions: int) -> None:
        self.do(CreateTopics((New("a", partitions), New("b"))))

    def version_of(self, age: int, since: int = 0) -> int:
        profile = self.session.profile
        oldest = max(profile.oldest("Metadata"), since)
        return max(oldest, profile.newest("Metadata") - age)

    def node_of(self, position: int) -> int:
        return 1 + position % len(self.session.target.nodes())

    @rule(name=NAMES, partitions=st.integers(1, 3))
    def create(self, name: str, partitions: int) -> None:
        if name not in self.belief.topics:
            self.do(CreateTopics((New(name, partitions),)))

    @rule(name=NAMES)
    def delete(self, name: str) -> None:
        if len(self.belief.topics) > 1:
            self.do(DeleteTopics((Doomed(name),)))

    @rule(name=NAMES, to=st.integers(2, 4))
    def grow(self, name: str, to: int) -> None:
        if name in self.belief.topics:
            self.do(CreatePartitions((Growth(name, to),)))

    @rule(names=st.lists(ODD_NAMES, min_size=1, max_size=4), age=st.integers(0, 9), node=NODES)
    def ask_for_names(self, names: list[str], age: int, node: int) -> None:
        version = self.version_of(age, NAMED_IN_THE_REQUEST_ONLY)
        self.do(Metadata(tuple(names), version=version, node=self.node_of(node)))

    @rule(age=st.integers(0, 13), node=NODES)
    def ask_for_known_names(self, age: int, node: int) -> None:
        names = tuple(self.belief.topics)
        self.do(Metadata(names, version=self.version_of(age), node=self.node_of(node)))

    @rule(picks=st.lists(PICKS, min_size=1, max_size=3), node=NODES)
    def ask_for_ids(self, picks: list[int], node: int) -> None:
        if self.session.profile.newest("Metadata") >= 12:
            every = [*live_ids(self.belief), *dead_ids(self.belief), UNKNOWN_ID]
            ids = dict.fromkeys(every[pick % len(every)] for pick in picks)
            version = self.version_of(0, 12)
            self.do(Metadata((), tuple(ids), version=version, node=self.node_of(node)))

    @rule(age=st.integers(0, 13), all_topics=st.booleans())
    def ask_for_all_or_none(self, age: int, all_topics: bool) -> None:
        self.do(Metadata(None if all_topics else (), version=self.version_of(age)))

    @rule(
        names=st.lists(ODD_NAMES, min_size=1, max_size=4),
        limit=st.sampled_from([2000, 1, 2, 3, 0, -1]),
        cursor=st.none() | st.tuples(NAMES, st.integers(-1, 2)),
    )
    def page(self, names: list[str], limit: int, cursor: tuple[str, int] | None) -> None:
        self.do(PageThrough(tuple(names), limit, cursor))

    @rule(names=st.lists(NAMES, max_size=2), cursor=st.none() | st.tuples(NAMES, st.just(0)))
    def page_with_an_empty_name(self, names: list[str], cursor: tuple[str, int] | None) -> None:
        self.do(PageThrough(("!", *names), 2000, cursor))


class VersionsAndNodes(Machine):
    """What does not depend on a history: ranges, features, brokers, and old versions."""

    requirements: tuple[Requirement, ...] = (
        ranges_are_ranges,
        old_versions_are_gone,
        produce_begins_at_zero,
        features_are_supported,
        clusters_are_described,
        endpoints_are_checked,
        older_versions_mean_the_same,
    )
    weight = 0.2

    @initialize()
    def begin(self) -> None:
        self.do(AskVersions())
        for endpoint in (1, 2):
            self.do(DescribeCluster(endpoint))
        self.do(CreateTopics((New("a", 2), New("b"))))

    @rule(endpoint=st.integers(1, 3), age=st.integers(0, 2))
    def describe_cluster(self, endpoint: int, age: int) -> None:
        profile = self.session.profile
        version = max(profile.oldest("DescribeCluster"), profile.newest("DescribeCluster") - age)
        self.do(DescribeCluster(endpoint, version))

    @rule(api=st.sampled_from(sorted(ASKING)), names=st.lists(ODD_NAMES, min_size=1, max_size=2))
    def ask_in_every_version(self, api: str, names: list[str]) -> None:
        # Old versions of Metadata cannot ask for an unknown topic without asking to create it.
        asked = ["a", "b"] if api == "Metadata" else list(dict.fromkeys(names))
        self.do(AskInEveryVersion(api, tuple(asked)))


class AutoCreation(Machine):
    """Topics that are only asked for."""

    requirements: tuple[Requirement, ...] = (asking_creates_where_allowed,)
    weight = 0.1

    @initialize(allow=st.booleans())
    def begin(self, allow: bool) -> None:
        self.do(AskForUnknown("a", allow))

    @rule(topic=NAMES, allow=st.booleans())
    def ask(self, topic: str, allow: bool) -> None:
        self.do(AskForUnknown(topic, allow))

    @rule(topic=NAMES)
    def delete(self, topic: str) -> None:
        if topic in self.belief.topics:
            self.do(DeleteTopics((Doomed(topic),)))


test_metadata_views = conformance(MetadataViews)
test_versions_and_nodes = conformance(VersionsAndNodes)
test_auto_creation = conformance(AutoCreation)

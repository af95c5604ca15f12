"""Writes programs: sequences of requests over all APIs and versions, most of them sensible."""

import random
from collections.abc import Callable, Mapping
from dataclasses import replace
from typing import Any, Final

from tests.differential import cluster_requests, log_requests, topic_requests
from tests.differential.damaging import damage
from tests.differential.nonsense import with_nonsense
from tests.differential.sketch import Sketch
from tests.differential.steps import Step

from kafka_tck.wire.messages import APIS

CONNECTIONS: Final = 3

Fields = Mapping[str, Any]

_WRITERS: Final[dict[str, tuple[int, Callable[[Sketch], Fields]]]] = {
    "Produce": (24, log_requests.produce),
    "Fetch": (24, log_requests.fetch),
    "ListOffsets": (14, log_requests.list_offsets),
    "OffsetForLeaderEpoch": (4, log_requests.offset_for_leader_epoch),
    "DeleteRecords": (5, log_requests.delete_records),
    "InitProducerId": (5, log_requests.init_producer_id),
    "Metadata": (5, topic_requests.metadata),
    "CreateTopics": (6, topic_requests.create_topics),
    "DeleteTopics": (3, topic_requests.delete_topics),
    "CreatePartitions": (3, topic_requests.create_partitions),
    "DescribeTopicPartitions": (4, topic_requests.describe_topic_partitions),
    "DescribeConfigs": (4, cluster_requests.describe_configs),
    "IncrementalAlterConfigs": (4, cluster_requests.incremental_alter_configs),
    "ApiVersions": (2, cluster_requests.api_versions),
    "DescribeCluster": (2, cluster_requests.describe_cluster),
}
"""Every API with its weight and the function that writes its sensible requests."""

UNRELEASED: Final = ("InitProducerId",)
"""APIs whose newest version is in the schema but in no release."""

_NONSENSE: Final = 0.2
_DAMAGE: Final = 0.08


def write_program(seed: int, length: int) -> list[Step]:
    """The program of this seed; it starts with the creation of two topics."""
    rng = random.Random(seed)
    sketch = Sketch(rng)
    names, weights = list(_WRITERS), [weight for weight, _ in _WRITERS.values()]
    start = [Step(0, "CreateTopics", 7, topic_requests.new_topic(sketch, name)) for name in "ab"]
    rest = [_step(sketch, api) for api in rng.choices(names, weights, k=length - len(start))]
    return start + rest


def _step(sketch: Sketch, api: str) -> Step:
    rng = sketch.rng
    sketch.version = _version(rng, api)
    step = Step(rng.randrange(CONNECTIONS), api, sketch.version, _WRITERS[api][1](sketch))
    if rng.random() < _NONSENSE:
        step = with_nonsense(step, rng)
    elif rng.random() < _DAMAGE:
        step = damage(step, rng)
    return replace(step, client_id=None) if rng.random() < 0.03 else step


def _version(rng: random.Random, api: str) -> int:
    """Any version; the newest is the likeliest."""
    known = APIS[api]
    newest = known.newest
    if api in UNRELEASED and rng.random() < 0.9:
        newest -= 1
    return newest if rng.random() < 0.3 else rng.randint(known.oldest, newest)

"""One seed and one order of calls give the same bytes."""

import random

from kafka_tck.reference.cluster import Cluster
from kafka_tck.wire.batches import Record, make_batch
from kafka_tck.wire.frames import framed
from kafka_tck.wire.messages import encode_request


def transcript(seed: int, script: int) -> bytes:
    """All that a cluster says to a scripted crowd of clients, with stops and kills between."""
    rng = random.Random(script)
    cluster = Cluster(brokers=3, seed=seed)
    said = bytearray()
    clients = {node: cluster.connect(node) for node in cluster.node_ids()}
    for step in range(120):
        node = rng.choice(cluster.node_ids())
        if rng.random() < 0.05:
            rng.choice([cluster.stop, cluster.kill, cluster.lose_power])(node)
            cluster.start(node)
            clients[node] = cluster.connect(node)
        cluster.send(clients[node], framed(request(rng, step, cluster.now_ms)))
        cluster.advance_to(cluster.now_ms + rng.choice([0, 1, 700, 60_000]))
        said += cluster.take(clients[node])
    return bytes(said)


def request(rng: random.Random, step: int, now: int) -> bytes:
    """One of the requests of a script."""
    topic = rng.choice("abc")
    batch = make_batch([Record(b"k", b"v", timestamp=now)]).encode()
    part = {"partition": 0, "fetch_offset": 0, "partition_max_bytes": 999}
    wait = {"max_wait_ms": 500, "min_bytes": 1, "max_bytes": 999, "session_epoch": 0}
    created = {"name": topic, "num_partitions": 2, "replication_factor": rng.choice([1, 3])}
    kinds = (
        ("CreateTopics", 7, {"topics": [created], "timeout_ms": 1000}),
        ("DeleteTopics", 5, {"topic_names": [topic], "timeout_ms": 1000}),
        ("Metadata", 12, {"topics": None}),
        (
            "Produce",
            12,
            {
                "acks": -1,
                "timeout_ms": 1000,
                "topic_data": [{"name": topic, "partition_data": [{"index": 0, "records": batch}]}],
            },
        ),
        ("Fetch", 12, {"topics": [{"topic": topic, "partitions": [part]}], **wait}),
        ("InitProducerId", 5, {"transactional_id": None, "transaction_timeout_ms": 1}),
    )
    api, version, fields = rng.choice(kinds)
    return encode_request(api, version, fields, correlation_id=step)


def test_the_same_seed_gives_the_same_bytes() -> None:
    for script in range(5):
        assert transcript(7, script) == transcript(7, script)


def test_another_seed_gives_other_ids() -> None:
    assert transcript(7, 1) != transcript(8, 1)

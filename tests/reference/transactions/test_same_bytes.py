"""One seed and one order of calls give the same bytes, also where brokers work on their own."""

import random

from tests.reference.transactions.crowd import ONE_PARTITION, TRANSACTIONAL

from kafka_tck.reference.cluster import Cluster
from kafka_tck.wire.batches import Record, make_batch
from kafka_tck.wire.frames import framed
from kafka_tck.wire.messages import encode_request


def transcript(script: int) -> bytes:
    """All that a cluster says to clients with transactions, while brokers stop and are killed."""
    rng = random.Random(script)
    cluster = Cluster(brokers=3, seed=3, config=ONE_PARTITION)
    said = bytearray()
    clients = {node: cluster.connect(node) for node in cluster.node_ids()}
    for step in range(60):
        node = rng.choice(cluster.node_ids())
        if rng.random() < 0.08:
            rng.choice([cluster.stop, cluster.kill])(node)
            cluster.start(node)
            clients[node] = cluster.connect(node)
        for client in clients.values():
            cluster.send(client, framed(request(random.Random(step), step, cluster.now_ms)))
            cluster.advance_to(cluster.now_ms + rng.choice([0, 1, 50, 1_500]))
            said += cluster.take(client)
    states = [node.coordinators.all_of("transaction") for node in cluster._brokers.values()]
    ids = sum(len(vars(shard)["entries"]) for shards in states for shard in shards)
    assert ids == 2, "the script has come to transactions"
    for node in cluster.node_ids():
        cluster.kill(node)
    return bytes(said)


def request(rng: random.Random, step: int, now: int) -> bytes:
    """One of the requests of a script; many are refused."""
    name, pid, epoch = rng.choice("xy"), rng.choice([0, 1, 1000]), rng.choice([0, 1, 2])
    who = {"transactional_id": name, "producer_id": pid, "producer_epoch": epoch}
    batch = make_batch(
        [Record(None, b"v", timestamp=now)],
        producer_id=pid,
        producer_epoch=epoch,
        base_sequence=0,
        attributes=TRANSACTIONAL,
    ).encode()
    created = {"name": "t", "num_partitions": 2, "replication_factor": 3}
    partition = {"index": rng.choice([0, 1]), "records": batch}
    kinds = (
        ("CreateTopics", 7, {"topics": [created], "timeout_ms": 1000}),
        ("FindCoordinator", 6, {"coordinator_keys": ["x"], "key_type": 1}),
        ("InitProducerId", 5, {"transactional_id": name, "transaction_timeout_ms": 2000}),
        (
            "Produce",
            12,
            {
                "transactional_id": name,
                "acks": -1,
                "timeout_ms": 1000,
                "topic_data": [{"name": "t", "partition_data": [partition]}],
            },
        ),
        ("EndTxn", 5, {**who, "committed": rng.random() < 0.5}),
        ("DescribeTransactions", 0, {"transactional_ids": ["x", "y"]}),
    )
    api, version, fields = rng.choice(kinds)
    return encode_request(api, version, fields, correlation_id=step)


def test_the_same_script_gives_the_same_bytes() -> None:
    assert transcript(1) == transcript(1)

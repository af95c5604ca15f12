"""What is still on its way to a broker that has ended is not for its next life."""

from kafka_tck.adapters.client import Answer, RawClient
from kafka_tck.adapters.reference import RELEASE, ReferenceTarget
from kafka_tck.reference.cluster import Cluster
from kafka_tck.wire.batches import Record, make_batch

CONFIG = {"replica.fetch.wait.max.ms": "100"}


def produce(client: RawClient, value: bytes) -> None:
    batch = make_batch([Record(None, value, timestamp=1_700_000_000_000)]).encode()
    data = [{"name": "a", "partition_data": [{"index": 0, "records": batch}]}]
    found = client.call("Produce", 12, acks=1, timeout_ms=1000, topic_data=data)
    assert isinstance(found, Answer)
    assert found.body.responses[0].partition_responses[0].error_code == 0


def test_an_answer_to_an_earlier_life_of_a_broker_goes_to_nobody() -> None:
    """Broker 1 asks 3 for records, ends, and asks anew; both answers come, one after the other."""
    cluster = Cluster(brokers=3, config=CONFIG)
    target = ReferenceTarget(f"reference {RELEASE}", cluster)
    client = RawClient(target, 3)
    assigned = [{"partition_index": 0, "broker_ids": [3, 1, 2]}]
    topic = {"name": "a", "num_partitions": -1, "replication_factor": -1, "assignments": assigned}
    client.call("CreateTopics", 7, topics=[topic], timeout_ms=1000)
    for way in ((1, 3), (3, 1)):
        target.delay(*way, 800)
    cluster.advance_to(cluster.now_ms + 100)
    produce(client, b"first")
    cluster.advance_to(cluster.now_ms + 800)
    target.restart(1)
    cluster.advance_to(cluster.now_ms + 500)
    produce(client, b"second")
    cluster.advance_to(cluster.now_ms + 5_000)
    for way in ((1, 3), (3, 1)):
        target.delay(*way, 0)
    cluster.advance_to(cluster.now_ms + 30_000)
    found = client.call("Metadata", 12, topics=[{"topic_id": None, "name": "a"}])
    assert isinstance(found, Answer)
    assert sorted(found.body.topics[0].partitions[0].isr_nodes) == [1, 2, 3]

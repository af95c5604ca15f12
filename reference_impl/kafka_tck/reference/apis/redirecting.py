"""Telling a client in the answer itself where the leader is (KIP-951).

Source: KafkaApis.getCurrentLeader, 4.3.
"""

from collections.abc import Iterable
from typing import TYPE_CHECKING, Any, Final

from kafka_tck.reference.image import TopicState
from kafka_tck.wire.errors import error_code

if TYPE_CHECKING:
    from kafka_tck.reference.broker import Broker

MOVED: Final = {error_code("NOT_LEADER_OR_FOLLOWER"), error_code("FENCED_LEADER_EPOCH")}


def add_leaders(
    broker: "Broker", topics: Iterable[dict[str, Any]], parts: str
) -> list[dict[str, Any]]:
    """Adds the leader to every entry that failed for want of it; returns the leaders' endpoints.

    `parts` is the name of the list of partitions.
    """
    endpoints: dict[int, dict[str, Any]] = {}
    if not broker.rules.fetch.tells_leader():
        return []
    for topic in topics:
        state = _state_of(broker, topic)
        for part in topic[parts]:
            if part["error_code"] not in MOVED or state is None:
                continue
            index = part.get("index", part.get("partition_index"))
            record = state.partitions.get(index)
            if record is None:
                continue
            part["current_leader"] = {
                "leader_id": record.leader,
                "leader_epoch": record.leader_epoch,
            }
            if broker.image.is_alive(record.leader):
                endpoints[record.leader] = _endpoint(broker, record.leader)
    return list(endpoints.values())


def _state_of(broker: "Broker", topic: dict[str, Any]) -> TopicState | None:
    name = topic.get("name") or topic.get("topic")
    if name is not None:
        return broker.image.topics.get(name)
    topic_id = topic.get("topic_id")
    return None if topic_id is None else broker.image.by_id.get(topic_id)


def _endpoint(broker: "Broker", node: int) -> dict[str, Any]:
    leader = broker.image.brokers[node]
    return {"node_id": node, "host": leader.host, "port": leader.port, "rack": leader.rack}

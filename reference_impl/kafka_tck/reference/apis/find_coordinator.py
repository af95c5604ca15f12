"""FindCoordinator: which broker has a group or a transactional id.

v0-v6. v4 asks for several keys at once, each with its own answer. The coordinator is the leader of
the key's partition of an internal topic, which is created when it is first asked for; until that
partition has a leader that is alive the answer is COORDINATOR_NOT_AVAILABLE. Any key is legal, also
an empty one. Types: 0 groups, 1 transactional ids; 2 (share groups) is not served.
Source: KafkaApis.getCoordinator, 4.3.
"""

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any, Final

from kafka_tck.reference.apis.create_topics import ask_to_create
from kafka_tck.reference.image import BrokerState
from kafka_tck.reference.log import Refusal
from kafka_tck.wire.errors import error_code
from kafka_tck.wire.messages import Request

if TYPE_CHECKING:
    from kafka_tck.reference.broker import Broker

BATCHED: Final = 4

Fields = Mapping[str, Any]

_TEXTS: Final = {
    "NONE": "NONE",
    "COORDINATOR_NOT_AVAILABLE": "The coordinator is not available.",
    "INVALID_REQUEST": "This most likely occurs because of a request being malformed by the "
    "client library or the message was sent to an incompatible broker. See the broker logs "
    "for more details.",
}


def handle(broker: "Broker", request: Request) -> Fields:
    body, version = request.body, request.header.version
    key_type = body.key_type if version >= 1 else 0
    if version >= BATCHED:
        found = [(key, _answer(broker, key_type, key)) for key in body.coordinator_keys]
        return {"coordinators": [_batched(key, answer) for key, answer in found]}
    return _answer(broker, key_type, body.key)


def _batched(key: str, answer: dict[str, Any]) -> Fields:
    """One of several answers: without an error it has no text."""
    text = answer["error_message"] if answer["error_code"] else ""
    return {**answer, "key": key, "error_message": text}


def _answer(broker: "Broker", key_type: int, key: str) -> dict[str, Any]:
    try:
        found = _find(broker, key_type, key)
    except Refusal as refusal:
        code = error_code(refusal.error)
        text = _TEXTS[refusal.error]
        return {"error_code": code, "error_message": text, "node_id": -1, "host": "", "port": -1}
    return {
        "error_code": 0,
        "error_message": _TEXTS["NONE"],
        "node_id": found.broker_id,
        "host": found.host,
        "port": found.port,
    }


def _find(broker: "Broker", key_type: int, key: str) -> BrokerState:
    kind = broker.coordinators.kind_of_key_type(key_type)
    if kind is None:
        raise Refusal("INVALID_REQUEST")
    if kind.topic not in broker.image.topics:
        ask_to_create(broker, kind.topic)
        raise Refusal("COORDINATOR_NOT_AVAILABLE")
    index = broker.coordinators.partition_of(kind.name, key)
    partition = broker.image.partition(kind.topic, index)
    if partition is None or not broker.image.is_alive(partition.leader):
        raise Refusal("COORDINATOR_NOT_AVAILABLE")
    return broker.image.brokers[partition.leader]

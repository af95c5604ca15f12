"""ElectLeaders: an operator asks for the preferred leader, or for any where nobody leads.

v0-v2. v0 knows preferred elections only. Without a list all partitions are meant, and those that
need no election are not told of. Source: ReplicationControlManager.electLeaders, 4.3.
"""

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any, Final

from kafka_tck.reference.electing import Change, active
from kafka_tck.reference.messages import Forwarded
from kafka_tck.reference.steps import Question, Steps
from kafka_tck.wire.errors import error_code
from kafka_tck.wire.messages import Message, Request

if TYPE_CHECKING:
    from kafka_tck.reference.broker import Broker
    from kafka_tck.reference.controller import Controller

Fields = Mapping[str, Any]

PREFERRED, UNCLEAN = 0, 1

_TEXTS: Final = {
    "ELECTION_NOT_NEEDED": "Leader election not needed for topic partition.",
    "PREFERRED_LEADER_NOT_AVAILABLE": "The preferred leader was not available.",
    "ELIGIBLE_LEADERS_NOT_AVAILABLE": "Eligible topic partition leaders are not available.",
}


def handle(broker: "Broker", request: Request) -> Steps:
    body = request.body
    if body.timeout_ms <= 0:
        return _refused(body, "REQUEST_TIMED_OUT")
    question = Forwarded("ElectLeaders", request.header.version, body)
    answer: Fields | None = yield Question(question, broker.now + body.timeout_ms)
    return answer if answer is not None else _refused(body, "REQUEST_TIMED_OUT")


def _refused(body: Message, error: str, message: str | None = None) -> Fields:
    """The same error for the request and for each partition that it names."""
    results = [
        _topic(asked.topic, [_result(index, error, message) for index in asked.partitions])
        for asked in body.topic_partitions or ()
    ]
    return {"error_code": error_code(error), "replica_election_results": results}


def _topic(name: str, results: list[Fields]) -> Fields:
    return {"topic": name, "partition_result": results}


def _result(index: int, error: str, message: str | None) -> Fields:
    return {
        "partition_id": index,
        "error_code": error_code(error),
        "error_message": message if message is not None else _TEXTS.get(error),
    }


def decide(controller: "Controller", version: int, body: Message) -> Fields:
    kind = body.election_type if version >= 1 else PREFERRED
    if kind not in (PREFERRED, UNCLEAN):
        return _refused(body, "INVALID_REQUEST", f"Unknown election type {kind}")
    everything = body.topic_partitions is None
    asked = (
        [(topic.name, sorted(topic.partitions)) for topic in controller.image.topics.values()]
        if everything
        else [(asked.topic, list(asked.partitions)) for asked in body.topic_partitions]
    )
    tells = controller.rules.elections.tells_of_unneeded(everything)
    results = []
    for name, indexes in asked:
        told = [(index, *_elect(controller, name, index, kind == UNCLEAN)) for index in indexes]
        shown = [one for one in told if tells or one[1] != "ELECTION_NOT_NEEDED"]
        results.append(_topic(name, [_result(*one) for one in shown]))
    return {"error_code": 0, "replica_election_results": results}


def _elect(
    controller: "Controller", name: str, index: int, unclean: bool
) -> tuple[str, str | None]:
    """The error of one election and its text; NONE if it was held."""
    rules = controller.rules.elections
    if name not in controller.image.topics:
        return rules.error_of_unknown(), f"No such topic as {name}"
    partition = controller.image.partition(name, index)
    if partition is None:
        return rules.error_of_unknown(), f"No such partition as {name}-{index}"
    if not rules.is_needed(unclean, partition.leader, partition.replicas[0]):
        return rules.error_of_unneeded(), None
    changed = Change(
        controller,
        partition,
        partition.isr,
        active(controller),
        may_be_unclean=unclean,
        prefers_first=not unclean,
    ).build()
    if changed is None:
        return rules.error_of_nobody(unclean), None
    controller.append(changed)
    return "NONE", None

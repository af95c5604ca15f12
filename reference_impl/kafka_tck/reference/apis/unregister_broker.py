"""UnregisterBroker: an operator takes away the registration of a broker (KIP-500).

v0. Whether the broker runs does not matter: it leaves every ISR and leads nothing. One that runs
goes on, and its heartbeats are refused as stale; it is back when it starts again. It stays in the
ELR until then, and is out of it then: nobody knows how its earlier life ended. So does 4.3.1.
Source: ReplicationControlManager.unregisterBroker, ControllerApis.handleUnregisterBroker, 4.3.
"""

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any, Final

from kafka_tck.reference.messages import Forwarded
from kafka_tck.reference.steps import Question, Steps
from kafka_tck.wire.errors import error_code
from kafka_tck.wire.messages import Message, Request

if TYPE_CHECKING:
    from kafka_tck.reference.broker import Broker
    from kafka_tck.reference.controller import Controller

Fields = Mapping[str, Any]

PATIENCE_MS: Final = 30_000


def handle(broker: "Broker", request: Request) -> Steps:
    question = Forwarded("UnregisterBroker", request.header.version, request.body)
    answer: Fields | None = yield Question(question, broker.now + PATIENCE_MS)
    if answer is None:
        return _answer("REQUEST_TIMED_OUT", "The request timed out.")
    return answer


def decide(controller: "Controller", _version: int, body: Message) -> Fields:
    node = body.broker_id
    if node not in controller.image.brokers:
        return _answer("BROKER_ID_NOT_REGISTERED", f"Broker ID {node} is not currently registered")
    controller.unregister(node)
    return _answer("NONE", "")


def _answer(error: str, message: str) -> Fields:
    return {"error_code": error_code(error), "error_message": message}

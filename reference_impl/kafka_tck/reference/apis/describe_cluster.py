"""DescribeCluster: the brokers, without topics.

v0-v2. v1 can ask for the controllers instead, which a broker does not answer. v2 can include
brokers that are fenced. Source: KafkaApis.handleDescribeCluster, 4.3.
"""

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any, Final

from kafka_tck.reference.apis.metadata import CLUSTER_OPERATIONS
from kafka_tck.wire.errors import error_code
from kafka_tck.wire.messages import Request

if TYPE_CHECKING:
    from kafka_tck.reference.broker import Broker

BROKERS, CONTROLLERS = 1, 2

_MISMATCH: Final = (
    "The request was sent to an endpoint of type BROKER, but we wanted an endpoint of type "
    "CONTROLLER"
)


def handle(broker: "Broker", request: Request) -> Mapping[str, Any]:
    body, version = request.body, request.header.version
    asked = body.endpoint_type if version >= 1 else BROKERS
    rules = broker.rules.metadata
    if not rules.answers_endpoint_type(asked, BROKERS):
        if asked == CONTROLLERS:
            return _refused("MISMATCHED_ENDPOINT_TYPE", _MISMATCH)
        return _refused("UNSUPPORTED_ENDPOINT_TYPE", f"Unsupported endpoint type {asked}")
    fenced_too = version >= 2 and bool(body.include_fenced_brokers)
    wanted = [b for _, b in sorted(broker.image.brokers.items()) if fenced_too or not b.fenced]
    return {
        "error_code": 0,
        "endpoint_type": BROKERS,
        "cluster_id": rules.described_cluster_id(broker.cluster_id),
        "controller_id": broker.node,
        "brokers": [
            {
                "broker_id": b.broker_id,
                "host": b.host,
                "port": b.port,
                "rack": b.rack,
                "is_fenced": b.fenced,
            }
            for b in wanted
        ],
        "authorized_operations": set(CLUSTER_OPERATIONS)
        if body.include_cluster_authorized_operations
        else None,
    }


def _refused(error: str, message: str) -> Mapping[str, Any]:
    return {"error_code": error_code(error), "error_message": message}

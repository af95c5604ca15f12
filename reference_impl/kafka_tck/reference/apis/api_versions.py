"""ApiVersions: which APIs and versions this broker serves, and the features of the cluster.

v0-v4. The ranges do not depend on the features. A version that is not served is answered in the
form of v0 with UNSUPPORTED_VERSION and the range of ApiVersions itself, so that a client can step
down (KIP-511). From v3 a client names its software; an illegal name is INVALID_REQUEST.
Features that may be at level 0 are listed as supported from v4 on. Produce is advertised from v0
for the sake of an old librdkafka (KAFKA-18659), though v0 to v2 close the connection.
"""

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any, Final

from kafka_tck.reference.apis.table import SERVED
from kafka_tck.reference.features import SUPPORTED
from kafka_tck.wire.errors import error_code
from kafka_tck.wire.messages import APIS, Request

if TYPE_CHECKING:
    from kafka_tck.reference.broker import Broker

_KEY: Final = APIS["ApiVersions"].key


def handle(broker: "Broker", request: Request) -> Mapping[str, Any]:
    body, version = request.body, request.header.version
    if version >= 3 and not broker.rules.frames.software_is_named(
        body.client_software_name, body.client_software_version
    ):
        return {"error_code": error_code("INVALID_REQUEST"), "api_keys": []}
    rules = broker.rules.versions
    return {
        "error_code": 0,
        "api_keys": [
            _range(served.key, *rules.told_range(name, (served.oldest, served.newest), version))
            for name, served in sorted(SERVED.items(), key=lambda item: item[1].key)
        ],
        "supported_features": [
            {"name": name, "min_version": low, "max_version": high}
            for name, (low, high) in rules.told_supported(SUPPORTED, version).items()
        ],
        "finalized_features_epoch": broker.image.offset,
        "finalized_features": [
            {"name": name, "min_version_level": level, "max_version_level": level}
            for name, level in rules.told_finalized(broker.image.features).items()
        ],
    }


def refusal(oldest: int, newest: int) -> Mapping[str, Any]:
    """The answer, in the form of v0, to a version that is not served."""
    code = error_code("UNSUPPORTED_VERSION")
    return {"error_code": code, "api_keys": [_range(_KEY, oldest, newest)]}


def _range(key: int, low: int, high: int) -> Mapping[str, int]:
    return {"api_key": key, "min_version": low, "max_version": high}

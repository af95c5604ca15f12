"""Messages that `kafka-python` has no schemas for, in its own form of schema.

A field list says what a message is made of: names, types, versions. Source: Kafka's protocol
guide; AlterPartitionRequest, AlterPartitionResponse (KIP-841, KIP-903), UnregisterBrokerRequest,
UnregisterBrokerResponse, 4.3. That they are right is tested against another codec.
"""

from typing import Final

from kafka.protocol.api_message import ApiMessage


class AlterPartitionRequest(ApiMessage, load_json=__name__):  # type: ignore[call-arg,misc]
    """A leader asks the controller for other ISRs. v2 and v3."""


class AlterPartitionResponse(ApiMessage, load_json=__name__):  # type: ignore[call-arg,misc]
    """What the partitions have come to, or why not."""


class UnregisterBrokerRequest(ApiMessage, load_json=__name__):  # type: ignore[call-arg,misc]
    """An operator takes a broker's registration away. v0."""


class UnregisterBrokerResponse(ApiMessage, load_json=__name__):  # type: ignore[call-arg,misc]
    """Whether that was done."""


__all__: Final = [
    "AlterPartitionRequest",
    "AlterPartitionResponse",
    "UnregisterBrokerRequest",
    "UnregisterBrokerResponse",
]

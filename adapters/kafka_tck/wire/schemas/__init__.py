"""Messages that `kafka-python` has no schemas for, in its own form of schema.

A field list says what a message is made of: names, types, versions. Source: Kafka's protocol
guide; AlterPartitionRequest, AlterPartitionResponse (KIP-841, KIP-903), UnregisterBrokerRequest,
UnregisterBrokerResponse, ConsumerGroupHeartbeatRequest, ConsumerGroupHeartbeatResponse,
ConsumerGroupDescribeRequest, ConsumerGroupDescribeResponse (KIP-848, KIP-1082, KIP-1099), 4.3.
That they are right is tested against another codec.
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


class ConsumerGroupHeartbeatRequest(ApiMessage, load_json=__name__):  # type: ignore[call-arg,misc]
    """A member of a consumer group joins, goes on or leaves. v0 and v1."""


class ConsumerGroupHeartbeatResponse(ApiMessage, load_json=__name__):  # type: ignore[call-arg,misc]
    """The member's epoch, and its assignment where that is news."""


class ConsumerGroupDescribeRequest(ApiMessage, load_json=__name__):  # type: ignore[call-arg,misc]
    """Asks what consumer groups have come to. v0 and v1."""


class ConsumerGroupDescribeResponse(ApiMessage, load_json=__name__):  # type: ignore[call-arg,misc]
    """State, epochs and members of each group; v1 adds the type of each member."""


__all__: Final = [
    "AlterPartitionRequest",
    "AlterPartitionResponse",
    "ConsumerGroupDescribeRequest",
    "ConsumerGroupDescribeResponse",
    "ConsumerGroupHeartbeatRequest",
    "ConsumerGroupHeartbeatResponse",
    "UnregisterBrokerRequest",
    "UnregisterBrokerResponse",
]

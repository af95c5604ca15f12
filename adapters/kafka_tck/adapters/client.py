"""The raw client: one connection, one method per API, nothing hidden.

A call sends one request and returns a `Pending`; its `outcome()` is an `Answer` or a `Silence`.
The client never retries, sorts or fills in: what the broker said is what the caller gets.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Final

from kafka_tck.adapters.target import Connection, Silence, Target
from kafka_tck.wire.frames import framed
from kafka_tck.wire.messages import APIS, Message, decode_response, encode_request
from kafka_tck.wire.strict import Malformed

PATIENCE: Final = 15.0
"""Seconds until a request counts as unanswered, besides the time that it asked to wait."""


@dataclass(frozen=True)
class Answer:
    """What the broker said to one request."""

    api: str
    version: int
    body: Message


@dataclass(frozen=True)
class Garbled:
    """Bytes came back that are not an answer to this request."""

    reason: str
    frame: bytes


Outcome = Answer | Garbled | Silence


class Pending:
    """A request whose answer may still come."""

    def __init__(self, client: "RawClient", correlation_id: int, api: str, version: int) -> None:
        self._client = client
        self.correlation_id = correlation_id
        self.api = api
        self.version = version
        self._outcome: Outcome | None = None

    def outcome(self, within: float = PATIENCE) -> Outcome:
        """The answer, or why there is none. A connection answers in the order of requests.

        What has not come in time may still come: it can be asked for again.
        """
        if self._outcome is None or self._outcome is Silence.TIMED_OUT:
            self._outcome = self._client.answer_to(self, within)
        return self._outcome


class RawClient:
    """One connection to one node."""

    def __init__(
        self,
        target: Target,
        node: int,
        versions: Mapping[str, int] | None = None,
        client_id: str | None = "kafka-tck",
    ) -> None:
        self._connection: Connection = target.connect(node)
        self._versions = versions or {}
        self._client_id = client_id
        self._last_id = 0
        self._open: set[int] = set()
        self._early: dict[int, bytes] = {}
        self.node = node
        self.sent = 0

    def send(self, api: str, version: int | None = None, **fields: Any) -> Pending:
        """Sends one request; without a version, the one this client was told to use."""
        if version is None:
            version = self._versions.get(api, APIS[api].newest)
        self._last_id += 1
        frame = encode_request(
            api, version, fields, correlation_id=self._last_id, client_id=self._client_id
        )
        self._connection.send(framed(frame))
        self._open.add(self._last_id)
        self.sent += 1
        return Pending(self, self._last_id, api, version)

    def call(
        self, api: str, version: int | None = None, *, within: float = PATIENCE, **fields: Any
    ) -> Outcome:
        """Sends one request and waits for its outcome."""
        return self.send(api, version, **fields).outcome(within)

    def send_bytes(self, data: bytes) -> None:
        """Sends bytes as they are: for frames that no encoder would make."""
        self._connection.send(data)
        self.sent += 1

    def receive_frame(self, within: float = PATIENCE) -> bytes | Silence:
        """The next frame as it is."""
        return self._connection.receive(within)

    def close(self) -> None:
        self._connection.close()

    def answer_to(self, pending: Pending, within: float) -> Outcome:
        """Reads frames until the pending request is answered or the connection is silent."""
        while pending.correlation_id not in self._early:
            frame = self._connection.receive(within)
            if isinstance(frame, Silence):
                return frame
            if len(frame) < 4:
                return Garbled("an answer of fewer than four bytes", frame)
            correlation_id = int.from_bytes(frame[:4], "big", signed=True)
            if correlation_id not in self._open:
                return Garbled(f"correlation id {correlation_id} is not one that waits", frame)
            self._open.discard(correlation_id)
            self._early[correlation_id] = frame
        frame = self._early.pop(pending.correlation_id)
        try:
            _, body = decode_response(pending.api, pending.version, frame)
        except (Malformed, ValueError, UnicodeDecodeError) as fault:
            return Garbled(str(fault), frame)
        return Answer(pending.api, pending.version, body)

    def api_versions(self, **fields: Any) -> Pending:
        fields = {"client_software_name": "kafka-tck", "client_software_version": "1"} | fields
        return self.send("ApiVersions", **fields)

    def produce(self, **fields: Any) -> Pending:
        return self.send("Produce", **fields)

    def fetch(self, **fields: Any) -> Pending:
        return self.send("Fetch", **fields)

    def list_offsets(self, **fields: Any) -> Pending:
        return self.send("ListOffsets", **fields)

    def offset_for_leader_epoch(self, **fields: Any) -> Pending:
        return self.send("OffsetForLeaderEpoch", **fields)

    def delete_records(self, **fields: Any) -> Pending:
        return self.send("DeleteRecords", **fields)

    def metadata(self, **fields: Any) -> Pending:
        return self.send("Metadata", **fields)

    def describe_topic_partitions(self, **fields: Any) -> Pending:
        return self.send("DescribeTopicPartitions", **fields)

    def describe_cluster(self, **fields: Any) -> Pending:
        return self.send("DescribeCluster", **fields)

    def create_topics(self, **fields: Any) -> Pending:
        return self.send("CreateTopics", **fields)

    def delete_topics(self, **fields: Any) -> Pending:
        return self.send("DeleteTopics", **fields)

    def create_partitions(self, **fields: Any) -> Pending:
        return self.send("CreatePartitions", **fields)

    def describe_configs(self, **fields: Any) -> Pending:
        return self.send("DescribeConfigs", **fields)

    def incremental_alter_configs(self, **fields: Any) -> Pending:
        return self.send("IncrementalAlterConfigs", **fields)

    def init_producer_id(self, **fields: Any) -> Pending:
        return self.send("InitProducerId", **fields)

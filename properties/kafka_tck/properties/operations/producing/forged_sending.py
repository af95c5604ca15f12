"""Sending a Produce request with forged batches, and looking at what became of each partition."""

from collections.abc import Iterator, Sequence
from itertools import groupby
from typing import Any, NamedTuple
from uuid import NAMESPACE_URL, UUID, uuid5

from kafka_tck.adapters.client import Answer, RawClient
from kafka_tck.adapters.target import Silence
from kafka_tck.properties.belief import Place
from kafka_tck.properties.claims import Observation
from kafka_tck.properties.operations.answers import only, silent
from kafka_tck.properties.operations.fetching.fetch import seen_batch
from kafka_tck.properties.operations.producing.forging import Forged
from kafka_tck.properties.world import World
from kafka_tck.wire.batches import split_batches
from kafka_tck.wire.errors import error_name
from kafka_tck.wire.messages import ZERO_ID

BY_ID = 13
"""The first version of Produce that names topics by their ids."""


class Part(NamedTuple):
    """One partition of a request. A topic such as `=name` is meant literally, not as a symbol."""

    topic: str
    partition: int
    batch: Forged = Forged()

    @classmethod
    def of(cls, values: Sequence[Any]) -> "Part":
        """From the lists of a replay."""
        topic, partition, batch = values
        return cls(topic, partition, Forged(*batch))

    @property
    def place(self) -> Place:
        return self.topic, self.partition


def is_internal(topic: str) -> bool:
    return topic.startswith("=__")


class Sending:
    """One request under way."""

    def __init__(self, world: World, parts: Sequence[Part], acks: int, version: int) -> None:
        self.world = world
        self.parts = parts
        self.acks = acks
        self.version = version
        self.internal_ids = self._find_internal_ids()
        self.client = self._client()

    def done(self) -> Observation:
        """What was answered, and what the partitions hold now."""
        started = self.world.now_ms()
        seen = self._unanswered() if self.acks == 0 else self._answered()
        window = [at - self.world.start_ms for at in (started, self.world.now_ms())]
        if "silence" in seen:
            return seen
        seen |= {"window": window, "internal": sorted(self.internal_ids)}
        for part in seen["parts"]:
            part |= self._aftermath(part)
        return seen

    def _client(self) -> RawClient:
        place = next((p.place for p in self.parts if p.place in self.world.leaders), ("", 0))
        return self.world.at_leader(*place)

    def _fields(self) -> dict[str, Any]:
        topics = [
            {
                **self._named(topic),
                "partition_data": [
                    {"index": p.partition, "records": p.batch.built(self.world.start_ms)}
                    for p in run
                ],
            }
            for topic, run in groupby(self.parts, lambda part: part.topic)
        ]
        fields = {"transactional_id": None, "acks": self.acks, "timeout_ms": 10_000}
        return fields | {"topic_data": topics}

    def _named(self, topic: str) -> dict[str, Any]:
        return (
            {"topic_id": self._id(topic)} if self.version >= BY_ID else {"name": self._name(topic)}
        )

    def _name(self, topic: str) -> str:
        return topic[1:] if topic.startswith("=") else self.world.real(topic)

    def _id(self, topic: str) -> UUID:
        known = self.world.ids.get(topic) or self.internal_ids.get(topic)
        return known or uuid5(NAMESPACE_URL, self._name(topic))

    def _find_internal_ids(self) -> dict[str, UUID]:
        """The ids of those internal topics of the request that exist."""
        found = ((topic, self._metadata(topic)) for topic in {p.topic for p in self.parts})
        return {topic: facts.topic_id or ZERO_ID for topic, facts in found if facts is not None}

    def _metadata(self, topic: str) -> Any | None:
        if not is_internal(topic):
            return None
        asked = {"topics": [{"name": topic[1:]}], "allow_auto_topic_creation": False}
        outcome = self.world.call(self.world.client(), "Metadata", **asked)
        if not isinstance(outcome, Answer) or not outcome.body.topics:
            return None
        facts = outcome.body.topics[0]
        return facts if facts.error_code == 0 else None

    def _answered(self) -> dict[str, Any]:
        outcome = self.world.call(self.client, "Produce", self.version, **self._fields())
        if not isinstance(outcome, Answer):
            return dict(silent(outcome))
        parts = list(self._told(outcome))
        errors = {part["error"] for part in parts}
        # One accepted partition is enough for a request that was not refused.
        return {"error": "NONE" if "NONE" in errors or not errors else min(errors), "parts": parts}

    def _told(self, outcome: Answer) -> Iterator[dict[str, Any]]:
        for topic in outcome.body.responses:
            for entry in topic.partition_responses:
                yield {
                    "topic": self._symbol_of(topic),
                    "partition": entry.index,
                    "error": error_name(entry.error_code),
                    "base_offset": entry.base_offset,
                    "log_append_time": entry.log_append_time_ms,
                    "record_errors": [e.batch_index for e in entry.record_errors or []],
                }

    def _symbol_of(self, topic: Any) -> str:
        symbols = {p.topic for p in self.parts}
        if self.version >= BY_ID:
            names = {self._id(symbol): symbol for symbol in symbols}
            return names.get(topic.topic_id, str(topic.topic_id))
        by_name = {self._name(symbol): symbol for symbol in symbols}
        return by_name.get(topic.name or "", str(topic.name))

    def _unanswered(self) -> dict[str, Any]:
        """acks=0: what another request on the same connection shows."""
        self.world.operations += 1
        pending = self.client.send("Produce", self.version, **self._fields())
        probe = self.world.call(self.client, "Metadata", topics=[])
        if isinstance(probe, Answer):
            answered = isinstance(pending.outcome(0.0), Answer)
            connection = "answered" if answered else "open and silent"
        elif probe is Silence.CLOSED:
            connection = "closed"
        else:
            return dict(silent(probe))
        places = dict.fromkeys(part.place for part in self.parts)
        parts = [{"topic": topic, "partition": partition} for topic, partition in places]
        return {"connection": connection, "parts": parts}

    def _aftermath(self, part: dict[str, Any]) -> dict[str, Any]:
        """The log end of a partition, and the first batch at the offset that was answered."""
        place = part["topic"], part["partition"]
        if place not in self.world.leaders:
            return {}
        after: dict[str, Any] = {"end": self._end(*place)}
        if part.get("error") == "NONE" and part["base_offset"] >= 0:
            after["stored"] = self._stored(*place, part["base_offset"])
        return after

    def _end(self, topic: str, partition: int) -> int | None:
        asked = {"partition_index": partition, "timestamp": -1}
        outcome = self.world.call(
            self.world.at_leader(topic, partition),
            "ListOffsets",
            topics=[{"name": self._name(topic), "partitions": [asked]}],
        )
        entry = only(outcome, "topics", "partitions") if isinstance(outcome, Answer) else None
        return None if entry is None else int(entry.offset)

    def _stored(self, topic: str, partition: int, offset: int) -> Observation | None:
        asked = {"partition": partition, "fetch_offset": offset, "partition_max_bytes": 1 << 21}
        outcome = self.world.call(
            self.world.at_leader(topic, partition),
            "Fetch",
            12,
            max_wait_ms=0,
            min_bytes=0,
            max_bytes=1 << 21,
            session_epoch=-1,
            topics=[{"topic": self._name(topic), "partitions": [asked]}],
        )
        entry = only(outcome, "responses", "partitions") if isinstance(outcome, Answer) else None
        batches = split_batches(bytes(entry.records or b"")) if entry is not None else []
        first = batches[0] if batches else None
        return None if first is None else seen_batch(first) | {"base_time": first.base_timestamp}

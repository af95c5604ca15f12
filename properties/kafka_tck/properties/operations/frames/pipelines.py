"""Several requests sent at once on one connection."""

import struct
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

from kafka_tck.adapters.client import PATIENCE, RawClient
from kafka_tck.adapters.target import Silence
from kafka_tck.model.ledger import Entry, Stored
from kafka_tck.model.run import Done
from kafka_tck.properties.belief import Belief, PartitionBelief
from kafka_tck.properties.claims import Judgement, Observation, claim
from kafka_tck.properties.operations.frames.frame_bytes import BROKEN_BODIES
from kafka_tck.properties.operations.frames.frame_requirements import (
    pipelined_requests_are_answered_in_order,
)
from kafka_tck.properties.operations.frames.frame_step import TOPIC, open_fresh
from kafka_tck.properties.operations.operation import Operation
from kafka_tck.properties.world import World
from kafka_tck.wire.batches import Record, make_batch
from kafka_tck.wire.frames import framed
from kafka_tck.wire.messages import ZERO_ID, decode_response, encode_request
from kafka_tck.wire.strict import Malformed

BREAK: Final = "break"
_FIRST: Final = 1000
"""Correlation id of the first request."""


@dataclass(frozen=True)
class Pipeline(Operation, kind="pipeline"):
    """Requests in one write: `produce`, `end`, `versions`, `wait` (a fetch), or `break`."""

    requests: tuple[str, ...]
    wait_ms: int = 30

    def perform(self, world: World) -> Observation:
        frames = [self._frame(world, i, name) for i, name in enumerate(self.requests)]
        fresh = open_fresh(world)
        try:
            fresh.send_bytes(b"".join(map(framed, frames)))
            answers = self._collect(world, fresh)
        finally:
            fresh.close()
        return {"answers": answers}

    def _collect(self, world: World, fresh: RawClient) -> list[Any]:
        answers: list[Any] = []
        while len(answers) < len(self.requests):
            frame = fresh.receive_frame(PATIENCE)
            if isinstance(frame, Silence):
                return [*answers, frame.value]
            answers.append(self._read(world, frame))
        return answers

    def _read(self, world: World, frame: bytes) -> list[Any]:
        """Correlation id and what the answer tells."""
        (number,) = struct.unpack_from(">i", frame)
        if not 0 <= number - _FIRST < len(self.requests):
            return [number, "an answer to nothing"]
        name = self.requests[number - _FIRST]
        api, version, _ = _request(world, name, number, self.wait_ms)
        try:
            _, body = decode_response(api, version, frame)
        except (Malformed, ValueError) as fault:
            return [number, str(fault)]
        return [number, _told(name, body)]

    def _frame(self, world: World, at: int, name: str) -> bytes:
        if name == BREAK:
            return BROKEN_BODIES["string beyond the frame"]
        api, version, fields = _request(world, name, _FIRST + at, self.wait_ms)
        return encode_request(api, version, fields, correlation_id=_FIRST + at)

    def judge(self, world: World, belief: Belief, seen: Observation) -> Sequence[Judgement]:
        known = belief.at(TOPIC, 0)
        due: list[Any] = []
        for at, name in enumerate(self.requests):
            if name == BREAK:
                due.append(Silence.CLOSED.value)
                break
            known, told = _handled(world, known, name, _FIRST + at)
            due.append([_FIRST + at, told])
        in_order = claim(
            pipelined_requests_are_answered_in_order.id,
            seen["answers"],
            due,
            because="this is what each is answered when it is handled behind those before it",
        )
        return [Judgement((in_order,), belief.with_partition(TOPIC, 0, known))]


def _request(
    world: World, name: str, number: int, wait_ms: int
) -> tuple[str, int, Mapping[str, Any]]:
    """API, version and fields of one of the requests."""
    real = world.real(TOPIC)
    if name == "versions":
        return "ApiVersions", 0, {}
    if name == "end":
        asked = {"partition_index": 0, "timestamp": -1, "current_leader_epoch": -1}
        return "ListOffsets", 4, {"topics": [{"name": real, "partitions": [asked]}]}
    if name == "wait":
        return "Fetch", 11, _fetch(real, wait_ms)
    data = make_batch([_record(world, number)]).encode()
    part = {"index": 0, "records": data}
    topic = {"name": real, "topic_id": ZERO_ID, "partition_data": [part]}
    fields = {"transactional_id": None, "acks": -1, "timeout_ms": 10_000, "topic_data": [topic]}
    return "Produce", 9, fields


def _fetch(real: str, wait_ms: int) -> dict[str, Any]:
    """A fetch from far below what it wants, so that it waits for its time."""
    asked = {"partition": 0, "fetch_offset": 0, "partition_max_bytes": 1}
    return {
        "max_wait_ms": wait_ms,
        "min_bytes": 1 << 30,
        "max_bytes": 1 << 20,
        "session_epoch": -1,
        "topics": [{"topic": real, "partitions": [asked]}],
    }


def _record(world: World, number: int) -> Record:
    return Record(b"k", str(number).encode(), (), world.start_ms)


def _told(name: str, body: Any) -> list[Any]:
    """What an answer says, as far as the order of requests decides it."""
    if name == "produce":
        entry = body.responses[0].partition_responses[0]
        return [entry.error_code, entry.base_offset]
    if name == "end":
        entry = body.topics[0].partitions[0]
        return [entry.error_code, entry.offset]
    if name == "wait":
        entry = body.responses[0].partitions[0]
        return [entry.error_code, entry.high_watermark]
    return [body.error_code, len(body.api_keys) > 0]


def _handled(
    world: World, known: PartitionBelief, name: str, number: int
) -> tuple[PartitionBelief, list[Any]]:
    """The belief behind one request, and what it must be told."""
    if name == "versions":
        return known, [0, True]
    if name != "produce":
        return known, [0, known["hw"]]
    done = known.attempt("leader_appends", count=1)
    assert isinstance(done, Done)
    base = known["leo"]
    record = _record(world, number)
    entry = Entry(base, record.timestamp, record.key, record.value)
    return known.appending(Stored(base, base, known["epoch"], (entry,)), done.state), [0, base]

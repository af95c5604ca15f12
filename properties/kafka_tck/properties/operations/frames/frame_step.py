"""Sending bytes as they are on fresh connections, while another connection is at work."""

import struct
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Final

from kafka_tck.adapters.client import PATIENCE, Answer, RawClient
from kafka_tck.adapters.target import Silence, Unreachable
from kafka_tck.model.frame_rules import API_VERSIONS, Fate, Range, facts_of, fate_of, served
from kafka_tck.properties.belief import Belief
from kafka_tck.properties.claims import Claim, Judgement, Observation, claim
from kafka_tck.properties.operations.frames.frame_bytes import (
    sound,
)
from kafka_tck.properties.operations.frames.frame_requirements import (
    answers_are_of_the_request,
    connections_go_on,
    others_are_undisturbed,
)
from kafka_tck.properties.operations.offsets.offsets import ListOffsets
from kafka_tck.properties.operations.operation import Operation
from kafka_tck.properties.requirement import Requirement
from kafka_tck.properties.world import TargetGone, World
from kafka_tck.wire.frames import framed
from kafka_tck.wire.messages import APIS, BY_KEY, decode_response
from kafka_tck.wire.strict import Malformed

_A_MOMENT: Final = 0.03
"""Seconds without an answer, behind an exchange on another connection, that count as waiting."""

TOPIC: Final = "t"
"""The topic that broken requests would write to."""


@dataclass(frozen=True)
class FrameStep(Operation):
    """Sends bytes on a connection of their own. Subclasses make them."""

    def data(self, world: World) -> bytes:
        """All bytes that are sent, sizes included."""
        raise NotImplementedError

    @property
    def rest_is_sound(self) -> bool:
        """Whether what follows the header's fixed part can be read."""
        return True

    def chunks(self, data: bytes) -> Sequence[bytes]:
        return [data]

    def requirement(self, world: World) -> Requirement:
        """What the frame's fate is a case of."""
        raise NotImplementedError

    def fate(self, world: World, data: bytes) -> Fate:
        facts = facts_of(data, rest_is_sound=self.rest_is_sound)
        return fate_of(facts, served_by(world))

    def perform(self, world: World) -> Observation:
        data = self.data(world)
        fresh = open_fresh(world)
        try:
            for chunk in self.chunks(data):
                fresh.send_bytes(chunk)
            bystander = asks_versions(world, world.client("bystander"))
            due = self.fate(world, data)
            frame = fresh.receive_frame(_A_MOMENT if due is Fate.WAITS else PATIENCE)
            seen = {"bystander": bystander, **self.read(world, fresh, data, frame)}
        finally:
            fresh.close()
        return seen | _end_of(world, TOPIC)

    def read(
        self, world: World, fresh: RawClient, data: bytes, frame: bytes | Silence
    ) -> dict[str, Any]:
        """What came back, and whether the connection can be used for another request."""
        if frame is Silence.TIMED_OUT:
            return {"fate": Fate.WAITS.value}
        if isinstance(frame, Silence):
            return {"fate": Fate.CLOSED.value}
        key, version = struct.unpack_from(">hh", data, 4)
        return answer_in(key, version, frame) | {"goes_on": asks_again(fresh)}

    def judge(self, world: World, belief: Belief, seen: Observation) -> Sequence[Judgement]:
        data = self.data(world)
        due = self.fate(world, data)
        claims = [
            claim(
                self.requirement(world).id,
                seen["fate"],
                due.value,
                because=f"the frame is {len(data)} bytes: {data[:24].hex(' ')}",
            ),
            claim(
                others_are_undisturbed.id,
                (seen["bystander"], seen["end"]),
                (True, _believed_end(belief)),
                because="another connection and what is stored have nothing to do with it",
            ),
        ]
        if due in (Fate.ANSWERED, Fate.REFUSED) and "correlation_id" in seen:
            claims += claims_on_answer(data, due, seen)
        return [Judgement(tuple(claims), belief)]


def claims_on_answer(data: bytes, due: Fate, seen: Observation) -> list[Claim]:
    """An answer is the request's own, and the connection goes on behind it."""
    (correlation_id,) = struct.unpack_from(">i", data, 8)
    told = {"correlation_id": correlation_id, "fault": None}
    return [
        claim(
            answers_are_of_the_request.id,
            {name: seen[name] for name in told},
            told,
            because="the answer is read as one of the request's api and version",
        ),
        claim(
            connections_go_on.id,
            seen["goes_on"],
            True,
            because="the request before was answered",
        ),
    ]


def open_fresh(world: World) -> RawClient:
    """A new connection to the topic's leader; to the first node while there is none."""
    node = world.leaders.get((TOPIC, 0), world.target.nodes()[0])
    try:
        return RawClient(world.target, node)
    except Unreachable as gone:
        raise TargetGone(str(gone)) from None


def served_by(world: World) -> dict[int, Range]:
    """What the target serves, by api key."""
    ranges = {APIS[name].key: range_ for name, range_ in world.profile.ranges.items()}
    return served(ranges, world.profile.release)


def asks_versions(world: World, client: RawClient) -> bool:
    """Whether a plain request on this connection is answered."""
    return isinstance(world.call(client, "ApiVersions", 0), Answer)


def asks_again(fresh: RawClient) -> bool:
    """Whether the connection takes another request."""
    frame = _receive_after(fresh, sound("ApiVersions", 0, 77, "x"))
    return isinstance(frame, bytes) and frame[:4] == struct.pack(">i", 77)


def _receive_after(fresh: RawClient, request: bytes) -> bytes | Silence:
    fresh.send_bytes(framed(request))
    return fresh.receive_frame()


def answer_in(key: int, version: int, frame: bytes) -> dict[str, Any]:
    """The fate, correlation id and error of an answer frame; `fault` says why it is none."""
    name = BY_KEY[key].name
    asked_known = APIS[name].has(version)
    try:
        correlation_id, body = decode_response(name, version if asked_known else 0, frame)
    except (Malformed, ValueError) as fault:
        number = int.from_bytes(frame[:4], "big", signed=True)
        return {"fate": "answered", "correlation_id": number, "fault": str(fault)}
    refused = key == API_VERSIONS and body.error_code == 35
    listed = [(entry.api_key, entry.min_version) for entry in body.api_keys] if refused else None
    return {
        "fate": (Fate.REFUSED if refused else Fate.ANSWERED).value,
        "correlation_id": correlation_id,
        "fault": None,
        "error": getattr(body, "error_code", 0),
        "listed": listed,
    }


def _end_of(world: World, topic: str) -> dict[str, Any]:
    if topic not in world.ids:
        return {"end": None}
    return {"end": ListOffsets(topic, 0, -1).perform(world).get("offset")}


def _believed_end(belief: Belief) -> int | None:
    known = belief.partitions.get((TOPIC, 0))
    return None if known is None else known["hw"]

"""Frames of every kind: sound, of unknown keys and versions, broken, cut, unfinished."""

import struct
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from kafka_tck.adapters.client import RawClient
from kafka_tck.adapters.target import Silence
from kafka_tck.model.frame_rules import API_VERSIONS, Fate
from kafka_tck.properties.belief import Belief
from kafka_tck.properties.claims import Judgement, Observation, claim
from kafka_tck.properties.operations.frames.frame_bytes import (
    BROKEN_BODIES,
    BROKEN_HEADERS,
    FOREIGN,
    HARMLESS,
    NEVER_ON_THIS_LISTENER,
    SIZES,
    UNKNOWN_TAG,
    cut_produce,
    named_header,
    sound,
)
from kafka_tck.properties.operations.frames.frame_requirements import (
    api_versions_answers_any_version,
    broken_bodies_close,
    broken_headers_close,
    foreign_bytes_close,
    impossible_sizes_close,
    tags_and_client_ids_are_free,
    unfinished_frames_wait,
    unknown_keys_close,
    unsupported_versions_close,
)
from kafka_tck.properties.operations.frames.frame_step import TOPIC, FrameStep, served_by
from kafka_tck.properties.requirement import Requirement
from kafka_tck.properties.world import World
from kafka_tck.wire.frames import framed
from kafka_tck.wire.messages import APIS


@dataclass(frozen=True)
class SoundFrame(FrameStep, kind="sound_frame"):
    """A harmless request of any API and version, whole or in pieces of some bytes."""

    api: str
    version: int
    correlation_id: int = 1
    client_id: str | None = "x"
    tagged: bool = False
    piece: int = 0

    @property
    def rest_is_sound(self) -> bool:
        """What has no schema is sent without a body."""
        known = self.api in HARMLESS and APIS[self.api].has(self.version)
        return known or self.api == "ApiVersions"

    def data(self, world: World) -> bytes:
        tags = UNKNOWN_TAG if self.tagged else b"\x00"
        frame = sound(
            self.api,
            self.version,
            self.correlation_id,
            self.client_id,
            header_tags=tags,
            body_tags=tags,
        )
        return framed(frame)

    def chunks(self, data: bytes) -> Sequence[bytes]:
        step = self.piece or len(data)
        return [data[at : at + step] for at in range(0, len(data), step)]

    def requirement(self, world: World) -> Requirement:
        oldest, newest = served_by(world).get(APIS[self.api].key, (0, -1))
        if oldest <= self.version <= newest:
            return tags_and_client_ids_are_free
        return (
            api_versions_answers_any_version
            if self.api == "ApiVersions"
            else unsupported_versions_close
        )

    def judge(self, world: World, belief: Belief, seen: Observation) -> Sequence[Judgement]:
        judged = super().judge(world, belief, seen)
        if self.requirement(world) is not api_versions_answers_any_version:
            return judged
        oldest = world.profile.ranges["ApiVersions"][0]
        listed = claim(
            api_versions_answers_any_version.id,
            seen.get("listed"),
            [(API_VERSIONS, oldest)],
            because="the refusal names what can be asked instead, and nothing else",
        )
        return [Judgement((*j.claims, listed), j.belief) for j in judged]


@dataclass(frozen=True)
class ForeignKey(FrameStep, kind="foreign_key"):
    """A request with a key that no client listener serves; `which` counts through them."""

    which: int
    version: int = 0

    def data(self, world: World) -> bytes:
        key = NEVER_ON_THIS_LISTENER[self.which % len(NEVER_ON_THIS_LISTENER)]
        return framed(named_header(key, self.version))

    def requirement(self, world: World) -> Requirement:
        return unknown_keys_close


@dataclass(frozen=True)
class BrokenFrame(FrameStep, kind="broken_frame"):
    """Bytes that are no request; `how` is a name of `frame_bytes`."""

    how: str

    @property
    def rest_is_sound(self) -> bool:
        return False

    def data(self, world: World) -> bytes:
        if self.how in FOREIGN:
            return FOREIGN[self.how]
        if self.how in SIZES:
            return struct.pack(">i", SIZES[self.how]) + sound("ApiVersions", 0, 1, "x")
        made = {**BROKEN_HEADERS, **BROKEN_BODIES}.get(self.how)
        return framed(cut_produce(world, TOPIC) if made is None else made)

    def requirement(self, world: World) -> Requirement:
        if self.how in FOREIGN:
            return foreign_bytes_close
        if self.how in SIZES:
            return impossible_sizes_close
        return broken_headers_close if self.how in BROKEN_HEADERS else broken_bodies_close


@dataclass(frozen=True)
class CutFrame(FrameStep, kind="cut_frame"):
    """A harmless request that lacks its last bytes, with the size of what is left."""

    api: str
    version: int
    missing: int

    @property
    def rest_is_sound(self) -> bool:
        return False

    def data(self, world: World) -> bytes:
        whole = sound(self.api, self.version, 1, "client")
        return framed(whole[: max(1, len(whole) - self.missing)])

    def requirement(self, world: World) -> Requirement:
        return broken_bodies_close


@dataclass(frozen=True)
class HalfFrame(FrameStep, kind="half_frame"):
    """The first bytes of a harmless request, and the others when the first were waited for."""

    sent: int
    size: int | None = None
    """An announced size that is never filled."""

    def data(self, world: World) -> bytes:
        whole = framed(sound("ApiVersions", 0, 5, "x"))
        if self.size is not None:
            whole = struct.pack(">i", self.size) + whole[4:]
        return whole[: self.sent]

    def requirement(self, world: World) -> Requirement:
        return unfinished_frames_wait

    def read(
        self, world: World, fresh: RawClient, data: bytes, frame: bytes | Silence
    ) -> dict[str, Any]:
        if frame is not Silence.TIMED_OUT:
            closed = isinstance(frame, Silence)
            return {"fate": (Fate.CLOSED if closed else Fate.ANSWERED).value}
        if self.size is not None:
            return {"fate": Fate.WAITS.value}
        fresh.send_bytes(framed(sound("ApiVersions", 0, 5, "x"))[self.sent :])
        return {"fate": Fate.WAITS.value, "later": isinstance(fresh.receive_frame(), bytes)}

    def judge(self, world: World, belief: Belief, seen: Observation) -> Sequence[Judgement]:
        judged = super().judge(world, belief, seen)
        if "later" not in seen:
            return judged
        later = claim(
            unfinished_frames_wait.id, seen["later"], True, because="the frame became whole"
        )
        return [Judgement((*j.claims, later), j.belief) for j in judged]

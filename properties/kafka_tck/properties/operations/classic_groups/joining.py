"""JoinGroup and SyncGroup, by members and by others."""

from __future__ import annotations

import struct
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any, Final, Self

from kafka_tck.model.groups.asking import Asking, verdict_on_sync
from kafka_tck.model.groups.group import Group
from kafka_tck.model.groups.joining import Join, Limits, verdicts_on_join
from kafka_tck.model.groups.verdicts import JOIN, SYNC, Case, Key, Verdict
from kafka_tck.properties.belief import Belief
from kafka_tck.properties.claims import Observation
from kafka_tck.properties.operations.classic_groups.asking import version_of
from kafka_tck.properties.operations.classic_groups.believed import known_of, law_of
from kafka_tck.properties.operations.classic_groups.members import (
    OWN,
    Held,
    id_of,
    keep,
    label,
    learn_id,
    let_it_arrive,
    members,
    read,
    send,
)
from kafka_tck.properties.operations.classic_groups.stepping import GroupStep
from kafka_tck.properties.operations.coordinators import PATIENCE
from kafka_tck.properties.operations.topics.auto_creation import broker_setting
from kafka_tck.properties.requirement import Requirement
from kafka_tck.properties.world import World

LONG_MS: Final = 600_000
"""No program lasts so long."""
TYPE: Final = "tck"
"""A protocol type of which the broker does not know what its metadata means."""
CONSUMER: Final = "consumer"
"""The protocol type whose metadata the coordinator reads: it tells the topics of a member."""


def limits_of(world: World) -> Limits:
    """The settings of the broker that speak of who may join; asked for once."""
    found = world.handles.get("limits of groups")
    if not isinstance(found, Limits):
        told = {
            "min_session_ms": broker_setting(world, "group.min.session.timeout.ms"),
            "max_session_ms": broker_setting(world, "group.max.session.timeout.ms"),
            "max_size": broker_setting(world, "group.max.size"),
        }
        found = Limits(**{name: int(value) for name, value in told.items() if value is not None})
        world.handles["limits of groups"] = found
    return found


@dataclass(frozen=True)
class Requesting(GroupStep):
    """A request of a member that may be held."""

    name: str = ""
    version: int | None = None
    shows: tuple[str, int] | None = None
    """The state and the number of members that the group has then, if that is certain."""

    def awaiting(self, world: World, beliefs: Iterable[Belief]) -> Self:
        groups = [known_of(belief, self.group).group for belief in beliefs]
        afters = [v.after for now in groups for v in self.verdicts(world, now)]
        shown = {(after.state.value, len(after.members)) for after in afters}
        shows = shown.pop() if len(shown) == 1 else None
        return replace(super().awaiting(world, beliefs), shows=shows)

    @property
    def key(self) -> Key:
        raise NotImplementedError

    def sent(self, world: World) -> Held:
        raise NotImplementedError

    def perform(self, world: World) -> Observation:
        held = self.sent(world)
        if OWN not in self.due:
            keep(world, self.key, held)
            if label(self.key) not in self.due:
                shows = (self.shows[0], self.shows[1]) if self.shows else None
                let_it_arrive(world, self.group, held, shows)
            return {"answered": self.collected(world)}
        outcome = held.pending.outcome(PATIENCE)
        world.drop(held.client)
        if hasattr(outcome, "body") and self.key[1] == JOIN:
            learn_id(world, self.name, outcome.body)
        told = read(world, self.key[1], outcome)
        errors = [told["error"] if "error" in told else told["silence"]]
        return {"errors": errors, "answered": self.collected(world)}

    def sent_as(self, verdict: Verdict) -> Mapping[Key, Case]:
        return {self.key: verdict.case}

    def law_of_refusal(self, case: Case) -> Requirement:
        return law_of(self.key[1], case)


@dataclass(frozen=True)
class JoinGroup(Requesting, kind="join_group"):
    """JoinGroup of a member, or of somebody who has no id yet (`sends_id` is false)."""

    sends_id: bool = True
    instance: str | None = None
    protocols: tuple[tuple[str, str], ...] = (("p", "m"),)
    protocol_type: str = TYPE
    session_ms: int = LONG_MS
    rebalance_ms: int = LONG_MS

    @property
    def key(self) -> Key:
        return (self.name, JOIN)

    def of_sessions(self) -> int:
        return self.session_ms

    def sent(self, world: World) -> Held:
        version = self._version(world)
        fields: dict[str, Any] = {
            "group_id": world.real(self.group),
            "session_timeout_ms": self.session_ms,
            "member_id": id_of(world, self.name) if self.sends_id else "",
            "protocol_type": self.protocol_type,
            "protocols": [
                {"name": name, "metadata": self._metadata(world, text)}
                for name, text in self.protocols
            ],
            **({"rebalance_timeout_ms": self.rebalance_ms} if version >= 1 else {}),
            **({"group_instance_id": self.instance} if version >= 5 else {}),
        }
        return send(world, self.group, "JoinGroup", version, fields)

    def _version(self, world: World) -> int:
        return version_of(world, "JoinGroup", self.version)

    def _metadata(self, world: World, text: str) -> bytes:
        """The text itself; for consumers a subscription to the topics that it names."""
        if self.protocol_type != CONSUMER:
            return text.encode()
        names = [world.real(topic).encode() for topic in text.split(",")]
        listed = b"".join(struct.pack(">h", len(name)) + name for name in names)
        metadata = struct.pack(">hi", 0, len(names)) + listed + struct.pack(">i", -1)
        members(world).texts[metadata] = text
        return metadata

    def verdicts(self, world: World, now: Group) -> Sequence[Verdict]:
        version = self._version(world)
        asked = Join(
            self.name,
            self.sends_id,
            self.instance if version >= 5 else None,
            self.protocol_type,
            tuple((name, metadata) for name, metadata in self.protocols),
            self.session_ms,
            self.rebalance_ms if version >= 1 else self.session_ms,
            version,
        )
        return verdicts_on_join(now, asked, limits_of(world))


@dataclass(frozen=True)
class SyncGroup(Requesting, kind="sync_group"):
    """SyncGroup of a member; the assignments are those that a leader would send."""

    generation: int = -1
    instance: str | None = None
    assignments: tuple[tuple[str, str], ...] = ()
    protocol: tuple[str, str] = ("", "")
    """The protocol type and name that it states, where the version has them."""

    @property
    def key(self) -> Key:
        return (self.name, SYNC)

    def sent(self, world: World) -> Held:
        version = self._version(world)
        fields: dict[str, Any] = {
            "group_id": world.real(self.group),
            "generation_id": self.generation,
            "member_id": id_of(world, self.name),
            "assignments": [
                {"member_id": id_of(world, name), "assignment": text.encode()}
                for name, text in self.assignments
            ],
            **({"group_instance_id": self.instance} if version >= 3 else {}),
        }
        if version >= 5:
            fields |= {"protocol_type": self.protocol[0], "protocol_name": self.protocol[1]}
        return send(world, self.group, "SyncGroup", version, fields)

    def _version(self, world: World) -> int:
        return version_of(world, "SyncGroup", self.version)

    def verdicts(self, world: World, now: Group) -> Sequence[Verdict]:
        version = self._version(world)
        asked = Asking(self.name, self.generation, self.instance if version >= 3 else None)
        assignments: Mapping[str, str] = dict(self.assignments)
        protocol = (self.protocol[0], self.protocol[1]) if version >= 5 else None
        return [verdict_on_sync(now, asked, protocol, assignments)]

"""DescribeGroups, ListGroups and FindCoordinator: what everybody may see of a group."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any, Final, Self

from kafka_tck.adapters.client import Answer
from kafka_tck.model.groups.group import Group, State
from kafka_tck.model.groups.verdicts import Case, Verdict
from kafka_tck.properties.belief import Belief
from kafka_tck.properties.claims import Claim, Judgement, Observation, claim
from kafka_tck.properties.operations.classic_groups import member_laws
from kafka_tck.properties.operations.classic_groups.asking import ask, version_of
from kafka_tck.properties.operations.classic_groups.believed import Known, having, known_of
from kafka_tck.properties.operations.classic_groups.members import STRANGER, members, node_of
from kafka_tck.properties.operations.classic_groups.stepping import GroupStep
from kafka_tck.properties.operations.coordinators import (
    GROUP,
    PATIENCE,
    coordinator,
    leader_by_hash,
)
from kafka_tck.properties.requirement import Requirement
from kafka_tck.properties.world import World
from kafka_tck.wire.errors import error_name

TOPIC: Final = "__consumer_offsets"
DEAD_IS_AN_ERROR: Final = 6
"""The first version of DescribeGroups with an error for a group that does not exist."""


@dataclass(frozen=True)
class Looking(GroupStep):
    """A look that changes nothing; after it nothing that was refused can have left a trace.

    A look shows what is committed, and the JoinGroup that makes a group may be answered before
    that (CoordinatorRuntime reads at the last committed offset): the group is waited for.
    """

    exists: bool = False
    """Whether the group exists for certain."""

    def awaiting(self, world: World, beliefs: Iterable[Belief]) -> Self:
        beliefs = tuple(beliefs)
        exists = all(known_of(belief, self.group).group.exists for belief in beliefs)
        return replace(super().awaiting(world, beliefs), exists=exists)

    def let_it_show(self, world: World) -> None:
        """Waits until the group that must exist is seen, or for far too long."""
        if not self.exists:
            return
        fields = {"groups": [world.real(self.group)]}

        def shown() -> bool | None:
            seen = ask(world, self.group, read_state, "DescribeGroups", None, fields)
            return None if seen.get("state") == State.DEAD.value else True

        world.until(shown, PATIENCE)

    def verdicts(self, world: World, now: Group) -> Sequence[Verdict]:
        return [Verdict(Case.SHOWN, now)]

    def judge(self, world: World, belief: Belief, seen: Observation) -> Sequence[Judgement]:
        judged = super().judge(world, belief, seen)
        known = known_of(belief, self.group)
        if known.lost or not all(not j.broken for j in judged):
            return judged
        heeded = [
            replace(known_of(j.belief, self.group), refused=False, left=False) for j in judged
        ]
        return [
            Judgement(j.claims, having(j.belief, self.group, now))
            for j, now in zip(judged, heeded, strict=True)
        ]


def read_state(body: Any) -> dict[str, Any]:
    """The state in an answer to DescribeGroups of one group."""
    return {"state": body.groups[0].group_state}


def law_of_look(known: Known, law: Requirement) -> Requirement:
    """What a look is evidence for: after a refusal that it left no trace."""
    if known.restarted:
        return member_laws.after_restart
    if known.left:
        return member_laws.leaving_rebalances
    return member_laws.no_trace if known.refused else law


@dataclass(frozen=True)
class DescribeGroup(Looking, kind="describe_group"):
    """DescribeGroups of one group."""

    version: int | None = None

    def perform(self, world: World) -> Observation:
        version = version_of(world, "DescribeGroups", self.version)
        fields = {"groups": [world.real(self.group)]}
        self.let_it_show(world)
        shown = ask(world, self.group, _shown(world, version), "DescribeGroups", version, fields)
        ids = sorted(members(world).ids)
        return {**shown, "version": version, "ids": ids, "answered": self.collected(world)}

    def claims(self, known: Known, verdict: Verdict, seen: Observation) -> Iterable[Claim]:
        now = verdict.after
        why = f"the group is {now.state.value} in generation {now.generation}"
        if not now.exists:
            error = "GROUP_ID_NOT_FOUND" if seen["version"] >= DEAD_IS_AN_ERROR else "NONE"
            law = law_of_look(known, member_laws.unknown_groups)
            wanted = [[error], State.DEAD.value, {}]
            told = [seen["errors"], seen["state"], seen["members"]]
            yield claim(law.id, told, wanted, because="there is no such group")
            return
        law = law_of_look(known, member_laws.described)
        told = [seen["errors"], seen["state"], seen["type"], seen["protocol"]]
        shows = now.state is State.STABLE
        protocol = now.protocol if shows else ""
        yield claim(
            law.id, told, [["NONE"], now.state.value, now.protocol_type, protocol], because=why
        )
        listed = [each if shows else each[:2] for each in seen["members"] or []]
        yield claim(law.id, sorted(listed, key=repr), _members(now, seen), because=why)


def _shown(world: World, version: int) -> Any:
    symbol = members(world).symbol_of

    def read(body: Any) -> dict[str, Any]:
        group = body.groups[0]
        listed = [
            [
                symbol(m.member_id),
                m.group_instance_id if version >= 4 else None,
                members(world).text_of(bytes(m.member_metadata)),
                bytes(m.member_assignment).decode(errors="replace"),
            ]
            for m in group.members
        ]
        return {
            "errors": [error_name(group.error_code)],
            "state": group.group_state,
            "type": group.protocol_type,
            "protocol": group.protocol_data,
            "members": listed or {},
        }

    return read


def _members(now: Group, seen: Observation) -> list[list[Any]]:
    """The members as they must be shown; whose id nobody was told yet has no symbol."""
    is_stable = now.state is State.STABLE
    shown = [
        [
            name if name in seen["ids"] else STRANGER,
            m.instance if seen["version"] >= 4 else None,
            *([m.metadata(now.protocol), m.assignment] if is_stable else []),
        ]
        for name, m in now.members.items()
    ]
    return sorted(shown, key=repr)


@dataclass(frozen=True)
class ListTheGroup(Looking, kind="list_the_group"):
    """ListGroups at the coordinator, with a filter of states or types, or none."""

    states: tuple[str, ...] = ()
    types: tuple[str, ...] = ()
    version: int | None = None

    def perform(self, world: World) -> Observation:
        version = self._version(world)
        fields: dict[str, Any] = {"states_filter": list(self.states)} if version >= 4 else {}
        if version >= 5:
            fields["types_filter"] = list(self.types)

        def read(body: Any) -> dict[str, Any]:
            mine = [g for g in body.groups if g.group_id == world.real(self.group)]
            return {
                "errors": [error_name(body.error_code)],
                "listed": [_listed(g, version) for g in mine],
            }

        self.let_it_show(world)
        seen = ask(world, self.group, read, "ListGroups", version, fields)
        return {**seen, "version": version, "answered": self.collected(world)}

    def _version(self, world: World) -> int:
        version = version_of(world, "ListGroups", self.version)
        return max(version, 5 if self.types else 4 if self.states else 0)

    def claims(self, known: Known, verdict: Verdict, seen: Observation) -> Iterable[Claim]:
        now = verdict.after
        states = [state.lower() for state in self.states]
        types = [each.lower() for each in self.types]
        passes = (not states or now.state.value.lower() in states) and (
            not types or "classic" in types
        )
        wanted: list[Mapping[str, str]] = []
        if now.exists and passes:
            told = {"type": now.protocol_type, "state": now.state.value, "kind": "classic"}
            wanted = [{part: told[part] for part in _parts(seen["version"])}]
        law = law_of_look(known, member_laws.listed)
        why = f"the group is {now.state.value}"
        yield claim(law.id, [seen["errors"], seen["listed"]], [["NONE"], wanted], because=why)


def _parts(version: int) -> tuple[str, ...]:
    return ("type", *(["state"] if version >= 4 else []), *(["kind"] if version >= 5 else []))


def _listed(group: Any, version: int) -> dict[str, str]:
    told = {"type": group.protocol_type}
    if version >= 4:
        told["state"] = group.group_state
    if version >= 5:
        told["kind"] = group.group_type
    return told


@dataclass(frozen=True)
class CompareGroupCoordinator(Looking, kind="compare_group_coordinator"):
    """Asks who coordinates the group, who leads its partition, and another node for the group."""

    def perform(self, world: World) -> Observation:
        node_of(world, self.group)
        found: dict[str, Any] = {}

        def settled() -> bool | None:
            found.clear()
            found.update(node=coordinator(world, world.real(self.group), GROUP).node)
            found.update(leader=leader_by_hash(world, TOPIC, world.real(self.group)))
            return True if found["leader"] is not None else None

        world.until(settled, 20.0)
        elsewhere = self._elsewhere(world, found["node"])
        return {**found, "elsewhere": elsewhere, "answered": self.collected(world)}

    def _elsewhere(self, world: World, at: int) -> list[str]:
        """What another node says to the requests of members, if there is another."""
        others = [node for node in world.faults.running() if node != at]
        if not others:
            return []
        client = world.client("elsewhere", others[0])
        who = {"group_id": world.real(self.group), "member_id": "m"}
        now = {**who, "generation_id": 1}
        join = {**who, "session_timeout_ms": 10_000, "protocol_type": "tck"}
        told = [
            world.call(client, "Heartbeat", 2, **now),
            world.call(client, "SyncGroup", 2, **now),
            world.call(client, "LeaveGroup", 2, **who),
            world.call(client, "JoinGroup", 2, **join),
        ]
        return [
            error_name(each.body.error_code) if isinstance(each, Answer) else "silence"
            for each in told
        ]

    def claims(self, known: Known, verdict: Verdict, seen: Observation) -> Iterable[Claim]:
        why = "this node leads the partition that the hash of the id names"
        yield claim(member_laws.coordinator.id, seen["node"], seen["leader"], because=why)
        if seen["elsewhere"]:
            law, refers = member_laws.elsewhere, ["NOT_COORDINATOR"] * 4
            yield claim(law.id, seen["elsewhere"], refers, because="another node coordinates it")

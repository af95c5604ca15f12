"""Heartbeat, LeaveGroup and DeleteGroups: requests that are answered at once."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

from kafka_tck.adapters.client import Answer
from kafka_tck.model.groups.asking import Asking, verdict_on_heartbeat, verdicts_on_leave
from kafka_tck.model.groups.group import Group
from kafka_tck.model.groups.verdicts import Case, Verdict
from kafka_tck.properties.belief import Belief
from kafka_tck.properties.claims import Judgement, Observation
from kafka_tck.properties.operations.answers import silent
from kafka_tck.properties.operations.classic_groups import member_laws, offset_laws
from kafka_tck.properties.operations.classic_groups.members import id_of, node_of
from kafka_tck.properties.operations.classic_groups.stepping import GroupStep
from kafka_tck.properties.operations.coordinators import GROUP, Reading, ask_coordinator
from kafka_tck.properties.operations.txn_offsets import believed
from kafka_tck.properties.requirement import Requirement
from kafka_tck.properties.world import World
from kafka_tck.wire.errors import error_name


def ask(
    world: World,
    group: str,
    read: Reading,
    api: str,
    version: int | None,
    fields: Mapping[str, Any],
) -> Observation:
    """One request and what was said, sent again while the coordinator is not ready."""
    return ask_coordinator(world, world.real(group), GROUP, read, api, version, fields, "asks")


def version_of(world: World, api: str, wanted: int | None) -> int:
    """The wanted version, or the nearest that the target has; the newest without a wish."""
    newest, oldest = world.profile.newest(api), world.profile.oldest(api)
    return newest if wanted is None else max(oldest, min(wanted, newest))


@dataclass(frozen=True)
class Heartbeat(GroupStep, kind="heartbeat"):
    """Heartbeat of a member, or of somebody who says so."""

    name: str = ""
    generation: int = -1
    instance: str | None = None
    version: int | None = None

    def perform(self, world: World) -> Observation:
        version = version_of(world, "Heartbeat", self.version)
        fields = {
            "group_id": world.real(self.group),
            "generation_id": self.generation,
            "member_id": id_of(world, self.name),
            **({"group_instance_id": self.instance} if version >= 3 else {}),
        }
        seen = ask(world, self.group, _one_error, "Heartbeat", version, fields)
        return {**seen, "answered": self.collected(world)}

    def verdicts(self, world: World, now: Group) -> Sequence[Verdict]:
        instance = self.instance if version_of(world, "Heartbeat", self.version) >= 3 else None
        return [verdict_on_heartbeat(now, Asking(self.name, self.generation, instance))]

    def law_of_refusal(self, case: Case) -> Requirement:
        fenced = case is Case.OTHER_INSTANCE
        return member_laws.instances_fence if fenced else member_laws.heartbeats


def _one_error(body: Any) -> dict[str, Any]:
    return {"errors": [error_name(body.error_code)]}


@dataclass(frozen=True)
class LeaveGroup(GroupStep, kind="leave_group"):
    """LeaveGroup of some: each by its member id or none, and by its instance id or none."""

    leavers: tuple[tuple[str, str | None], ...] = ()
    version: int | None = None

    def _version(self, world: World) -> int:
        """Only the versions with a list name several, or instance ids."""
        is_plain = len(self.leavers) == 1 and self.leavers[0][1] is None
        version = version_of(world, "LeaveGroup", self.version)
        return version if is_plain else max(3, version)

    def perform(self, world: World) -> Observation:
        version = self._version(world)
        fields: dict[str, Any] = {"group_id": world.real(self.group)}
        if version < 3:
            fields["member_id"] = id_of(world, self.leavers[0][0])
        else:
            fields["members"] = [
                {"member_id": id_of(world, name), "group_instance_id": instance}
                for name, instance in self.leavers
            ]

        def errors(body: Any) -> dict[str, Any]:
            whole = error_name(body.error_code)
            each = [error_name(m.error_code) for m in getattr(body, "members", None) or []]
            return {"errors": each or [whole] * len(self.leavers)}

        seen = ask(world, self.group, errors, "LeaveGroup", version, fields)
        return {**seen, "answered": self.collected(world)}

    def verdicts(self, world: World, now: Group) -> Sequence[Verdict]:
        return verdicts_on_leave(now, tuple((name, instance) for name, instance in self.leavers))

    def law_of_refusal(self, case: Case) -> Requirement:
        return member_laws.leaving


@dataclass(frozen=True)
class DeleteClassicGroup(GroupStep, kind="delete_classic_group"):
    """DeleteGroups: a group with members stays."""

    def perform(self, world: World) -> Observation:
        fields = {"groups_names": [world.real(self.group)]}

        def error(body: Any) -> dict[str, Any]:
            return {"errors": [error_name(body.results[0].error_code)]}

        seen = ask(world, self.group, error, "DeleteGroups", None, fields)
        return {**seen, "answered": self.collected(world)}

    def verdicts(self, world: World, now: Group) -> Sequence[Verdict]:
        if not now.exists:
            return [Verdict(Case.NO_SUCH_GROUP, now, errors=("GROUP_ID_NOT_FOUND",))]
        if now.is_active:
            return [Verdict(Case.HAS_MEMBERS, now, errors=("NON_EMPTY_GROUP",))]
        return [Verdict(Case.DELETED, replace(Group(), pending=now.pending), errors=("NONE",))]

    def law_of_refusal(self, case: Case) -> Requirement:
        return member_laws.deleting

    def judge(self, world: World, belief: Belief, seen: Observation) -> Sequence[Judgement]:
        if seen.get("errors") == ["NONE"]:
            offsets = believed.known_of(belief).offsets
            keys = [key for key in offsets.stored if key[0] == self.group]
            law = offset_laws.deleted_with_group
            belief = believed.having(belief, offsets.without(self.group), keys, law)
        return super().judge(world, belief, seen)


@dataclass(frozen=True)
class AskWithoutId(GroupStep, kind="ask_without_group_id"):
    """The four requests of members with the empty group id."""

    def perform(self, world: World) -> Observation:
        client = world.client("asks", node_of(world, self.group))
        who: dict[str, Any] = {"group_id": "", "member_id": ""}
        now = {**who, "generation_id": 0}
        requests: dict[str, dict[str, Any]] = {
            "JoinGroup": {**who, "session_timeout_ms": 10_000, "protocol_type": "tck"},
            "SyncGroup": now,
            "Heartbeat": now,
            "LeaveGroup": who,
        }
        told = [world.call(client, api, 2, **fields) for api, fields in requests.items()]
        lost = next((silent(each) for each in told if not isinstance(each, Answer)), None)
        errors = [error_name(each.body.error_code) for each in told if isinstance(each, Answer)]
        return lost or {"errors": errors, "answered": self.collected(world)}

    def verdicts(self, world: World, now: Group) -> Sequence[Verdict]:
        return [Verdict(Case.NO_SUCH_GROUP, now, errors=("INVALID_GROUP_ID",) * 4)]

    def law_of_refusal(self, case: Case) -> Requirement:
        return member_laws.empty_ids

"""What the members of the ISR have, and what brokers say that do not lead."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from kafka_tck.adapters.client import Answer
from kafka_tck.model import replica_rules
from kafka_tck.model.specials import EARLIEST, LATEST
from kafka_tck.properties.belief import Belief
from kafka_tck.properties.claims import Claim, Judgement, Observation, claim, claim_that
from kafka_tck.properties.operations.operation import Operation
from kafka_tck.properties.operations.replication import laws
from kafka_tck.properties.operations.replication.history import history_of, with_history
from kafka_tck.properties.operations.replication.looking import (
    AT_ONCE,
    PATIENCE,
    TOPIC,
    claims_on_state,
    led,
    listed,
    log_end_is_at_least,
    read_at,
    running,
    state_of,
)
from kafka_tck.properties.operations.replication.replicated import SHOWN
from kafka_tck.properties.operations.replication.writing import COMMITTED, send
from kafka_tck.properties.world import World
from kafka_tck.wire.errors import error_name

AT_ONCE_IN_VIRTUAL_TIME = 0.5
"""`AT_ONCE` where messages between nodes take no time."""


@dataclass(frozen=True)
class LookAtMembers(Operation, kind="look_at_members"):
    """Whether every member of the ISR that runs has all that is known to be committed.

    Looks until whoever can come into sync has. Brokers may hear late that a member has left: only
    what does not pass counts.
    """

    def perform(self, world: World) -> Observation:
        state = led(world)
        if state is None:
            return {"error": "NOBODY_LEADS"}
        shown = read_at(world, state.leader)
        known = [world.handles.get(COMMITTED, 0), world.handles.get(SHOWN, 0)]
        end = max(*known, 0 if shown is None else shown.hw)
        world.until(lambda: _lacking(world, end) or _all_are_in(world), PATIENCE)
        virtual = "time.virtual" in world.target.capabilities
        passes = AT_ONCE_IN_VIRTUAL_TIME if virtual else AT_ONCE
        world.until(lambda: None if _lacking(world, end) else True, passes)
        lacking = _lacking(world, end)
        after = state_of(world) or state
        return {**after.plain(), "committed": end, "lacking": lacking}

    def judge(self, world: World, belief: Belief, seen: Observation) -> Sequence[Judgement]:
        if "leader" not in seen:
            return [Judgement((), belief)]
        known = history_of(belief)
        told = (
            *claims_on_state(known, seen),
            claim_that(
                laws.members_have_what_is_committed.id,
                not seen["lacking"],
                expected=f"members of the ISR whose logs reach offset {seen['committed']}",
                actual=f"those of {seen['lacking']} end before" if seen["lacking"] else "all do",
                because="so many were acknowledged with acks=all, or shown to consumers",
            ),
        )
        return [Judgement(told, with_history(belief, known.led_as(seen)))]


def _all_are_in(world: World) -> bool | None:
    """Whether everybody is in sync whom the leader hears; None if not."""
    state = led(world)
    if state is None:
        return None
    here, cuts = running(world), world.faults.cuts
    near = [n for n in here if n == state.leader or (n, state.leader) not in cuts]
    return True if {n for n in near if n in state.replicas} <= set(state.isr) else None


def _lacking(world: World, end: int) -> list[int]:
    """The members of the ISR whose logs end before that offset."""
    state = state_of(world)
    members = [] if state is None else [n for n in state.isr if n in running(world)]
    return [node for node in members if log_end_is_at_least(world, node, end) is False]


@dataclass(frozen=True)
class AskLatest(Operation, kind="ask_latest"):
    """Asks the leader for the latest offset, as a consumer does that begins at the end."""

    def perform(self, world: World) -> Observation:
        state = led(world)
        if state is None:
            return {"error": "NOBODY_LEADS"}
        end = max(world.handles.get(COMMITTED, 0), world.handles.get(SHOWN, 0))
        error, offset = listed(world, state.leader, LATEST)
        return {**state.plain(), "error": error, "offset": offset, "committed": end}

    def judge(self, world: World, belief: Belief, seen: Observation) -> Sequence[Judgement]:
        if "leader" not in seen:
            return [Judgement((), belief)]
        known = history_of(belief)
        told = (
            *claims_on_state(known, seen),
            claim_that(
                laws.latest_is_not_before_committed.id,
                replica_rules.latest_is_legal(seen["error"], seen["offset"], seen["committed"]),
                expected=f"{seen['committed']} or more, or OFFSET_NOT_AVAILABLE",
                actual=seen["offset"] if seen["error"] == "NONE" else seen["error"],
                because="so many were acknowledged with acks=all, or shown to consumers",
            ),
        )
        return [Judgement(told, with_history(belief, known.led_as(seen)))]


@dataclass(frozen=True)
class AskFollowers(Operation, kind="ask_followers"):
    """Asks followers what only a leader may answer: to append, for offsets and for epochs."""

    value: str

    def perform(self, world: World) -> Observation:
        state = led(world)
        if state is None:
            return {"error": "NOBODY_LEADS"}
        answers = {
            str(node): {
                "Produce": send(world, node, self.value, 1)[0],
                "ListOffsets": listed(world, node, EARLIEST)[0],
                "OffsetForLeaderEpoch": _epoch_end(world, node, state.epoch),
            }
            for node in running(world)
            if node != state.leader
        }
        return {**state.plain(), "answers": answers, "still": led(world) == state}

    def judge(self, world: World, belief: Belief, seen: Observation) -> Sequence[Judgement]:
        if "leader" not in seen:
            return [Judgement((), belief)]
        known = history_of(belief)
        told = claims_on_state(known, seen)
        if seen["still"]:
            told += tuple(_claim_redirects(node, a) for node, a in seen["answers"].items())
        # In doubt it was appended: another claim says whether it may have been.
        taken = any(a["Produce"] != "NOT_LEADER_OR_FOLLOWER" for a in seen["answers"].values())
        sent = known.sent | {self.value} if taken else known.sent
        return [Judgement(told, with_history(belief, known.led_as(seen).having(sent=sent)))]


def _claim_redirects(node: str, answers: Mapping[str, str]) -> Claim:
    expected = dict.fromkeys(answers, "NOT_LEADER_OR_FOLLOWER")
    silent = {a: e for a, e in answers.items() if e != "NO_ANSWER"}
    return claim(
        laws.followers_send_away.id,
        silent,
        {api: expected[api] for api in silent},
        because=f"broker {node} is a follower, as all brokers know",
    )


def _epoch_end(world: World, node: int, epoch: int) -> str:
    """The error of OffsetForLeaderEpoch at a node."""
    part = {"partition": 0, "current_leader_epoch": -1, "leader_epoch": epoch}
    found = world.call(
        world.client("watch", node),
        "OffsetForLeaderEpoch",
        replica_id=-1,
        topics=[{"topic": world.real(TOPIC), "partitions": [part]}],
    )
    if not isinstance(found, Answer):
        return "NO_ANSWER"
    return error_name(found.body.topics[0].partitions[0].error_code)

"""Producing to a replicated partition, also while a follower that is in sync is out of reach."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from kafka_tck.adapters.client import Answer
from kafka_tck.model import replica_rules
from kafka_tck.properties.belief import Belief
from kafka_tck.properties.claims import Claim, Judgement, Observation, claim, claim_that
from kafka_tck.properties.operations.operation import Operation
from kafka_tck.properties.operations.replication import laws
from kafka_tck.properties.operations.replication.history import (
    History,
    history_of,
    with_history,
)
from kafka_tck.properties.operations.replication.looking import (
    TOPIC,
    State,
    claims_on_state,
    led,
    running,
    setting_of,
)
from kafka_tck.properties.world import World
from kafka_tck.wire.batches import Record, make_batch
from kafka_tck.wire.errors import error_name

COMMITTED = "end of what was acknowledged"
VERSION = 8
USUAL_MS = 5_000
SHORT_MS = 250
PATIENT_MS = 10_000


def send(
    world: World, node: int, value: str, acks: int, timeout_ms: int = USUAL_MS, **producer: int
) -> tuple[str, int]:
    """One record to a broker: the error by name, and the base offset that it answers."""
    record = Record(None, value.encode(), timestamp=world.start_ms)
    batch = make_batch([record], **producer).encode()
    found = world.call(
        world.client("writer", node),
        "Produce",
        VERSION,
        within=timeout_ms / 1000 + 15,
        transactional_id=None,
        acks=acks,
        timeout_ms=timeout_ms,
        topic_data=[
            {"name": world.real(TOPIC), "partition_data": [{"index": 0, "records": batch}]}
        ],
    )
    if not isinstance(found, Answer):
        return "NO_ANSWER", -1
    part = found.body.responses[0].partition_responses[0]
    error, offset = error_name(part.error_code), part.base_offset
    if error == "NONE" and acks == -1:
        world.handles[COMMITTED] = max(offset + 1, world.handles.get(COMMITTED, 0))
    return error, offset


def cut_off(world: World, state: State, place: int) -> int | None:
    """Parts the follower of that place from the leader; None if nobody is left to part."""
    others = [node for node in running(world) if node != state.leader]
    if not others:
        return None
    follower = others[place % len(others)]
    world.faults.part(state.leader, follower)
    return follower


def soonest_leave(world: World, leader: int) -> int:
    """When a follower that is cut off now can leave the ISR, at the earliest, in ms.

    Its last fetch, from which on it lags, was at most one poll ago.
    """
    lag = setting_of(world, leader, "replica.lag.time.max.ms")
    return world.now_ms() + lag - setting_of(world, leader, "replica.fetch.wait.max.ms")


def in_reach(world: World, state: State) -> list[int]:
    """The members of the ISR that the leader hears."""
    cuts, there = world.faults.cuts, running(world)
    return [
        node
        for node in state.isr
        if node == state.leader or (node in there and (node, state.leader) not in cuts)
    ]


@dataclass(frozen=True)
class ProduceReplicated(Operation, kind="produce_replicated"):
    """Sends one record to the present leader. Its value is sent once in a program."""

    value: str
    acks: int = -1

    def perform(self, world: World) -> Observation:
        state = led(world)
        if state is None:
            return {"error": "NOBODY_LEADS"}
        error, offset = send(world, state.leader, self.value, self.acks)
        return {**state.plain(), "error": error, "base_offset": offset}

    def judge(self, world: World, belief: Belief, seen: Observation) -> Sequence[Judgement]:
        known = history_of(belief)
        if "leader" not in seen:
            return [Judgement((), belief)]
        told = claims_on_state(known, seen)
        known = known.led_as(seen)
        small = len(seen["isr"]) < known.minimum
        if small and self.acks == -1:
            told = (*told, claim_refused(seen))
        return [Judgement(told, with_history(belief, self._after(known, seen, small)))]

    def _after(self, known: History, seen: Observation, small: bool) -> History:
        if self.acks == -1:
            return known.sending(self.value, seen["error"], seen["base_offset"])
        sent = known.having(sent=known.sent | {self.value})
        if seen["error"] != "NONE":
            return sent
        return sent.having(hidden=known.hidden | {self.value}) if small else sent


def claim_refused(seen: Observation) -> Claim:
    return claim(
        laws.small_isrs_refuse.id,
        seen["error"],
        *replica_rules.answers_with_too_few(),
        because=f"only {len(seen['isr'])} replicas are in sync",
    )


@dataclass(frozen=True)
class ProduceWhileCut(Operation, kind="produce_while_cut"):
    """Parts a follower from the leader, and at once produces with acks=all.

    Impatiently: for less time than a laggard may stay in sync. Patiently: for much longer.
    """

    value: str
    place: int = 0
    patient: bool = False

    def perform(self, world: World) -> Observation:
        state = led(world)
        if state is None:
            return {"error": "NOBODY_LEADS"}
        lag = setting_of(world, state.leader, "replica.lag.time.max.ms")
        soonest = soonest_leave(world, state.leader)
        follower = cut_off(world, state, self.place)
        timeout = max(4 * lag, PATIENT_MS) if self.patient else SHORT_MS
        error, offset = send(world, state.leader, self.value, -1, timeout)
        return {
            **state.plain(),
            "follower": follower,
            "was_in_sync": follower in state.isr,
            "in_reach": in_reach(world, state),
            "error": error,
            "base_offset": offset,
            "too_soon_to_leave": world.now_ms() < soonest,
        }

    def judge(self, world: World, belief: Belief, seen: Observation) -> Sequence[Judgement]:
        known = history_of(belief)
        if "leader" not in seen:
            return [Judgement((), belief)]
        told = [*claims_on_state(known, seen), *self._claims(known, seen)]
        known = known.led_as(seen).sending(self.value, seen["error"], seen["base_offset"])
        return [Judgement(tuple(told), with_history(belief, known))]

    def _claims(self, known: History, seen: Observation) -> list[Claim]:
        if len(seen["isr"]) < known.minimum:
            return [claim_refused(seen)]
        decided = self.patient or seen["too_soon_to_leave"]
        if not seen["was_in_sync"] or not decided:
            return []
        enough = len(seen["in_reach"]) >= known.minimum
        law = laws.laggards_stop_nobody if enough else laws.shrinking_fails_nothing_early
        told = [self._claim((law if self.patient else laws.acks_all_waits_for_all).id, known, seen)]
        if seen["error"] == "REQUEST_TIMED_OUT":
            told.append(_claim_says_where(seen))
        return told

    def _claim(self, law: str, known: History, seen: Observation) -> Claim:
        legal = replica_rules.answers_to_acks_all(
            in_sync=len(seen["isr"]),
            minimum=known.minimum,
            reachable=len(seen["in_reach"]),
            outlasts_lag=self.patient,
        )
        return claim(
            law,
            seen["error"],
            *legal,
            because=f"broker {seen['follower']} is in sync and was cut off before this was sent, "
            f"{seen['in_reach']} are left, {known.minimum} are needed",
        )


def _claim_says_where(seen: Observation) -> Claim:
    return claim_that(
        laws.acks_all_waits_for_all.id,
        seen["base_offset"] >= 0,
        expected="the offset at which it was appended",
        actual=seen["base_offset"],
        because="it was appended, and may be committed later",
    )


@dataclass(frozen=True)
class RepeatWhileCut(Operation, kind="repeat_while_cut"):
    """An idempotent producer sends a batch twice, and a follower in sync is out of reach.

    Then the link heals, and it sends the same batch once more.
    """

    value: str
    place: int = 0

    def perform(self, world: World) -> Observation:
        state = led(world)
        if state is None:
            return {"error": "NOBODY_LEADS"}
        producer = _producer_id(world, state.leader)
        soonest = soonest_leave(world, state.leader)
        follower = cut_off(world, state, self.place)
        ids = {"producer_id": producer, "producer_epoch": 0, "base_sequence": 0}
        answers = [send(world, state.leader, self.value, -1, SHORT_MS // 2, **ids)]
        answers.append(send(world, state.leader, self.value, -1, SHORT_MS // 2, **ids))
        too_soon = world.now_ms() < soonest
        world.faults.open_links()
        answers.append(send(world, state.leader, self.value, -1, PATIENT_MS, **ids))
        return {
            **state.plain(),
            "was_in_sync": follower in state.isr,
            "follower": follower,
            "answers": answers,
            "too_soon_to_leave": too_soon,
        }

    def judge(self, world: World, belief: Belief, seen: Observation) -> Sequence[Judgement]:
        known = history_of(belief)
        if "leader" not in seen:
            return [Judgement((), belief)]
        told = claims_on_state(known, seen)
        known = known.led_as(seen)
        for error, offset in seen["answers"]:
            known = known.sending(self.value, error, offset)
        if seen["was_in_sync"] and seen["too_soon_to_leave"]:
            told = (*told, *_claims_on_repetition(seen["answers"], len(seen["isr"]), known))
        return [Judgement(told, with_history(belief, known))]


def _claims_on_repetition(
    answers: Sequence[Any], in_sync: int, known: History
) -> tuple[Claim, ...]:
    (first, offset), (second, _), (third, again) = answers
    if first != "REQUEST_TIMED_OUT" or in_sync < known.minimum:
        return ()
    waits = claim(
        laws.repetitions_wait_too.id,
        second,
        *replica_rules.answers_to_repetition(first),
        because="the first one still waits for the same follower",
    )
    if third != "NONE":
        return (waits,)
    same = claim(
        laws.repetitions_wait_too.id,
        again,
        offset,
        because="the batch is in the log, at the offset that was told with the time-out",
    )
    return waits, same


def _producer_id(world: World, node: int) -> int:
    """A fresh producer id, in epoch 0; -1 if the broker gives none."""
    found = world.call(
        world.client("writer", node),
        "InitProducerId",
        transactional_id=None,
        transaction_timeout_ms=60_000,
        producer_id=-1,
        producer_epoch=-1,
    )
    return int(found.body.producer_id) if isinstance(found, Answer) else -1


@dataclass(frozen=True)
class WriteAlone(Operation, kind="write_alone"):
    """Parts the leader from all followers, and has it write with acks=1 what nobody else gets."""

    value: str

    def perform(self, world: World) -> Observation:
        state = led(world)
        if state is None:
            return {"error": "NOBODY_LEADS"}
        for other in running(world):
            if other != state.leader:
                world.faults.part(state.leader, other)
        error, offset = send(world, state.leader, self.value, 1)
        return {**state.plain(), "error": error, "base_offset": offset}

    def judge(self, world: World, belief: Belief, seen: Observation) -> Sequence[Judgement]:
        known = history_of(belief)
        if "leader" not in seen:
            return [Judgement((), belief)]
        told = claims_on_state(known, seen)
        known = known.led_as(seen)
        known = known.having(sent=known.sent | {self.value})
        return [Judgement(told, with_history(belief, known))]

"""A leader that nobody but clients can reach: the others elect another, and it does not know."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from kafka_tck.adapters.client import Answer, Outcome
from kafka_tck.model import replica_rules
from kafka_tck.model.specials import EARLIEST
from kafka_tck.properties.belief import Belief
from kafka_tck.properties.claims import Claim, Judgement, Observation, claim
from kafka_tck.properties.operations.operation import Operation
from kafka_tck.properties.operations.replication import laws
from kafka_tck.properties.operations.replication.history import history_of, with_history
from kafka_tck.properties.operations.replication.looking import (
    PATIENCE,
    TOPIC,
    State,
    claims_on_state,
    led,
    listed,
    running,
    serves,
    setting_of,
    state_of,
)
from kafka_tck.properties.operations.replication.writing import send
from kafka_tck.properties.world import World
from kafka_tck.wire.batches import Record, make_batch
from kafka_tck.wire.errors import error_name

LONG_MS = 300_000
"""Longer than any wait for the answer that must come when a leader hears of its deposition."""
NEVER = "NOTHING_WITHIN_60_S"


@dataclass(frozen=True)
class DeposeLeader(Operation, kind="depose_leader"):
    """Isolates the leader, asks it things while another leads, and lets it hear of that.

    One batch with acks=all waits at it all the time, another one is given up soon.
    """

    value: str

    def perform(self, world: World) -> Observation:
        state = led(world)
        if state is None:
            return {"error": "NOBODY_LEADS"}
        old = state.leader
        lag = setting_of(world, old, "replica.lag.time.max.ms")
        world.faults.isolate(old)
        waiting = world.client("waiting", old).send(
            "Produce",
            8,
            transactional_id=None,
            acks=-1,
            timeout_ms=LONG_MS,
            topic_data=[
                {"name": world.real(TOPIC), "partition_data": [self._part(world, "w")]},
            ],
        )
        heir = world.until(lambda: _heir(world, old), PATIENCE)
        if heir is None:
            return {"error": "NO_OTHER_LEADER"}
        told = {
            "old": old,
            "isr_before": sorted(state.isr),
            # Long enough for followers that do not fetch to be out, if that were its to decide.
            "acks_all": send(world, old, self.value, -1, 2 * lag)[0],
            "old_asked_in_the_new_epoch": listed(world, old, EARLIEST, heir.epoch)[0],
            "new_asked_in_the_old_epoch": listed(world, heir.leader, EARLIEST, state.epoch)[0],
        }
        world.faults.open_links()
        return {**told, **heir.plain(), "waiting": _error_of(waiting.outcome(PATIENCE))}

    def _part(self, world: World, suffix: str) -> dict[str, object]:
        record = Record(None, (self.value + suffix).encode(), timestamp=world.start_ms)
        return {"index": 0, "records": make_batch([record]).encode()}

    def judge(self, world: World, belief: Belief, seen: Observation) -> Sequence[Judgement]:
        known = history_of(belief)
        known = known.having(sent=known.sent | {self.value, self.value + "w"})
        if "old" not in seen:
            return [Judgement((), with_history(belief, known))]
        told = (*claims_on_state(known, seen), *_claims(seen, known.minimum))
        return [Judgement(told, with_history(belief, known.led_as(seen)))]


def _heir(world: World, old: int) -> State | None:
    """What the others agree on, once one of them leads and serves."""
    states = {state_of(world, node) for node in running(world) if node != old}
    if len(states) != 1:
        return None
    state = states.pop()
    if state is None or state.leader in (-1, old):
        return None
    return state if serves(world, state.leader) else None


def _error_of(outcome: Outcome) -> str:
    if isinstance(outcome, Answer):
        part = outcome.body.responses[0].partition_responses[0]
        return error_name(part.error_code)
    return NEVER if getattr(outcome, "value", "") == "timed out" else "NO_ANSWER"


def _claims(seen: Observation, minimum: int) -> list[Claim]:
    why = f"broker {seen['leader']} leads in epoch {seen['epoch']}, and {seen['old']} led before"
    in_sync = len(seen["isr_before"])
    return [
        claim(
            laws.deposed_leaders_commit_nothing.id,
            seen["acks_all"],
            *replica_rules.answers_of_deposed(in_sync=in_sync, minimum=minimum),
            because=why,
        ),
        claim(
            laws.epochs_find_deposed_leaders_out.id,
            seen["old_asked_in_the_new_epoch"],
            "UNKNOWN_LEADER_EPOCH",
            *replica_rules.GONE,
            because=why,
        ),
        claim(
            laws.epochs_find_deposed_leaders_out.id,
            seen["new_asked_in_the_old_epoch"],
            "FENCED_LEADER_EPOCH",
            "NO_ANSWER",
            because=why,
        ),
        claim(
            laws.deposed_leaders_answer_who_waits.id,
            seen["waiting"],
            *replica_rules.answers_once_deposition_is_known(in_sync=in_sync, minimum=minimum),
            because=f"it waited at broker {seen['old']}, which has heard by now that it leads "
            "no more",
        ),
    ]

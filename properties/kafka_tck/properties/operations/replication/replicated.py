"""Operations on one partition that three brokers hold."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from kafka_tck.adapters.client import Answer
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
    PATIENCE,
    TOPIC,
    Reading,
    claims_on_state,
    led,
    read_at,
    running,
    state_of,
)
from kafka_tck.properties.world import TargetGone, World
from kafka_tck.wire.batches import Record, make_batch
from kafka_tck.wire.errors import error_name

COMMITTED = "end of what was acknowledged"
CATCH_UP = 10.0
"""Seconds on the target's clock in which a leader hears that its ISR has everything."""


@dataclass(frozen=True)
class MakeReplicated(Operation, kind="make_replicated"):
    """Creates the topic on all nodes and waits until all are in sync: a fixture, not a claim."""

    minimum: int = 1

    def perform(self, world: World) -> Observation:
        nodes = list(world.target.nodes())
        world.call(
            world.client("watch", nodes[0]),
            "CreateTopics",
            topics=[
                {
                    "name": world.real(TOPIC),
                    "num_partitions": 1,
                    "replication_factor": len(nodes),
                    "configs": [{"name": "min.insync.replicas", "value": str(self.minimum)}],
                }
            ],
            timeout_ms=10_000,
        )
        state = led(world)
        if state is None:
            raise TargetGone("a replicated topic did not become usable")
        return state.plain()

    def judge(self, world: World, belief: Belief, seen: Observation) -> Sequence[Judgement]:
        known = History(self.minimum, epoch=seen["epoch"], leader=seen["leader"])
        return [Judgement((), with_history(belief, known))]


@dataclass(frozen=True)
class ProduceReplicated(Operation, kind="produce_replicated"):
    """Sends one record to the present leader. Its value is sent once in a program."""

    value: str
    acks: int = -1

    def perform(self, world: World) -> Observation:
        state = led(world)
        if state is None:
            return {"error": "NOBODY_LEADS"}
        batch = make_batch([Record(None, self.value.encode(), timestamp=world.start_ms)]).encode()
        data = [{"index": 0, "records": batch}]
        found = world.call(
            world.client("writer", state.leader),
            "Produce",
            8,
            transactional_id=None,
            acks=self.acks,
            timeout_ms=5_000,
            topic_data=[{"name": world.real(TOPIC), "partition_data": data}],
        )
        if not isinstance(found, Answer):
            return {**state.plain(), "error": "NO_ANSWER"}
        part = found.body.responses[0].partition_responses[0]
        error, offset = error_name(part.error_code), part.base_offset
        if error == "NONE" and self.acks == -1:
            world.handles[COMMITTED] = max(offset + 1, world.handles.get(COMMITTED, 0))
        return {**state.plain(), "error": error, "base_offset": offset}

    def judge(self, world: World, belief: Belief, seen: Observation) -> Sequence[Judgement]:
        known = history_of(belief)
        if "leader" not in seen:
            return [Judgement((), belief)]
        told = claims_on_state(known, seen)
        known = known.having(epoch=seen["epoch"], leader=seen["leader"])
        small = len(seen["isr"]) < known.minimum
        if small and self.acks == -1:
            told = (*told, self._claim_refused(seen))
        return [Judgement(told, with_history(belief, self._after(known, seen, small)))]

    def _claim_refused(self, seen: Observation) -> Claim:
        return claim(
            laws.small_isrs_refuse.id,
            seen["error"],
            "NOT_ENOUGH_REPLICAS",
            "NO_ANSWER",
            because=f"only {len(seen['isr'])} replicas are in sync",
        )

    def _after(self, known: History, seen: Observation, small: bool) -> History:
        sent = known.having(sent=known.sent | {self.value})
        if seen["error"] == "NOT_ENOUGH_REPLICAS":
            return known.having(refused=known.refused | {self.value})
        if seen["error"] != "NONE":
            return sent
        if self.acks == -1:
            acknowledged = {**known.acknowledged, self.value: seen["base_offset"]}
            return sent.having(acknowledged=acknowledged)
        return sent.having(hidden=known.hidden | {self.value}) if small else sent


@dataclass(frozen=True)
class KillReplica(Operation, kind="kill_replica"):
    """Kills the leader, or the follower of that place, and waits until the others know."""

    place: int = 0
    """0 is the leader; 1 and 2 are its followers in the order of their ids."""

    def perform(self, world: World) -> Observation:
        state = led(world)
        if state is None:
            return {"error": "NOBODY_LEADS"}
        others = [node for node in running(world) if node != state.leader]
        victim = [state.leader, *others][self.place % (len(others) + 1)]
        world.drop_all()
        world.faults.kill(victim)
        after = world.until(lambda: _without(world, victim), PATIENCE)
        if after is None:
            return {"victim": victim, "error": "NOT_NOTICED"}
        return {"victim": victim, **after}

    def judge(self, world: World, belief: Belief, seen: Observation) -> Sequence[Judgement]:
        known = history_of(belief)
        if "victim" in seen:
            known = known.having(down=known.down | {seen["victim"]})
        if "leader" not in seen:
            return [Judgement((), with_history(belief, known))]
        told = claims_on_state(known, seen)
        known = known.having(epoch=seen["epoch"], leader=seen["leader"])
        return [Judgement(told, with_history(belief, known))]


@dataclass(frozen=True)
class LeaveBehind(Operation, kind="leave_behind"):
    """Cuts the link between the leader and one follower: it falls behind."""

    place: int = 0

    def perform(self, world: World) -> Observation:
        state = led(world)
        others = [] if state is None else [n for n in running(world) if n != state.leader]
        if state is None or not others:
            return {"error": "NOBODY_LEADS"}
        follower = others[self.place % len(others)]
        world.faults.part(state.leader, follower)
        return {"leader": state.leader, "follower": follower}

    def judge(self, world: World, belief: Belief, seen: Observation) -> Sequence[Judgement]:
        return [Judgement((), belief)]


def _without(world: World, victim: int) -> dict[str, Any] | None:
    """The state once no running node counts the victim in sync, and another leads."""
    states = [state_of(world, node) for node in running(world)]
    first = states[0]
    if first is None or any(state != first for state in states):
        return None
    settled = victim not in first.isr and first.leader not in (-1, victim)
    return first.plain() if settled else None


@dataclass(frozen=True)
class StartReplicas(Operation, kind="start_replicas"):
    """Heals links, starts whoever is down, and waits until all replicas are in sync again."""

    def perform(self, world: World) -> Observation:
        world.undo_faults()
        state = world.until(lambda: _complete(world), PATIENCE)
        if state is None:
            last = state_of(world)
            return {"recovered": False, "last": last.plain() if last else None}
        return {"recovered": True, **state}

    def judge(self, world: World, belief: Belief, seen: Observation) -> Sequence[Judgement]:
        known = history_of(belief).having(down=frozenset(), hidden=frozenset())
        recovered = claim_that(
            laws.everything_recovers.id,
            seen["recovered"],
            expected=f"all replicas in sync within {PATIENCE:.0f} s",
            actual=seen.get("last") or "all are in sync",
            because="every broker runs",
        )
        if not seen["recovered"]:
            return [Judgement((recovered,), with_history(belief, known))]
        told = (recovered, *claims_on_state(known, seen))
        known = known.having(epoch=seen["epoch"], leader=seen["leader"])
        return [Judgement(told, with_history(belief, known))]


def _complete(world: World) -> dict[str, Any] | None:
    state = led(world)
    if state is None or set(state.isr) != set(state.replicas):
        return None
    return state.plain()


@dataclass(frozen=True)
class ReadReplicated(Operation, kind="read_replicated"):
    """Reads everything at the leader, and then at a follower."""

    follower: int = 0

    def perform(self, world: World) -> Observation:
        state = led(world)
        if state is None:
            return {"error": "NOBODY_LEADS"}
        followers = [node for node in running(world) if node != state.leader]
        first = read_at(world, followers[self.follower % len(followers)]) if followers else None
        found = self._read(world, state.leader)
        told: dict[str, Any] = {"error": "NO_ANSWER"} if found is None else found.plain()
        if first is not None and first.error == "NONE":
            told["follower"] = first.plain()["values"]
        return {**told, "isr": sorted(state.isr)}

    def _read(self, world: World, leader: int) -> Reading | None:
        """What the leader gives, once it has come to know what it must, or not within a while.

        A new leader's high watermark may be lower than the old one's at first (KIP-207).
        """
        end = world.handles.get(COMMITTED, 0)

        def complete() -> Reading | None:
            found = read_at(world, leader)
            return found if found is not None and found.hw >= end else None

        return world.until(complete, CATCH_UP) or read_at(world, leader)

    def judge(self, world: World, belief: Belief, seen: Observation) -> Sequence[Judgement]:
        known = history_of(belief)
        if seen["error"] != "NONE":
            return [Judgement((), belief)]
        values = _by_offset(seen["values"])
        told = [*_claims_on_contents(known, values), *_claims_on_bounds(known, seen, values)]
        if "follower" in seen:
            told.append(_claim_on_follower(_by_offset(seen["follower"]), values))
        after = known.having(read={**known.read, **values})
        return [Judgement(tuple(told), with_history(belief, after))]


def _by_offset(shown: Sequence[str]) -> dict[int, str]:
    return {int(one.partition(":")[0]): one.partition(":")[2] for one in shown}


def _claims_on_contents(known: History, values: dict[int, str]) -> list[Claim]:
    end = max(values, default=-1) + 1
    changed = {o: v for o, v in known.read.items() if o < end and values.get(o) != v}
    strangers = [v for v in values.values() if v not in known.sent]
    repeated = len(set(values.values())) < len(values)
    return [
        claim_that(
            laws.what_was_read_stays.id,
            not changed,
            expected="what was read before, at its offsets",
            actual={offset: values.get(offset) for offset in changed} or "the same",
            because=f"a consumer has read {changed}" if changed else "nothing has changed",
        ),
        claim_that(
            laws.nothing_is_invented.id,
            not strangers and not repeated,
            expected="records that were sent, each once",
            actual=strangers or sorted(values.values()),
            because="each value is sent once, and a refused one is not appended",
        ),
    ]


def _claims_on_bounds(known: History, seen: Observation, values: dict[int, str]) -> list[Claim]:
    told = []
    if len(seen["isr"]) >= known.minimum:
        lost = {v: o for v, o in known.acknowledged.items() if values.get(o) != v}
        told.append(
            claim_that(
                laws.acknowledged_records_stay.id,
                not lost,
                expected="every acknowledged record at its offset",
                actual=lost or "all are there",
                because="they were acknowledged with acks=all, and elections are clean",
            )
        )
    hidden = known.hidden & set(values.values())
    if known.hidden and len(seen["isr"]) < known.minimum:
        told.append(
            claim_that(
                laws.small_isrs_commit_nothing.id,
                not hidden,
                expected="nothing that was written since too few are in sync",
                actual=sorted(hidden) or "none of it",
                because=f"{len(seen['isr'])} in sync, {known.minimum} needed",
            )
        )
    return told


def _claim_on_follower(first: dict[int, str], values: dict[int, str]) -> Claim:
    beyond = {o: v for o, v in first.items() if values.get(o) != v}
    return claim_that(
        laws.followers_serve_committed.id,
        not beyond,
        expected="a prefix of what the leader serves after it",
        actual=beyond or "a prefix",
        because="a follower's high watermark is not above its leader's",
    )

"""Making a replicated topic, and reading all of it at every broker that runs."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import partial
from typing import Any

from kafka_tck.adapters.client import Answer
from kafka_tck.model import replica_rules
from kafka_tck.model.specials import EARLIEST, LATEST
from kafka_tck.properties.belief import Belief
from kafka_tck.properties.claims import Claim, Judgement, Observation, claim_that
from kafka_tck.properties.operations.operation import Operation
from kafka_tck.properties.operations.replication import laws
from kafka_tck.properties.operations.replication.history import (
    History,
    history_of,
    with_history,
)
from kafka_tck.properties.operations.replication.looking import (
    AT_ONCE,
    TOPIC,
    Reading,
    State,
    led,
    listed,
    read_at,
    running,
    state_of,
)
from kafka_tck.properties.operations.replication.writing import COMMITTED
from kafka_tck.properties.world import TargetGone, World
from kafka_tck.wire.errors import error_name

CATCH_UP = 180.0
"""Seconds on the target's clock in which those in sync fetch again, or have left the ISR."""
MINIMUM = "min.insync.replicas"
SHOWN = "highest high watermark that a leader has shown"


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
        world.handles[MINIMUM] = self.minimum
        return state.plain()

    def judge(self, world: World, belief: Belief, seen: Observation) -> Sequence[Judgement]:
        known = History(self.minimum, epoch=seen["epoch"], leader=seen["leader"])
        return [Judgement((), with_history(belief, known))]


@dataclass(frozen=True)
class DeleteReplicated(Operation, kind="delete_replicated"):
    """Deletes what is before an offset, at the leader, which answers for all replicas."""

    before: int = 1

    def perform(self, world: World) -> Observation:
        state = led(world)
        if state is None:
            return {"error": "NOBODY_LEADS"}
        asked = [{"partition_index": 0, "offset": self.before}]
        found = world.call(
            world.client("writer", state.leader),
            "DeleteRecords",
            topics=[{"name": world.real(TOPIC), "partitions": asked}],
            timeout_ms=10_000,
        )
        if not isinstance(found, Answer):
            return {"error": "NO_ANSWER"}
        part = found.body.topics[0].partitions[0]
        return {"error": error_name(part.error_code), "low_watermark": part.low_watermark}

    def judge(self, world: World, belief: Belief, seen: Observation) -> Sequence[Judgement]:
        known = history_of(belief)
        known = known.having(may_be_deleted=max(known.may_be_deleted, self.before))
        if seen["error"] == "NONE":
            known = known.having(deleted=max(known.deleted, seen["low_watermark"]))
        return [Judgement((), with_history(belief, known))]


@dataclass(frozen=True)
class ReadReplicated(Operation, kind="read_replicated"):
    """Reads everything at the followers, and then at the leader."""

    def perform(self, world: World) -> Observation:
        state = led(world)
        if state is None:
            return {"error": "NOBODY_LEADS"}
        error, earliest = listed(world, state.leader, EARLIEST)
        if error != "NONE":
            return {"error": error}
        followers = self._read_followers(world, state, earliest)
        found = self._read(world, state.leader, earliest)
        told: dict[str, Any] = {"error": "NO_ANSWER"} if found is None else found.plain()
        told["bound"] = _bound(world, state, found)
        if found is not None:
            world.handles[SHOWN] = max(found.hw, world.handles.get(SHOWN, 0))
        told["followers"] = {
            str(n): read.plain()["values"]
            for n, read in followers.items()
            if read is not None and read.error == "NONE"
        }
        knows = listed(world, state.leader, LATEST)[0] == "NONE"
        still = led(world)
        if still is None or (still.leader, still.epoch) != (state.leader, state.epoch):
            return {"error": "ANOTHER_LEADS"}
        return {**told, "earliest": earliest, "leader_knows": knows, **still.plain()}

    def _read_followers(
        self, world: World, state: State, earliest: int
    ) -> dict[int, Reading | None]:
        """What followers give, once those in sync know what their leader knew before."""
        first = read_at(world, state.leader, earliest)
        end = 0 if first is None else first.hw
        found = {}
        for node in running(world):
            if node in state.isr and node != state.leader:
                world.until(partial(_knows, world, node, earliest, end), AT_ONCE)
            if node != state.leader:
                found[node] = read_at(world, node, earliest)
        return found

    def _read(self, world: World, leader: int, earliest: int) -> Reading | None:
        """What the leader gives, once it has come to know what it must, or not within a while.

        A new leader's high watermark may be lower than the old one's until its followers have
        fetched (KIP-207), and stands still while too few are in sync.
        """
        end = world.handles.get(COMMITTED, 0)

        def complete() -> Reading | None:
            found, state = read_at(world, leader, earliest), state_of(world)
            if found is None or state is None or found.hw >= end:
                return found
            waits = state.leader == leader and len(state.isr) >= world.handles[MINIMUM]
            return None if waits else found

        return world.until(complete, CATCH_UP) or read_at(world, leader, earliest)

    def judge(self, world: World, belief: Belief, seen: Observation) -> Sequence[Judgement]:
        known = history_of(belief)
        if "earliest" not in seen:
            return [Judgement((), belief)]
        begins = claim_that(
            laws.log_starts_can_be_read.id,
            seen["error"] != "OFFSET_OUT_OF_RANGE",
            expected=f"records from offset {seen['earliest']} on, or none",
            actual=seen["error"],
            because=f"broker {seen['leader']} leads and names this as its earliest offset",
        )
        if seen["error"] != "NONE":
            return [Judgement((begins,), belief)]
        known = known.led_as(seen)
        values = _by_offset(seen["values"])
        told = [
            begins,
            *_claims_on_contents(known, seen, values),
            *_claims_on_bounds(known, seen, values),
        ]
        told += [
            _claim_on_follower(node, _by_offset(read), values, seen)
            for node, read in seen["followers"].items()
        ]
        hw = max(known.hw, seen["high_watermark"])
        after = known.having(read={**known.read, **values}, hw=hw)
        return [Judgement(tuple(told), with_history(belief, after))]


def _bound(world: World, state: State, found: Reading | None) -> int:
    """The high watermark that was in force, at the latest, when these records were read.

    An answer may name one that has risen by the time its records are read: then the next does not.
    """
    if found is None or all(offset < found.hw for offset in found.values):
        return -1 if found is None else found.hw
    again = read_at(world, state.leader)
    return found.hw if again is None else max(found.hw, again.hw)


def _knows(world: World, node: int, earliest: int, end: int) -> bool | None:
    """Whether a replica's high watermark has come so far; None if not."""
    found = read_at(world, node, earliest)
    return True if found is not None and found.hw >= end else None


def _by_offset(shown: Sequence[str]) -> dict[int, str]:
    return {int(one.partition(":")[0]): one.partition(":")[2] for one in shown}


def _claims_on_contents(
    known: History, seen: Observation, values: Mapping[int, str]
) -> list[Claim]:
    changed = replica_rules.changed(
        known.read,
        values,
        deleted_before=known.may_be_deleted,
        leader_knows=seen["leader_knows"],
    )
    strangers = replica_rules.strangers(values.values(), known.sent)
    past = [o for o in values if o >= seen["bound"]]
    return [
        claim_that(
            laws.nothing_past_the_high_watermark.id,
            not past,
            expected=f"records before offset {seen['bound']}",
            actual=past or "no others",
            because="that is the high watermark in this answer, or in the next one",
        ),
        claim_that(
            laws.what_was_read_stays.id,
            not changed,
            expected="what was read before, at its offsets",
            actual={offset: values.get(offset) for offset in changed} or "the same",
            because=f"a consumer has read {changed}" if changed else "nothing has changed",
        ),
        claim_that(
            laws.nothing_is_invented.id,
            not strangers,
            expected="records that were sent, each once",
            actual=strangers or sorted(values.values()),
            because="each value is sent once, and a refused one is not appended",
        ),
    ]


def _claims_on_bounds(known: History, seen: Observation, values: Mapping[int, str]) -> list[Claim]:
    told = [
        claim_that(
            laws.bounds_do_not_fall.id,
            seen["high_watermark"] >= known.hw and seen["earliest"] >= known.deleted,
            expected=f"a high watermark of {known.hw} or more, a log start of {known.deleted} "
            "or more",
            actual=[seen["high_watermark"], seen["earliest"]],
            because=f"broker {known.leader} has shown this one in epoch {known.epoch}, and "
            "what is deleted stays deleted",
        )
    ]
    if len(seen["isr"]) >= known.minimum:
        lost = replica_rules.lost(known.acknowledged, values, known.may_be_deleted)
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


def _claim_on_follower(
    node: str, first: Mapping[int, str], values: Mapping[int, str], seen: Observation
) -> Claim:
    beyond = replica_rules.beyond_leader(
        first, values, hw=seen["high_watermark"], leader_knows=seen["leader_knows"]
    )
    return claim_that(
        laws.followers_serve_committed.id,
        not beyond,
        expected="a prefix of what the leader serves after it",
        actual=beyond or "a prefix",
        because=f"the high watermark of broker {node} is not above its leader's",
    )

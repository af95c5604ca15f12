"""Consumers that say their rack, and are directed to a replica there (KIP-392)."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from kafka_tck.model import replica_rules
from kafka_tck.properties.belief import Belief
from kafka_tck.properties.claims import Claim, Judgement, Observation, claim_that
from kafka_tck.properties.operations.operation import Operation
from kafka_tck.properties.operations.replication import laws
from kafka_tck.properties.operations.replication.history import history_of, with_history
from kafka_tck.properties.operations.replication.looking import (
    AT_ONCE,
    claims_on_state,
    fetched_at,
    led,
    state_of,
)
from kafka_tck.properties.world import World


@dataclass(frozen=True)
class FetchFromRack(Operation, kind="fetch_from_rack"):
    """Fetches at the leader from an offset on, as a consumer in the rack of some broker."""

    place: int = 0
    """0 is the leader, then followers in the order of their ids; 3 is a consumer of no rack."""
    offset: int = 0

    def perform(self, world: World) -> Observation:
        state = led(world)
        if state is None:
            return {"error": "NOBODY_LEADS"}
        nodes = [state.leader, *(n for n in sorted(state.replicas) if n != state.leader)]
        rack = f"rack-{nodes[self.place]}" if self.place < len(nodes) else ""
        seen = self._fetch(world, state.leader, rack)
        preferred = seen.get("preferred", replica_rules.NOBODY)
        # Brokers may hear late that a member has left.
        world.until(lambda: _is_member(world, preferred), AT_ONCE)
        return {**state.plain(), **seen, "rack": rack, "is_member": _is_member(world, preferred)}

    def _fetch(self, world: World, leader: int, rack: str) -> dict[str, Any]:
        told = fetched_at(world, leader, self.offset, rack)
        if told is None:
            return {"error": "NO_ANSWER"}
        return {"preferred": told.preferred_read_replica, "bytes": len(told.records or b"")}

    def judge(self, world: World, belief: Belief, seen: Observation) -> Sequence[Judgement]:
        if "leader" not in seen:
            return [Judgement((), belief)]
        known = history_of(belief)
        told = claims_on_state(known, seen)
        if "preferred" in seen:
            told += (_claim_directs(seen),)
        return [Judgement(told, with_history(belief, known.led_as(seen)))]


def _is_member(world: World, node: int) -> bool | None:
    state = state_of(world)
    return (
        True if node == replica_rules.NOBODY or (state is not None and node in state.isr) else None
    )


def _claim_directs(seen: Observation) -> Claim:
    preferred = seen["preferred"]
    legal = replica_rules.may_be_directed(
        preferred,
        leader=seen["leader"],
        in_rack=seen["rack"] == f"rack-{preferred}",
        in_sync=bool(seen["is_member"]),
    )
    return claim_that(
        laws.directed_to_members.id,
        legal and (preferred == replica_rules.NOBODY or not seen["bytes"]),
        expected="nobody, or the follower in that rack if it is in sync, and then no records",
        actual={name: seen[name] for name in ("preferred", "bytes", "rack", "isr")},
        because=f"broker {seen['leader']} leads, and every broker has a rack of its own",
    )

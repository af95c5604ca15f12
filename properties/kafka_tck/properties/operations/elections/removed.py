"""Reading a partition that moves: at its replicas, and at brokers that were replicas."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from kafka_tck.properties.belief import Belief
from kafka_tck.properties.claims import Judgement, Observation, claim, claim_that
from kafka_tck.properties.operations.elections import moving_laws as laws
from kafka_tck.properties.operations.elections.showing import shown
from kafka_tck.properties.operations.operation import Operation
from kafka_tck.properties.operations.replication.history import history_of
from kafka_tck.properties.operations.replication.looking import read_at, running
from kafka_tck.properties.operations.replication.replicated import ReadReplicated
from kafka_tck.properties.world import World

GONE = "NOT_LEADER_OR_FOLLOWER"
SOON = 10.0


@dataclass(frozen=True)
class AskRemoved(Operation, kind="ask_removed"):
    """Reads at every running broker that is no replica."""

    def perform(self, world: World) -> Observation:
        now = shown(world)
        if now is None:
            return {}
        others = [node for node in running(world) if node not in now.replicas]
        return {"others": others, "errors": [self._error(world, node) for node in others]}

    def _error(self, world: World, node: int) -> str:
        """What a reader is told in the end: brokers hear of a removal one after the other."""

        def error() -> str:
            found = read_at(world, node)
            return "NO_ANSWER" if found is None else found.error

        return world.until(lambda: GONE if error() == GONE else None, SOON) or error()

    def judge(self, world: World, belief: Belief, seen: Observation) -> Sequence[Judgement]:
        if not seen or not seen["others"]:
            return [Judgement((), belief)]
        found = claim(
            laws.the_removed_serve_nothing.id,
            sorted(set(seen["errors"]) - {"NO_ANSWER"}),
            [GONE],
            [],
            because=f"{seen['others']} are no replicas",
        )
        return [Judgement((found,), belief)]


@dataclass(frozen=True)
class ReadMoved(ReadReplicated, kind="read_moved"):
    """Reads everything at the leader, and then at a follower; what was acknowledged is there."""

    def judge(self, world: World, belief: Belief, seen: Observation) -> Sequence[Judgement]:
        found = super().judge(world, belief, seen)
        if seen["error"] != "NONE":
            return found
        known = history_of(belief)
        lost = {v: o for v, o in known.acknowledged.items() if f"{o}:{v}" not in seen["values"]}
        kept = claim_that(
            laws.nothing_is_lost.id,
            not lost,
            expected="every acknowledged record at its offset",
            actual=lost or "all are there",
            because="they were acknowledged with acks=all",
        )
        return [Judgement((*one.claims, kept), one.belief) for one in found]

"""ElectLeaders."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from kafka_tck.adapters.client import Answer
from kafka_tck.properties.belief import Belief
from kafka_tck.properties.claims import Claim, Judgement, Observation, claim, claim_that
from kafka_tck.properties.operations.elections import laws
from kafka_tck.properties.operations.elections.showing import Shown, of_plain, shown
from kafka_tck.properties.operations.elections.trust import distrusting
from kafka_tck.properties.operations.elections.upsetting import judged
from kafka_tck.properties.operations.operation import Operation
from kafka_tck.properties.operations.replication.looking import TOPIC, running
from kafka_tck.properties.world import World
from kafka_tck.wire.errors import error_name

CHANGES = 10.0
"""Seconds on the target's clock until an election that was held is known to all."""


@dataclass(frozen=True)
class Elect(Operation, kind="elect"):
    """Asks for an election of our partition, or, without a list, of all there are."""

    unclean: bool = False
    everything: bool = False

    def perform(self, world: World) -> Observation:
        before = shown(world)
        if before is None:
            return {}
        named = [{"topic": world.real(TOPIC), "partitions": [0]}]
        found = world.call(
            world.client("watch", running(world)[0]),
            "ElectLeaders",
            election_type=int(self.unclean),
            topic_partitions=None if self.everything else named,
            timeout_ms=10_000,
        )
        if not isinstance(found, Answer):
            return {"error": "NO_ANSWER"}
        results = _results(found.body)
        error = results.get((world.real(TOPIC), 0), "NOT_TOLD")
        now = shown(world, lambda s: s.epoch > before.epoch, CHANGES) if error == "NONE" else None
        now = now or shown(world)
        told = {
            "error": error,
            "needless": sorted(world.symbol_of(t) for t, p in results if _is(results[t, p])),
            "before": before.plain(),
            "running": running(world),
            "cut": bool(world.faults.cuts),
        }
        return {**told, **now.plain()} if now else told

    def judge(self, world: World, belief: Belief, seen: Observation) -> Sequence[Judgement]:
        if "leader" not in seen:
            return [Judgement((), belief)]
        before = of_plain(seen["before"])
        now = of_plain(seen)
        told = [*self._claims_on_list(seen)]
        if self.unclean:
            told += _claims_on_unclean(before, now, seen)
        else:
            told += self._claims_on_preferred(before, now, seen)
        if self.unclean and seen["error"] == "NONE":
            belief = distrusting(belief)
        return judged(world, belief, seen, *told)

    def _claims_on_list(self, seen: Observation) -> list[Claim]:
        if not self.everything:
            return []
        found = claim(
            laws.all_tells_of_changes.id,
            seen["needless"],
            [],
            because="all partitions were meant",
        )
        return [found]

    def _claims_on_preferred(self, before: Shown, now: Shown, seen: Observation) -> list[Claim]:
        first = before.preferred
        needless = "NOT_TOLD" if self.everything else "ELECTION_NOT_NEEDED"
        told = []
        if seen["error"] == "NONE":
            told += _claims_on_moved(before, now)
        if before.leader == first:
            legal, why = [needless], "it leads"
        elif first in before.isr and first in seen["running"]:
            legal, why = ["NONE"], "it is in sync and runs"
        elif first in before.isr or before.leader == -1 or not seen["cut"]:
            return told  # it may be back in sync, or fenced, by the time of the election
        else:
            legal, why = ["PREFERRED_LEADER_NOT_AVAILABLE"], "it is not in sync"
        because = f"broker {first} is the first of {list(before.replicas)}, and {why}"
        if legal == ["PREFERRED_LEADER_NOT_AVAILABLE"]:
            told.append(_never_unclean(before, now, because))
        told.append(claim(laws.preferred_elections_tell.id, seen["error"], *legal, because=because))
        return told


def _never_unclean(before: Shown, now: Shown, because: str) -> Claim:
    return claim_that(
        laws.only_in_sync.id,
        now.leader in before.isr,
        expected=f"a leader of the ISR {sorted(before.isr)}",
        actual=now.leader,
        because=because,
    )


def _claims_on_moved(before: Shown, now: Shown) -> list[Claim]:
    """After a preferred election that was held, whoever was to be elected."""
    return [
        claim_that(
            laws.the_preferred_leads.id,
            now.leader == before.preferred and now.epoch > before.epoch,
            expected=f"leader {before.preferred} in an epoch above {before.epoch}",
            actual=f"leader {now.leader} in epoch {now.epoch}",
            because="the election was held, as the answer says",
        )
    ]


def _claims_on_unclean(before: Shown, now: Shown, seen: Observation) -> list[Claim]:
    alive = [node for node in before.replicas if node in seen["running"]]
    legal = "NONE" if alive else "ELIGIBLE_LEADERS_NOT_AVAILABLE"
    if before.leader != -1:
        legal = "ELECTION_NOT_NEEDED"
    told = [
        claim(
            laws.unclean_elections_tell.id,
            seen["error"],
            legal,
            because=f"leader is {before.leader}, and of {list(before.replicas)} {alive} run",
        )
    ]
    if seen["error"] == "NONE" and before.leader == -1:
        elected = f"leader {alive[0]} in epoch {before.epoch + 1}" if alive else "nobody"
        gone = sorted(now.isr - set(seen["running"]))
        told.append(
            claim(
                laws.unclean_leaders_stand_alone.id,
                (f"leader {now.leader} in epoch {now.epoch}", now.leader in now.isr, gone),
                (elected, True, []),
                because=f"nobody led, and {alive} run, in the order of the assignment",
            )
        )
    return told


@dataclass(frozen=True)
class ElectUnknown(Operation, kind="elect_unknown"):
    """Asks for elections of a partition, or a topic, that is none."""

    topic: bool = False
    unclean: bool = False

    def perform(self, world: World) -> Observation:
        name = world.real("nowhere") if self.topic else world.real(TOPIC)
        found = world.call(
            world.client("watch", running(world)[0]),
            "ElectLeaders",
            election_type=int(self.unclean),
            topic_partitions=[{"topic": name, "partitions": [7]}],
            timeout_ms=10_000,
        )
        if not isinstance(found, Answer):
            return {}
        return {"error": _results(found.body).get((name, 7), "NOT_TOLD")}

    def judge(self, world: World, belief: Belief, seen: Observation) -> Sequence[Judgement]:
        if not seen:
            return [Judgement((), belief)]
        found = claim(
            laws.unknown_partitions_tell.id,
            seen["error"],
            "UNKNOWN_TOPIC_OR_PARTITION",
            because="there is no such topic" if self.topic else "the topic has one partition",
        )
        return [Judgement((found,), belief)]


def _results(body: Any) -> dict[tuple[str, int], str]:
    """The error of each partition that the answer tells of."""
    return {
        (topic.topic, part.partition_id): error_name(part.error_code)
        for topic in body.replica_election_results
        for part in topic.partition_result
    }


def _is(error: str) -> bool:
    return error == "ELECTION_NOT_NEEDED"

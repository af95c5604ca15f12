"""Speaking as a replica that has no right to be heard: it must not count as one."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Final

from kafka_tck.adapters.client import Answer
from kafka_tck.model import replica_rules
from kafka_tck.properties.belief import Belief
from kafka_tck.properties.claims import Claim, Judgement, Observation, claim, claim_that
from kafka_tck.properties.operations.operation import Operation
from kafka_tck.properties.operations.replication import laws
from kafka_tck.properties.operations.replication.history import history_of, with_history
from kafka_tck.properties.operations.replication.looking import (
    TOPIC,
    State,
    claims_on_state,
    led,
    read_at,
    running,
)
from kafka_tck.properties.operations.replication.writing import (
    cut_off,
    send,
    soonest_leave,
)
from kafka_tck.properties.world import World
from kafka_tck.wire.errors import error_name

STRANGER: Final = 99
"""A broker id that is in no assignment."""
VERSION: Final = 15
"""The first Fetch that says the broker epoch of a replica."""

KINDS_OF_REPLICA: Final = tuple(replica_rules.REFUSED_REPLICAS)


@dataclass(frozen=True)
class SpeakAsReplica(Operation, kind="speak_as_replica"):
    """Writes a record, cuts a follower off, writes another, and fetches in its name wrongly.

    The fetch is at the log end: whoever believes it counts the record as replicated.
    """

    value: str
    replica: str = KINDS_OF_REPLICA[0]
    place: int = 0

    def perform(self, world: World) -> Observation:
        state = led(world)
        if state is None:
            return {"error": "NOBODY_LEADS"}
        if self.replica == "old-epoch" and state.epoch == 0:
            return {"error": "NO_OLD_EPOCH"}
        # After this the leader has heard every member in this epoch.
        first, at = send(world, state.leader, self.value + "a", -1)
        if first != "NONE":
            return {"error": first, "first": (first, at)}
        soonest = soonest_leave(world, state.leader)
        follower = cut_off(world, state, self.place)
        if follower is None:
            return {"error": "NO_FOLLOWER", "first": (first, at)}
        error, offset = send(world, state.leader, self.value, 1)
        before = read_at(world, state.leader, 0)
        answer = self._fetch(world, state, follower, offset + 1)
        after = read_at(world, state.leader, 0)
        return {
            **state.plain(),
            "first": (first, at),
            "produced": error,
            "offset": offset,
            "was_in_sync": follower in state.isr,
            "hw_before": -1 if before is None else before.hw,
            "hw_after": -1 if after is None else after.hw,
            "answer": answer,
            "too_soon_to_leave": world.now_ms() < soonest,
        }

    def _fetch(self, world: World, state: State, follower: int, offset: int) -> str:
        epoch = {"old-epoch": state.epoch - 1, "new-epoch": state.epoch + 1}
        part = {
            "partition": 0,
            "current_leader_epoch": -1
            if self.replica == "stranger-no-epoch"
            else epoch.get(self.replica, state.epoch),
            "fetch_offset": offset,
            "last_fetched_epoch": state.epoch,
            "log_start_offset": 0,
            "partition_max_bytes": 1 << 20,
        }
        stranger = self.replica.startswith("stranger")
        found = world.call(
            world.client("replica", state.leader),
            "Fetch",
            VERSION,
            replica_state={
                "replica_id": STRANGER if stranger else follower,
                "replica_epoch": 0 if self.replica == "old-life" else -1,
            },
            max_wait_ms=0,
            min_bytes=0,
            max_bytes=1 << 20,
            isolation_level=0,
            session_id=0,
            session_epoch=-1,
            topics=[{"topic_id": topic_id(world), "partitions": [part]}],
            forgotten_topics_data=[],
            rack_id="",
        )
        if not isinstance(found, Answer):
            return "NO_ANSWER"
        if found.body.error_code:
            return error_name(found.body.error_code)
        return error_name(found.body.responses[0].partitions[0].error_code)

    def judge(self, world: World, belief: Belief, seen: Observation) -> Sequence[Judgement]:
        known = history_of(belief)
        if "first" in seen:
            known = known.sending(self.value + "a", *seen["first"])
        if "leader" not in seen:
            return [Judgement((), with_history(belief, known))]
        known = known.having(sent=known.sent | {self.value})
        told = claims_on_state(known, seen)
        if seen["produced"] == "NONE" and seen["answer"] != "NO_ANSWER":
            told += self._claims(seen)
        return [Judgement(told, with_history(belief, known.led_as(seen)))]

    def _claims(self, seen: Observation) -> tuple[Claim, ...]:
        refused = claim(
            laws.replicas_are_who_they_say.id,
            seen["answer"],
            replica_rules.REFUSED_REPLICAS[self.replica],
            *replica_rules.GONE,
            because=f"a replica may not fetch so: {self.replica}",
        )
        if not (seen["was_in_sync"] and seen["too_soon_to_leave"]):
            return (refused,)
        stands = claim_that(
            laws.refused_fetches_count_nothing.id,
            seen["hw_after"] <= seen["offset"],
            expected=f"a high watermark of at most {seen['offset']}",
            actual=seen["hw_after"],
            because="a follower in sync has not fetched that record",
        )
        return refused, stands


def topic_id(world: World) -> Any:
    """The id of the topic, asked once."""
    if TOPIC not in world.ids:
        found = world.call(
            world.client("watch", running(world)[0]),
            "Metadata",
            topics=[{"name": world.real(TOPIC)}],
        )
        assert isinstance(found, Answer)
        world.ids[TOPIC] = found.body.topics[0].topic_id
    return world.ids[TOPIC]

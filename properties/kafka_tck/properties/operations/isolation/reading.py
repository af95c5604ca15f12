"""Reading a partition that holds transactions, under either isolation level."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

from kafka_tck.adapters.client import Answer, Outcome
from kafka_tck.properties.belief import Belief, Place
from kafka_tck.properties.claims import Judgement, Observation
from kafka_tck.properties.operations.answers import claim_answered, only, silent
from kafka_tck.properties.operations.fetching.fetch import seen_partition
from kafka_tck.properties.operations.isolation.judging import judge_isolated
from kafka_tck.properties.operations.isolation.undecided import NOTE, transactions_of
from kafka_tck.properties.operations.operation import Operation
from kafka_tck.properties.world import World
from kafka_tck.wire.messages import ZERO_ID

ALL = 1 << 20
"""A limit in bytes that no test reaches."""


@dataclass(frozen=True)
class ReadIsolated(Operation, kind="read_isolated"):
    """Reads one partition once; it waits up to `wait` ms for a first byte."""

    topic: str
    partition: int
    offset: int
    isolation: int = 1
    limit: int = ALL
    version: int | None = None
    wait: int = 0

    @property
    def place(self) -> Place:
        return (self.topic, self.partition)

    def perform(self, world: World) -> Observation:
        client = world.at_leader(self.topic, self.partition)
        version, fields = self.request(world)
        return seen_read(world.call(client, "Fetch", version, **fields))

    def request(self, world: World) -> tuple[int, dict[str, Any]]:
        """The version and the fields of a Fetch without a session.

        Versions before 4 know no isolation level.
        """
        version = world.profile.newest("Fetch") if self.version is None else self.version
        by_id = {"topic_id": world.ids.get(self.topic, ZERO_ID)}
        named = by_id if version >= 13 else {"topic": world.real(self.topic)}
        asked = {
            "partition": self.partition,
            "fetch_offset": self.offset,
            "partition_max_bytes": self.limit,
        }
        return version, {
            "max_wait_ms": self.wait,
            "min_bytes": 1 if self.wait else 0,
            "max_bytes": ALL,
            "isolation_level": self.isolation,
            "topics": [{**named, "partitions": [asked]}],
            **({"session_epoch": -1} if version >= 7 else {}),
        }

    def judge(self, world: World, belief: Belief, seen: Observation) -> Sequence[Judgement]:
        answered = claim_answered(seen)
        if "silence" in seen:
            return [Judgement((answered,), belief)]
        claims = judge_isolated(belief, self.place, self.offset, self.isolation, seen)
        return [Judgement((answered, *claims), having_seen(belief, self.place, seen))]


def seen_read(outcome: Outcome) -> Observation:
    """The one partition of an answer as plain values, with its aborted transactions."""
    if not isinstance(outcome, Answer):
        return silent(outcome)
    entry = only(outcome, "responses", "partitions")
    if entry is None:
        return {"silence": "the answer has no entry for the partition"}
    listed = entry.aborted_transactions
    return seen_partition(entry) | {
        "aborted": None if listed is None else [[a.producer_id, a.first_offset] for a in listed]
    }


def having_seen(belief: Belief, place: Place, seen: Mapping[str, Any]) -> Belief:
    """The belief after the last stable offset was shown."""
    if seen["error"] != "NONE":
        return belief
    noted = transactions_of(belief)
    shown = {**noted.shown, place: seen["last_stable_offset"]}
    return belief.noting(NOTE, replace(noted, shown=shown))

"""Markers written by hand, as a coordinator would write them, and batches between them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from kafka_tck.adapters.client import Answer
from kafka_tck.model import sequences
from kafka_tck.model.stability import STRICT_SINCE, Stability, error_of_marker
from kafka_tck.properties.belief import Belief, Place
from kafka_tck.properties.claims import Judgement, Observation, claim
from kafka_tck.properties.operations.answers import claim_answered, silent
from kafka_tck.properties.operations.isolation import marker_laws as laws
from kafka_tck.properties.operations.isolation.producer import live, numbered_batch
from kafka_tck.properties.operations.isolation.undecided import (
    marked,
    numbers_known,
    stability_of,
    wrote,
)
from kafka_tck.properties.operations.operation import Operation
from kafka_tck.properties.operations.producing.produce import send_batch
from kafka_tck.properties.requirement import Requirement
from kafka_tck.properties.world import World
from kafka_tck.wire.errors import error_name

OPEN_ERROR: Final = "INVALID_TXN_STATE"
"""The answer to a plain batch of a producer whose transaction is open there."""


@dataclass(frozen=True)
class WriteMarker(Operation, kind="write_marker"):
    """WriteTxnMarkers for one producer and one partition, sent by a client."""

    producer: str
    topic: str
    partition: int
    epoch: int
    commit: bool
    coordinator_epoch: int = 0
    strict: bool = False
    """Whether it says that it ends a transaction of the newer protocol (version 2)."""

    @property
    def place(self) -> Place:
        return (self.topic, self.partition)

    @property
    def transaction_version(self) -> int:
        return STRICT_SINCE if self.strict else 0

    def perform(self, world: World) -> Observation:
        producer_id = live(world, self.producer).producer_id
        marker = {
            "producer_id": producer_id,
            "producer_epoch": self.epoch,
            "transaction_result": self.commit,
            "coordinator_epoch": self.coordinator_epoch,
            "topics": [
                {"name": world.real(self.topic), "partition_indexes": [self.partition]},
            ],
            **({"transaction_version": self.transaction_version} if self.strict else {}),
        }
        client = world.at_leader(self.topic, self.partition)
        outcome = world.call(client, "WriteTxnMarkers", 2 if self.strict else 1, markers=[marker])
        if not isinstance(outcome, Answer):
            return silent(outcome)
        entries = [
            partition.error_code
            for answered in outcome.body.markers
            for topic in answered.topics
            for partition in topic.partitions
        ]
        if len(entries) != 1:
            return {"silence": "the answer has no entry for the partition"}
        return {"error": error_name(entries[0]), "producer_id": producer_id}

    def judge(self, world: World, belief: Belief, seen: Observation) -> Sequence[Judgement]:
        if "silence" in seen:
            return [Judgement((claim_answered(seen),), belief)]
        known, producer_id = stability_of(belief, self.place), seen["producer_id"]
        error = error_of_marker(
            known, producer_id, self.epoch, self.coordinator_epoch, self.transaction_version
        )
        law = self._law(known, producer_id, error)
        right = claim(law.id, seen["error"], error, because=str(known.writers.get(producer_id)))
        if seen["error"] == "NONE":
            belief = marked(
                belief, self.place, producer_id, self.epoch, self.commit, self.coordinator_epoch
            )
        return [Judgement((claim_answered(seen), right), belief)]

    def _law(self, known: Stability, producer_id: int, error: str) -> Requirement:
        """The requirement that decides about this marker."""
        writer = known.writers.get(producer_id)
        if error == "TRANSACTION_COORDINATOR_FENCED":
            return laws.older_coordinators_are_fenced
        if writer is not None and self.epoch < writer.epoch:
            return laws.markers_of_older_epochs_are_refused
        if self.strict:
            return laws.newer_markers_are_later
        if writer is None or writer.first is None:
            return laws.markers_need_no_transaction
        return laws.markers_end_what_is_open


@dataclass(frozen=True)
class WriteBesides(Operation, kind="write_besides"):
    """A numbered batch of a producer that is not part of any transaction."""

    producer: str
    topic: str
    partition: int
    epoch: int
    first: int
    count: int = 1

    @property
    def place(self) -> Place:
        return (self.topic, self.partition)

    def perform(self, world: World) -> Observation:
        producer_id = live(world, self.producer).producer_id
        values = [f"{self.epoch}.{self.first}.{n}" for n in range(self.count)]
        data = numbered_batch(world, (producer_id, self.epoch, self.first), values, 0)
        seen = send_batch(world, self.topic, self.partition, data, -1)
        return {**seen, "producer_id": producer_id, "values": values}

    def judge(self, world: World, belief: Belief, seen: Observation) -> Sequence[Judgement]:
        if "silence" in seen:
            return [Judgement((claim_answered(seen),), belief)]
        producer_id = seen["producer_id"]
        writer = stability_of(belief, self.place).writers.get(producer_id)
        is_open = writer is not None and writer.first is not None
        known = numbers_known(belief, producer_id, self.place)
        verdict = sequences.verdict_on(known, self.epoch, self.first, self.count)
        law, legal = self._legal(belief, verdict, is_open)
        right = claim(law.id, (seen["error"], seen["base_offset"]), *legal, because=str(writer))
        if seen["error"] == "NONE" and verdict.base_offset is None:
            numbers = (producer_id, self.epoch, self.first)
            belief = wrote(world, belief, self.place, numbers, seen["values"], transactional=False)
        return [Judgement((claim_answered(seen), right), belief)]

    def _legal(
        self, belief: Belief, verdict: sequences.Verdict, is_open: bool
    ) -> tuple[Requirement, list[tuple[str, int]]]:
        """The requirement that decides about this batch, and what may be answered."""
        if verdict.error != "NONE":
            legal = [(verdict.error, -1)]
        elif verdict.base_offset is not None:
            legal = [("NONE", verdict.base_offset)]
        elif is_open:
            return laws.no_plain_batch_in_an_open_transaction, [(OPEN_ERROR, -1)]
        else:
            legal = [("NONE", belief.at(*self.place)["leo"])]
        legal += [] if verdict.otherwise is None else [verdict.otherwise]
        return laws.markers_keep_or_end_the_memory, legal

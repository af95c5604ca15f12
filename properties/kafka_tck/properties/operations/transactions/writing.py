"""Produce in a transaction: one batch, of the owner or of somebody who believes to be it."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from typing import Final

from kafka_tck.adapters.client import Answer
from kafka_tck.model.coordination.transaction import Identity, State
from kafka_tck.model.coordination.verdicts import Case
from kafka_tck.model.coordination.writing import ADDS, Batch, Here, Written, appended, outcomes_of
from kafka_tck.properties.belief import Belief
from kafka_tck.properties.claims import Judgement, Observation
from kafka_tck.properties.operations.answers import only, silent
from kafka_tck.properties.operations.operation import Operation
from kafka_tck.properties.operations.transactions import trace_laws, write_laws
from kafka_tck.properties.operations.transactions.believed import (
    Coordinated,
    has_new_protocol,
    judge_each,
    producer_id_of,
)
from kafka_tck.properties.operations.transactions.judging import Answered, Step
from kafka_tck.properties.world import World
from kafka_tck.wire.batches import TRANSACTIONAL, Record, make_batch
from kafka_tck.wire.errors import error_name
from kafka_tck.wire.messages import ZERO_ID


@dataclass(frozen=True)
class ProduceInTransaction(Operation, kind="produce_in_transaction"):
    """One transactional batch, as its sender numbers it."""

    id: str
    epoch: int
    topic: str
    partition: int
    first: int
    count: int = 1
    version: int = 11
    of: str = ""
    """Whose producer id the sender has; the id's own, if empty."""
    name: str = "c1"

    def perform(self, world: World) -> Observation:
        sender = producer_id_of(world, self.of or self.id)
        from_ms = world.now_ms() - world.start_ms
        seen = self._sent(world, sender)
        until_ms = world.now_ms() - world.start_ms
        return {**seen, "sender": sender, "from_ms": from_ms, "until_ms": until_ms}

    def _sent(self, world: World, sender: int) -> Observation:
        records = [
            Record(None, f"{self.epoch}.{self.first}.{n}".encode(), timestamp=world.start_ms)
            for n in range(self.count)
        ]
        batch = make_batch(
            records,
            producer_id=sender,
            producer_epoch=self.epoch,
            base_sequence=self.first,
            attributes=TRANSACTIONAL,
        )
        by_id = {"topic_id": world.ids.get(self.topic, ZERO_ID)}
        named = by_id if self.version >= 13 else {"name": world.real(self.topic)}
        part = {"index": self.partition, "records": batch.encode()}
        outcome = world.call(
            world.at_leader(self.topic, self.partition, self.name),
            "Produce",
            self.version,
            transactional_id=world.real(self.id),
            acks=-1,
            timeout_ms=10_000,
            topic_data=[{**named, "partition_data": [part]}],
        )
        if not isinstance(outcome, Answer):
            return silent(outcome)
        entry = only(outcome, "responses", "partition_responses")
        if entry is None:
            return {"silence": "the answer has no entry for the partition"}
        return {"error": error_name(entry.error_code), "base_offset": entry.base_offset}

    def judge(self, world: World, belief: Belief, seen: Observation) -> Sequence[Judgement]:
        batch = Batch(Identity(seen["sender"], self.epoch), self.first, self.count)
        place = (self.topic, self.partition)

        def judge(noted: Coordinated) -> Iterator[Judgement]:
            known = noted.ids.get(self.id)
            if self.version >= ADDS and not has_new_protocol(world):
                refused = Written(Case.ADDS, "UNSUPPORTED_VERSION", known)
                yield self._judged(belief, noted, batch, refused, seen, Here())
                return
            for here in self._may_be_here(noted, batch):
                for written in outcomes_of(batch, known, here, place, self.version):
                    yield self._judged(belief, noted, batch, written, seen, here)

        return judge_each(world, belief, self.id, seen, judge)

    def _may_be_here(self, noted: Coordinated, batch: Batch) -> Iterator[Here]:
        """As the partition was; while a transaction ends, perhaps with its marker."""
        pid = batch.sender.producer_id
        yield noted.at(pid, self.topic, self.partition)
        known = noted.ids.get(self.id)
        if known is not None and known.state.is_prepared:
            marked = noted.marked(self.id).at(pid, self.topic, self.partition)
            if marked != noted.at(pid, self.topic, self.partition):
                yield marked

    def _judged(
        self,
        belief: Belief,
        noted: Coordinated,
        batch: Batch,
        written: Written,
        seen: Observation,
        here: Here,
    ) -> Judgement:
        then = noted.with_id(self.id, written.after)
        known = noted.ids.get(self.id)
        if written.case is Case.ADDS and known is not None and known.state is not State.ONGOING:
            then = replace(then, begun={**noted.begun, self.id: seen["from_ms"]})
        at = (batch.sender.producer_id, self.topic, self.partition)
        if written.appended and "base_offset" in seen:
            then = then.with_here(at, appended(here, batch, seen["base_offset"]))
        repeats = written.base_offset is not None
        told = Answered(
            write_laws.LAW_OF[written.case],
            written.case,
            [seen.get("error"), seen.get("base_offset")] if repeats else [seen.get("error")],
            [written.error, written.base_offset] if repeats else [written.error],
            is_granted=written.error == "NONE",
        )
        if written.error not in _WAITS:
            then = self._refused(then, batch)
        return Step(self.id, belief, noted, then, self.of).judged(seen, told)

    def _refused(self, then: Coordinated, batch: Batch) -> Coordinated:
        """A refused batch leaves no trace: at its id, nor with whose producer id it has."""
        for symbol in dict.fromkeys((self.id, self.of or self.id)):
            owner = then.ids.get(symbol)
            later = owner is not None and batch.sender.epoch > owner.epoch
            law = trace_laws.after_writing_later if later else trace_laws.after_writing
            then = then.refusing(symbol, law.id)
        return then


_WAITS: Final = ("NONE", "CONCURRENT_TRANSACTIONS", "NOT_ENOUGH_REPLICAS")

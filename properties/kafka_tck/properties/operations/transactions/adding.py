"""AddPartitionsToTxn up to version 3, as clients send it."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any, Final

from kafka_tck.model.coordination.adding import verdicts_on_adding
from kafka_tck.model.coordination.transaction import Identity, State
from kafka_tck.model.coordination.verdicts import Case, Verdict
from kafka_tck.properties.belief import Belief
from kafka_tck.properties.claims import Judgement, Observation
from kafka_tck.properties.operations.operation import Operation
from kafka_tck.properties.operations.transactions import laws, trace_laws
from kafka_tck.properties.operations.transactions.asking import ask
from kafka_tck.properties.operations.transactions.believed import (
    Coordinated,
    judge_each,
    producer_id_of,
)
from kafka_tck.properties.operations.transactions.judging import Answered, Step
from kafka_tck.properties.world import World
from kafka_tck.wire.errors import error_name
from kafka_tck.wire.messages import Message

SAYS_FENCED: Final = 2
"""The first version that knows PRODUCER_FENCED."""
Where = tuple[str, int]


@dataclass(frozen=True)
class AddPartitions(Operation, kind="add_to_transaction"):
    """Adds partitions, by topic symbol and index; some may not exist."""

    id: str
    epoch: int
    partitions: tuple[Where, ...]
    version: int = 3
    of: str = ""
    """Whose producer id the sender has; the id's own, if empty."""
    name: str = "c1"

    def perform(self, world: World) -> Observation:
        sender = producer_id_of(world, self.of or self.id)
        topics: dict[str, list[int]] = {}
        for topic, index in self.partitions:
            topics.setdefault(world.real(topic), []).append(index)
        fields = {
            "v3_and_below_transactional_id": world.real(self.id),
            "v3_and_below_producer_id": sender,
            "v3_and_below_producer_epoch": self.epoch,
            "v3_and_below_topics": [{"name": n, "partitions": p} for n, p in topics.items()],
        }

        def read(body: Message) -> dict[str, Any]:
            errors = _errors(world, body)
            return {"errors": errors, "error": next(iter(errors.values()), "NONE")}

        seen = ask(world, self.id, read, "AddPartitionsToTxn", self.version, fields, self.name)
        return {**seen, "sender": sender}

    def judge(self, world: World, belief: Belief, seen: Observation) -> Sequence[Judgement]:
        sender = Identity(seen["sender"], self.epoch)
        unknown = [where for where in self.partitions if not _exists(belief, where)]

        def judge(noted: Coordinated) -> Iterator[Judgement]:
            known = noted.ids.get(self.id)
            if unknown:
                yield self._judged(
                    belief, noted, Verdict(Case.UNKNOWN_PARTITION, "", known), seen, unknown
                )
                return
            for verdict in verdicts_on_adding(known, sender, frozenset(self.partitions)):
                yield self._judged(belief, noted, verdict, seen, ())

        return judge_each(world, belief, self.id, seen, judge)

    def _judged(
        self,
        belief: Belief,
        noted: Coordinated,
        verdict: Verdict,
        seen: Observation,
        unknown: Sequence[Where],
    ) -> Judgement:
        then = noted.with_id(self.id, verdict.after)
        known = noted.ids.get(self.id)
        if verdict.case is Case.ADDS and known is not None and known.state is not State.ONGOING:
            then = replace(then, begun={**noted.begun, self.id: seen["from_ms"]})
        refuses = verdict.error not in ("NONE", "CONCURRENT_TRANSACTIONS")
        told = Answered(
            laws.OF_ADDING[verdict.case],
            verdict.case,
            sorted(seen.get("errors", {}).items()),
            sorted(self._errors(verdict.error, unknown).items()),
            trace_laws.after_adding if refuses else None,
            is_granted=verdict.error == "NONE",
        )
        return Step(self.id, belief, noted, then).judged(seen, told)

    def _errors(self, error: str, unknown: Sequence[Where]) -> Mapping[str, str]:
        if error == "PRODUCER_FENCED" and self.version < SAYS_FENCED:
            error = "INVALID_PRODUCER_EPOCH"
        error = "OPERATION_NOT_ATTEMPTED" if unknown else error
        missing = {_said(where): "UNKNOWN_TOPIC_OR_PARTITION" for where in unknown}
        return {_said(where): error for where in self.partitions} | missing


def _exists(belief: Belief, where: Where) -> bool:
    topic, index = where
    return topic in belief.topics and 0 <= index < belief.topics[topic].partitions


def _said(where: Where) -> str:
    return f"{where[0]}/{where[1]}"


def _errors(world: World, body: Message) -> dict[str, str]:
    return {
        f"{world.symbol_of(topic.name)}/{partition.partition_index}": error_name(
            partition.partition_error_code
        )
        for topic in body.results_by_topic_v3_and_below
        for partition in topic.results_by_partition
    }

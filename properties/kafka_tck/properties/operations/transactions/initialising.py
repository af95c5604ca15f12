"""InitProducerId with a transactional id: a producer begins, or begins anew."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from typing import Any, Final

from kafka_tck.model.coordination.initialising import verdicts_on_init
from kafka_tck.model.coordination.transaction import FRESH, Identity
from kafka_tck.model.coordination.verdicts import Verdict
from kafka_tck.properties.belief import Belief
from kafka_tck.properties.claims import Judgement, Observation, claim
from kafka_tck.properties.operations.answers import claim_answered
from kafka_tck.properties.operations.operation import Operation
from kafka_tck.properties.operations.transactions import laws, trace_laws
from kafka_tck.properties.operations.transactions.asking import ask
from kafka_tck.properties.operations.transactions.believed import (
    Coordinated,
    judge_each,
    producer_id_of,
    remembers_fenced,
    told_producer_id,
)
from kafka_tck.properties.operations.transactions.judging import Answered, Step
from kafka_tck.properties.world import World
from kafka_tck.wire.errors import error_name
from kafka_tck.wire.messages import Message

NAMES_ITSELF: Final = 3
"""The first version in which a producer says who it believes to be."""
SAYS_FENCED: Final = 4
"""The first version that knows PRODUCER_FENCED."""
NO_EPOCH: Final = -1


@dataclass(frozen=True)
class InitTransactional(Operation, kind="init_transactional"):
    """One InitProducerId of a transactional id, and who its sender believes to be, if anybody."""

    id: str
    version: int = 4
    timeout_ms: int = 60_000
    of: str = ""
    """Whose producer id the sender names; nobody's, if empty."""
    epoch: int = NO_EPOCH
    name: str = "c1"

    def perform(self, world: World) -> Observation:
        fields: dict[str, Any] = {
            "transactional_id": world.real(self.id),
            "transaction_timeout_ms": self.timeout_ms,
        }
        if self.of:
            fields |= {"producer_id": producer_id_of(world, self.of), "producer_epoch": self.epoch}
        seen = ask(world, self.id, _read, "InitProducerId", self.version, fields, self.name)
        if seen.get("error") == "NONE":
            told_producer_id(world, self.id, seen["producer_id"])
        named = producer_id_of(world, self.of) if self.of else -1
        return {**seen, "named": named}

    def judge(self, world: World, belief: Belief, seen: Observation) -> Sequence[Judgement]:
        expected = Identity(seen["named"], self.epoch) if self.of else None

        def judge(noted: Coordinated) -> Iterator[Judgement]:
            known = noted.ids.get(self.id)
            for verdict in verdicts_on_init(
                known, expected, self.timeout_ms, remembers=remembers_fenced(world)
            ):
                yield self._judged(belief, noted, verdict, seen)

        return judge_each(world, belief, self.id, seen, judge)

    def _judged(
        self, belief: Belief, noted: Coordinated, verdict: Verdict, seen: Observation
    ) -> Judgement:
        after, error = verdict.after, verdict.error
        if error == "PRODUCER_FENCED" and self.version < SAYS_FENCED:
            error = "INVALID_PRODUCER_EPOCH"
        actual: list[object] = [seen.get("error")]
        legal: list[object] = [error]
        if error == "NONE" and after is not None and seen.get("error") == "NONE":
            told = seen["producer_id"]
            fresh = after.producer_id == FRESH
            right = told not in noted.given and told >= 0 if fresh else told == after.producer_id
            expected = "a new producer id" if fresh else "the same producer id"
            actual += [expected if right else f"producer id {told}", seen["producer_epoch"]]
            legal += [expected, after.epoch]
            after = replace(after, producer_id=told)
        then = noted.with_id(self.id, after)
        told = Answered(
            laws.OF_INIT[verdict.case],
            verdict.case,
            actual,
            legal,
            trace_laws.after_init if error not in ("NONE", "CONCURRENT_TRANSACTIONS") else None,
            is_granted=error == "NONE",
        )
        if error == "NONE":
            then = then.heeding(self.id)
        return Step(self.id, belief, noted, then).judged(seen, told)


@dataclass(frozen=True)
class InitWrongly(Operation, kind="init_wrongly"):
    """An InitProducerId whose fields cannot be right, whoever sends it."""

    id: str
    timeout_ms: int = 60_000
    producer_id: int = -1
    epoch: int = NO_EPOCH
    unnamed: bool = False
    """Whether the transactional id is empty."""
    version: int = 4

    def perform(self, world: World) -> Observation:
        fields: dict[str, Any] = {
            "transactional_id": "" if self.unnamed else world.real(self.id),
            "transaction_timeout_ms": self.timeout_ms,
            "producer_id": self.producer_id,
            "producer_epoch": self.epoch,
        }
        return ask(world, self.id, _read, "InitProducerId", self.version, fields)

    def judge(self, world: World, belief: Belief, seen: Observation) -> Sequence[Judgement]:
        lone = (self.producer_id == -1) is not (self.epoch == NO_EPOCH)
        error = "INVALID_REQUEST" if self.unnamed or lone else "INVALID_TRANSACTION_TIMEOUT"
        bounds = claim(laws.bounds.id, seen.get("error"), error, because="a field is out of bounds")
        return [Judgement((claim_answered(seen), bounds), belief)]


def _read(body: Message) -> dict[str, Any]:
    return {
        "error": error_name(body.error_code),
        "producer_id": body.producer_id,
        "producer_epoch": body.producer_epoch,
    }

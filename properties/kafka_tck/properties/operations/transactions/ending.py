"""EndTxn: in the old protocol up to version 4, in the new one from version 5 on."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any, Final

from kafka_tck.model.coordination.ending import verdicts_on_ending
from kafka_tck.model.coordination.transaction import Identity
from kafka_tck.model.coordination.verdicts import Case, Verdict
from kafka_tck.properties.belief import Belief
from kafka_tck.properties.claims import Judgement, Observation
from kafka_tck.properties.operations.operation import Operation
from kafka_tck.properties.operations.transactions import laws, trace_laws
from kafka_tck.properties.operations.transactions.asking import ask
from kafka_tck.properties.operations.transactions.believed import (
    Coordinated,
    has_new_protocol,
    judge_each,
    producer_id_of,
)
from kafka_tck.properties.operations.transactions.judging import Answered, Step
from kafka_tck.properties.world import World
from kafka_tck.wire.errors import error_name
from kafka_tck.wire.messages import Message

SAYS_FENCED: Final = 2
"""The first version that knows PRODUCER_FENCED."""
BUMPS: Final = 5
"""The first version of the new protocol."""


@dataclass(frozen=True)
class EndTransaction(Operation, kind="ask_for_end"):
    """Asks for a commit or an abort."""

    id: str
    epoch: int
    commit: bool
    version: int = 3
    of: str = ""
    """Whose producer id the sender has; the id's own, if empty."""
    name: str = "c1"

    def perform(self, world: World) -> Observation:
        sender = producer_id_of(world, self.of or self.id)
        fields = {
            "transactional_id": world.real(self.id),
            "producer_id": sender,
            "producer_epoch": self.epoch,
            "committed": self.commit,
        }
        seen = ask(world, self.id, _read, "EndTxn", self.version, fields, self.name)
        return {**seen, "sender": sender}

    def judge(self, world: World, belief: Belief, seen: Observation) -> Sequence[Judgement]:
        sender = Identity(seen["sender"], self.epoch)
        bumps = self.version >= BUMPS

        def judge(noted: Coordinated) -> Iterator[Judgement]:
            known = noted.ids.get(self.id)
            if bumps and not has_new_protocol(world):
                unsupported = Verdict(Case.ENDS, "UNSUPPORTED_VERSION", known)
                yield self._judged(belief, noted, unsupported, seen)
                return
            for verdict in verdicts_on_ending(known, sender, commit=self.commit, bumps=bumps):
                yield self._judged(belief, noted, verdict, seen)

        return judge_each(world, belief, self.id, seen, judge)

    def _judged(
        self, belief: Belief, noted: Coordinated, verdict: Verdict, seen: Observation
    ) -> Judgement:
        error, after = verdict.error, verdict.after
        if error == "PRODUCER_FENCED" and self.version < SAYS_FENCED:
            error = "INVALID_PRODUCER_EPOCH"
        actual: list[object] = [seen.get("error")]
        legal: list[object] = [error]
        if error == "NONE" and self.version >= BUMPS and after is not None:
            actual += [seen.get("producer_id"), seen.get("producer_epoch")]
            legal += [after.producer_id, after.epoch]
        anew = verdict.case is Case.ENDS and self.version >= BUMPS
        told = Answered(
            laws.ends_anew if anew else laws.OF_ENDING[verdict.case],
            verdict.case,
            actual,
            legal,
            trace_laws.after_ending if error not in ("NONE", "CONCURRENT_TRANSACTIONS") else None,
            is_granted=error == "NONE",
        )
        then = noted.with_id(self.id, after)
        return Step(self.id, belief, noted, then).judged(seen, told)


def _read(body: Message) -> dict[str, Any]:
    return {
        "error": error_name(body.error_code),
        "producer_id": body.producer_id,
        "producer_epoch": body.producer_epoch,
    }

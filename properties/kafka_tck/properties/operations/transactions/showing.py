"""DescribeTransactions: once, or again and again until a transaction is complete."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from typing import Any, Final

from kafka_tck.model.coordination.transaction import State, Transaction
from kafka_tck.properties.belief import Belief
from kafka_tck.properties.claims import Claim, Judgement, Observation, claim, claim_that
from kafka_tck.properties.operations.answers import claim_answered
from kafka_tck.properties.operations.operation import Operation
from kafka_tck.properties.operations.transactions import show_laws, trace_laws
from kafka_tck.properties.operations.transactions.asking import ask
from kafka_tck.properties.operations.transactions.believed import (
    NOTE,
    Coordinated,
    coordinated,
    judge_each,
)
from kafka_tck.properties.requirement import Requirement
from kafka_tck.properties.world import World
from kafka_tck.wire.errors import error_name
from kafka_tck.wire.messages import Message

_PREPARED: Final = ("PrepareCommit", "PrepareAbort")
_UNTIL_COMPLETE: Final = 30.0


@dataclass(frozen=True)
class DescribeTransaction(Operation, kind="describe_transaction"):
    """Looks at one id."""

    id: str

    def perform(self, world: World) -> Observation:
        return describe(world, self.id)

    def judge(self, world: World, belief: Belief, seen: Observation) -> Sequence[Judgement]:
        def judge(noted: Coordinated) -> Iterator[Judgement]:
            yield shown(belief, noted, self.id, seen)

        return judge_each(world, belief, self.id, seen, judge)


@dataclass(frozen=True)
class AwaitEnd(Operation, kind="await_end"):
    """Looks at one id until it is neither preparing to commit nor to abort."""

    id: str

    def perform(self, world: World) -> Observation:
        last: dict[str, Any] = {}

        def ended() -> bool | None:
            last.clear()
            last.update(describe(world, self.id))
            return None if last.get("state") in _PREPARED else True

        world.until(ended, _UNTIL_COMPLETE)
        return last

    def judge(self, world: World, belief: Belief, seen: Observation) -> Sequence[Judgement]:
        def judge(noted: Coordinated) -> Iterator[Judgement]:
            known = noted.ids.get(self.id)
            if known is None or not known.state.is_prepared:
                yield self._judged(belief, noted, seen)

        return judge_each(world, belief, self.id, seen, judge)

    def _judged(self, belief: Belief, noted: Coordinated, seen: Observation) -> Judgement:
        before = coordinated(belief).ids.get(self.id)
        if before is None or not before.state.is_prepared:
            return shown(belief, noted, self.id, seen)
        due = before.completed.state.value
        because = f"it was in {before.state.value} before"
        outcome = claim(show_laws.decided.id, seen.get("state"), due, because=because)
        outcomes = [outcome]
        if trace_laws.after_restart.id in coordinated(belief).refused.get(self.id, ()):
            outcomes.append(replace(outcome, requirement=show_laws.recovered.id))
        if not outcome.holds:
            return Judgement(tuple(outcomes), belief.noting(NOTE, noted.losing(self.id)))
        then = shown(belief, noted, self.id, seen)
        return Judgement((*outcomes, *then.claims), then.belief)


def describe(world: World, symbol: str) -> Observation:
    """What DescribeTransactions says of one id."""

    def read(body: Message) -> dict[str, Any]:
        found = body.transaction_states[0]
        return {
            "error": error_name(found.error_code),
            "state": found.transaction_state,
            "producer_id": found.producer_id,
            "epoch": found.producer_epoch,
            "timeout_ms": found.transaction_timeout_ms,
            "start": found.transaction_start_time_ms,
            "partitions": sorted(
                f"{world.symbol_of(topic.topic)}/{partition}"
                for topic in found.topics
                for partition in topic.partitions
            ),
        }

    asked = {"transactional_ids": [world.real(symbol)]}
    return ask(world, symbol, read, "DescribeTransactions", 0, asked)


def shown(
    belief: Belief,
    noted: Coordinated,
    symbol: str,
    seen: Observation,
    law: Requirement = show_laws.described,
) -> Judgement:
    """The claims on a description under one belief; `law` is what it is evidence of."""
    if "silence" in seen:
        return Judgement((claim_answered(seen),), belief.noting(NOTE, noted.losing(symbol)))
    known = noted.ids.get(symbol)
    if known is None:
        unheard = claim(
            show_laws.unknown_id.id,
            seen["error"],
            "TRANSACTIONAL_ID_NOT_FOUND",
            because="nobody has used the id",
        )
        return Judgement((claim_answered(seen), unheard), belief)
    if symbol in noted.held and known.state.is_prepared and law is show_laws.described:
        law = show_laws.waits_for_markers
    state = _state_claims(noted, symbol, known, seen, law)
    if not all(c.holds for c in state):
        return Judgement(state, belief.noting(NOTE, noted.losing(symbol)))
    claims = (claim_answered(seen), *state, *_start_claims(noted, symbol, known, seen))
    if known.state is State.ONGOING:
        noted = replace(noted, starts={**noted.starts, symbol: seen["start"]})
    return Judgement(claims, belief.noting(NOTE, noted))


def _state_claims(
    noted: Coordinated, symbol: str, known: Transaction, seen: Observation, law: Requirement
) -> tuple[Claim, ...]:
    names = ["error", "state", "producer_id", "epoch", "timeout_ms"]
    legal: list[object] = ["NONE", known.state.value, *_numbers(known)]
    if not known.state.is_prepared:
        # Meanwhile partitions go one by one, as their markers are written.
        names.append("partitions")
        legal.append(sorted(f"{topic}/{index}" for topic, index in known.partitions))
    actual = [seen[name] for name in names]
    own = claim(law.id, actual, legal, because="this is what it was asked for")
    traces = [
        claim(trace, actual, legal, because=f"{said} before")
        for trace, said in trace_laws.SAID.items()
        if trace in noted.refused.get(symbol, ())
    ]
    if own.holds:
        return (*traces, own)
    return (traces[-1],) if traces else (own,)


def _numbers(known: Transaction) -> tuple[int, int, int]:
    return known.producer_id, known.epoch, known.timeout_ms


def _start_claims(
    noted: Coordinated, symbol: str, known: Transaction, seen: Observation
) -> tuple[Claim, ...]:
    if known.state is State.EMPTY:
        none = claim(show_laws.no_start.id, seen["start"], -1, because="no transaction is open")
        return (none,)
    if known.state is not State.ONGOING:
        return ()
    before = noted.starts.get(symbol)
    expected = "a time" if before is None else f"the time that was named before, {before}"
    return (
        claim_that(
            show_laws.one_start.id,
            seen["start"] > 0 if before is None else seen["start"] == before,
            expected=expected,
            actual=seen["start"],
            because="the transaction is open since its first partition was added",
        ),
    )

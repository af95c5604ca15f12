"""Transactions that nobody ends: their coordinator aborts them, and restarts that it survives."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from typing import Any, Final

from kafka_tck.model import sequences
from kafka_tck.model.coordination.transaction import State
from kafka_tck.properties.belief import Belief
from kafka_tck.properties.claims import Judgement, Observation, claim
from kafka_tck.properties.operations.nodes import Restart
from kafka_tck.properties.operations.operation import Operation
from kafka_tck.properties.operations.transactions import show_laws, trace_laws
from kafka_tck.properties.operations.transactions.believed import (
    NOTE,
    Coordinated,
    coordinated,
    judge_each,
)
from kafka_tck.properties.operations.transactions.showing import describe, shown
from kafka_tck.properties.world import World

_INTERVAL: Final = 10.0
"""Between two looks of a coordinator at the age of its transactions, by default, in seconds."""
_SLACK: Final = 15.0


@dataclass(frozen=True)
class AwaitTimeout(Operation, kind="await_timeout"):
    """Looks at one id until its transaction was aborted for its age."""

    id: str
    timeout_ms: int

    def perform(self, world: World) -> Observation:
        last: dict[str, Any] = {}

        def aborted() -> bool | None:
            last.clear()
            last.update(describe(world, self.id))
            return True if last.get("state") == State.COMPLETE_ABORT.value else None

        world.until(aborted, self.timeout_ms / 1000 + _INTERVAL + _SLACK)
        return last

    def judge(self, world: World, belief: Belief, seen: Observation) -> Sequence[Judgement]:
        before = coordinated(belief).ids.get(self.id)
        was_open = before is not None and before.state is State.ONGOING

        def judge(noted: Coordinated) -> Iterator[Judgement]:
            known = noted.ids.get(self.id)
            if known is None or known.state is not State.COMPLETE_ABORT or not was_open:
                return
            aborted = claim(
                show_laws.timed_out.id,
                [seen.get("state"), seen.get("epoch")],
                [known.state.value, known.epoch],
                because=f"it was open for longer than its {known.timeout_ms} ms",
            )
            if not aborted.holds:
                yield Judgement((aborted,), belief.noting(NOTE, noted.losing(self.id)))
                return
            then = shown(belief, noted, self.id, seen)
            yield Judgement((aborted, *then.claims), then.belief)

        return judge_each(world, belief, self.id, seen, judge) or [Judgement((), belief)]


@dataclass(frozen=True)
class RestartCoordinator(Restart, kind="restart_coordinator"):
    """A clean restart: every id is as it was, and what is decided is completed."""

    def judge(self, world: World, belief: Belief, seen: Observation) -> Sequence[Judgement]:
        return [
            Judgement(judged.claims, restarted(judged.belief))
            for judged in super().judge(world, belief, seen)
        ]


def restarted(belief: Belief) -> Belief:
    """After a clean restart: of each producer the last batch is remembered, of ids everything."""
    noted = coordinated(belief)
    here = {
        at: replace(known, known=sequences.reloaded(known.known))
        for at, known in noted.here.items()
    }
    noted = replace(noted, here=here)
    for symbol in noted.ids:
        noted = noted.refusing(symbol, trace_laws.after_restart.id)
    return belief.noting(NOTE, noted)

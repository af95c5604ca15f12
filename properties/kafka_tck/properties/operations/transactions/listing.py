"""ListTransactions: which ids a coordinator has, as far as filters let them through."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Final

from kafka_tck.model.coordination.transaction import State, Transaction
from kafka_tck.properties.belief import Belief
from kafka_tck.properties.claims import Judgement, Observation, claim
from kafka_tck.properties.operations.answers import claim_answered
from kafka_tck.properties.operations.operation import Operation
from kafka_tck.properties.operations.transactions import show_laws
from kafka_tck.properties.operations.transactions.asking import ask
from kafka_tck.properties.operations.transactions.believed import (
    coordinated,
    may_be_too_old,
    producer_id_of,
)
from kafka_tck.properties.world import World
from kafka_tck.wire.errors import error_name
from kafka_tck.wire.messages import Message

MATCHES: Final = 2
"""The first version that filters by a pattern."""
NO_STATE: Final = "Bewildered"


@dataclass(frozen=True)
class ListTransactions(Operation, kind="list_transactions"):
    """Lists, and looks for the ids of this program only: others share the coordinator."""

    id: str
    """At whose coordinator."""
    version: int = 0
    states: tuple[str, ...] = ()
    of: tuple[str, ...] = ()
    """Whose producer ids."""
    ending: str | None = None
    """What the transactional id has to end with, as a pattern; None: any."""

    def perform(self, world: World) -> Observation:
        fields: dict[str, Any] = {
            "state_filters": list(self.states),
            "producer_id_filters": [producer_id_of(world, symbol) for symbol in self.of],
        }
        if self.version >= MATCHES:
            fields["transactional_id_pattern"] = self._pattern

        def read(body: Message) -> dict[str, Any]:
            ours = {
                world.symbol_of(found.transactional_id): [
                    found.producer_id,
                    found.transaction_state,
                ]
                for found in body.transaction_states
            }
            return {
                "error": error_name(body.error_code),
                "unknown": sorted(body.unknown_state_filters),
                "found": {name: ours[name] for name in sorted(ours) if name in world.names},
            }

        seen = ask(world, self.id, read, "ListTransactions", self.version, fields)
        return {**seen, "asked": fields["producer_id_filters"]}

    @property
    def _pattern(self) -> str | None:
        return None if self.ending is None else f".*-{re.escape(self.ending)}"

    def judge(self, world: World, belief: Belief, seen: Observation) -> Sequence[Judgement]:
        if "silence" in seen:
            return [Judgement((claim_answered(seen),), belief)]
        noted = coordinated(belief)
        sure = {
            symbol: known
            for symbol, known in noted.ids.items()
            if symbol not in noted.lost
            and not known.state.is_prepared
            and not (
                known.state is State.ONGOING and may_be_too_old(noted, symbol, seen["until_ms"])
            )
        }
        wanted = {
            symbol: [known.producer_id, known.state.value]
            for symbol, known in sorted(sure.items())
            if self._lets_through(symbol, known, seen["asked"])
        }
        found = {symbol: said for symbol, said in seen["found"].items() if symbol in sure}
        listed = claim(
            show_laws.listed.id,
            [seen["error"], found, seen["unknown"]],
            ["NONE", wanted, [state for state in self.states if state == NO_STATE]],
            because="these ids are in the states that requests have left them in",
        )
        return [Judgement((claim_answered(seen), listed), belief)]

    def _lets_through(self, symbol: str, known: Transaction, asked: Sequence[int]) -> bool:
        return (
            (not self.states or known.state.value in self.states)
            and (not asked or known.producer_id in asked)
            and (self.version < MATCHES or self.ending is None or symbol.endswith(self.ending))
        )

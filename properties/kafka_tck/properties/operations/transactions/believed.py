"""What is believed of transactional ids: each as its coordinator holds it, and at partitions."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from typing import TypeVar

from kafka_tck.model.coordination.transaction import State, Transaction, fenced
from kafka_tck.model.coordination.writing import Here
from kafka_tck.properties.belief import Belief
from kafka_tck.properties.claims import Judgement, Observation
from kafka_tck.properties.world import World

V = TypeVar("V")
NOTE = "transactions"
NOBODY = "nobody"
"""Stands for a producer id that nobody has."""
UNHEARD_OF = 987_654_321_987
At = tuple[int, str, int]
"""A producer id, a topic's symbol, a partition."""


@dataclass(frozen=True)
class Coordinated:
    """All transactional ids of a program, by symbol."""

    ids: Mapping[str, Transaction] = field(default_factory=dict)
    here: Mapping[At, Here] = field(default_factory=dict)
    given: frozenset[int] = frozenset()
    """Producer ids that were given in this program."""
    refused: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    """What was refused of an id since its last end: requirements that it leaves no trace."""
    begun: Mapping[str, int] = field(default_factory=dict)
    """When the request was sent that opened a transaction, in ms."""
    starts: Mapping[str, int] = field(default_factory=dict)
    """The start of the open transaction that the coordinator named."""
    held: frozenset[str] = frozenset()
    """Ids whose transactions cannot become complete: a marker cannot be written."""
    lost: frozenset[str] = frozenset()
    """Ids of which an answer was wrong: what they are now is not known."""

    def with_id(self, symbol: str, now: Transaction | None) -> Coordinated:
        """An id as it is now; its new producer id counts as given."""
        if now is None:
            return self
        given = self.given | {now.producer_id}
        return replace(self, ids={**self.ids, symbol: now}, given=given)

    def with_here(self, at: At, here: Here) -> Coordinated:
        return replace(self, here={**self.here, at: here})

    def at(self, producer_id: int, topic: str, partition: int) -> Here:
        return self.here.get((producer_id, topic, partition), Here())

    def marked(self, symbol: str) -> Coordinated:
        """With the markers written, and the transaction not yet complete."""
        ending = self.ids[symbol]
        after = self
        for topic, partition in ending.partitions:
            at = (ending.producer_id, topic, partition)
            after = after.with_here(at, self.at(*at).marked(ending.epoch))
        return after

    def settled(self, symbol: str) -> Coordinated:
        """With the markers written, and the transaction complete."""
        after = self.marked(symbol).with_id(symbol, self.ids[symbol].completed)
        return replace(after, starts=_without(self.starts, symbol)).heeding(symbol)

    def losing(self, symbol: str) -> Coordinated:
        return replace(self, lost=self.lost | {symbol})

    def refusing(self, symbol: str, law: str) -> Coordinated:
        laws = dict.fromkeys((*self.refused.get(symbol, ()), law))
        return replace(self, refused={**self.refused, symbol: tuple(laws)})

    def heeding(self, symbol: str) -> Coordinated:
        """Once a transaction ended rightly, what was refused before it explains nothing more."""
        return replace(self, refused=_without(self.refused, symbol))


def _without(known: Mapping[str, V], symbol: str) -> Mapping[str, V]:
    return {name: value for name, value in known.items() if name != symbol}


def coordinated(belief: Belief) -> Coordinated:
    found = belief.notes.get(NOTE, Coordinated())
    assert isinstance(found, Coordinated)
    return found


def remembers_fenced(world: World) -> bool:
    """Whether the coordinator tells fenced producers of their new epoch: by the feature's level."""
    return world.profile.features.get("transaction.version", 0) >= 2


def has_new_protocol(world: World) -> bool:
    """Whether transactions of KIP-890 part 2 are enabled; a client has to look (KIP-1022)."""
    return world.profile.features.get("transaction.version", 0) >= 1


def may_have_become(
    world: World, noted: Coordinated, symbol: str, now_ms: int
) -> Iterator[Coordinated]:
    """What may be by now without a request: as it was, complete, or aborted for its timeout."""
    yield noted
    known = noted.ids.get(symbol)
    if known is None:
        return
    if known.state.is_prepared and symbol in noted.held:
        return
    if known.state.is_prepared:
        yield noted.settled(symbol)
    elif known.state is State.ONGOING and may_be_too_old(noted, symbol, now_ms):
        aborting = noted.with_id(symbol, fenced(known, remembers=remembers_fenced(world)))
        yield aborting
        yield aborting.settled(symbol)


def may_be_too_old(noted: Coordinated, symbol: str, now_ms: int) -> bool:
    """Whether the timeout of a transaction may have passed at a time."""
    return now_ms - noted.begun.get(symbol, now_ms) >= noted.ids[symbol].timeout_ms


def producer_id_of(world: World, symbol: str) -> int:
    """The producer id that an id was given last, as a program may name it."""
    return int(world.handles.get(f"producer of {symbol}", UNHEARD_OF))


def told_producer_id(world: World, symbol: str, producer_id: int) -> None:
    world.handles[f"producer of {symbol}"] = producer_id


Judge = Callable[[Coordinated], Iterator[Judgement]]


def judge_each(
    world: World, belief: Belief, symbol: str, seen: Observation, judge: Judge
) -> list[Judgement]:
    """Judges an answer under each belief that is possible; of a lost id nothing is known."""
    noted = coordinated(belief)
    if symbol in noted.lost:
        return [Judgement((), belief)]
    worlds = may_have_become(world, noted, symbol, seen["until_ms"])
    return [judged for possible in worlds for judged in judge(possible)]

"""Which player plays the traces of which module. One line is added for another."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Final

from kafka_tck.adapters.target import Misuse, Target, TargetOptions
from kafka_tck.properties.traces.consumer_group_player import (
    ConsumerGroupPlayer,
    consumer_group_options,
)
from kafka_tck.properties.traces.consumer_player import ConsumerPlayer, consumer_options
from kafka_tck.properties.traces.idempotence_player import (
    IdempotencePlayer,
    idempotence_options,
)
from kafka_tck.properties.traces.pipeline_player import PipelinePlayer, pipeline_options
from kafka_tck.properties.traces.player import Player, options_for, told
from kafka_tck.properties.traces.saved import SavedTrace
from kafka_tck.properties.traces.transaction_player import TransactionPlayer, transaction_options


@dataclass(frozen=True)
class Showing:
    """What came of playing a trace: lines to print, and whether the brokers show its claim."""

    lines: list[str]
    is_seen: bool


@dataclass(frozen=True)
class Playing:
    """The brokers that a trace wants, and how it is played on them.

    `options` takes the least number of nodes, too. `play` raises `Otherwise` if what the brokers
    did cannot be told.
    """

    options: Callable[[SavedTrace, int], TargetOptions]
    play: Callable[[Target, SavedTrace], Showing]


def _durability(target: Target, trace: SavedTrace) -> Showing:
    played = Player(target, trace).play()
    return Showing(list(told(played, trace)), bool(played.lost))


def _consumer(target: Target, trace: SavedTrace) -> Showing:
    lines, is_seen = ConsumerPlayer(target, trace).play()
    return Showing([*lines, said_of(trace, is_seen)], is_seen)


def _groups_consumer(target: Target, trace: SavedTrace) -> Showing:
    lines, is_seen = ConsumerGroupPlayer(target, trace).play()
    return Showing([*lines, said_of(trace, is_seen)], is_seen)


def _idempotence(target: Target, trace: SavedTrace) -> Showing:
    lines, is_seen = IdempotencePlayer(target, trace).play()
    return Showing([*lines, said_of(trace, is_seen)], is_seen)


def _transactions(target: Target, trace: SavedTrace) -> Showing:
    lines, is_seen = TransactionPlayer(target, trace).play()
    return Showing([*lines, said_of(trace, is_seen)], is_seen)


def _pipeline(target: Target, trace: SavedTrace) -> Showing:
    lines, is_seen = PipelinePlayer(target, trace).play()
    return Showing([*lines, said_of(trace, is_seen)], is_seen)


def said_of(trace: SavedTrace, is_seen: bool) -> str:
    """Whether the brokers show what the trace is about."""
    name = trace.claim.replace("_", "-")
    return f"SEEN: {name}, as the trace says" if is_seen else f"not seen: {name}"


PLAYERS: Final[Mapping[str, Playing]] = {
    "consumer": Playing(consumer_options, _consumer),
    "durability": Playing(options_for, _durability),
    "groups_consumer": Playing(consumer_group_options, _groups_consumer),
    "idempotence": Playing(idempotence_options, _idempotence),
    "pipeline": Playing(pipeline_options, _pipeline),
    "transactions": Playing(transaction_options, _transactions),
}


def player_of(trace: SavedTrace) -> Playing:
    """The player of a trace. Raises `Misuse` if its module has none."""
    if trace.module not in PLAYERS:
        known = " and ".join(PLAYERS)
        raise Misuse(f"this is a trace of {trace.module}: only {known} can be played")
    return PLAYERS[trace.module]

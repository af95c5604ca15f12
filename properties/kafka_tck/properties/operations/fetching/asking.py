"""How a Fetch names what it asks for, and how its answer is read, in symbolic names.

A symbol such as `t` is a topic of the program, and `t#1` the first incarnation of one that was
made anew since: the same name, a former id. Any other symbol names a topic that never was.
"""

from collections.abc import Iterable, Mapping, Sequence
from itertools import groupby
from typing import Any, NamedTuple
from uuid import NAMESPACE_URL, UUID, uuid5

from kafka_tck.adapters.client import Answer, Outcome
from kafka_tck.model.reading import Asked
from kafka_tck.properties.belief import Place
from kafka_tck.properties.operations.answers import silent
from kafka_tck.properties.operations.fetching.fetch import seen_partition
from kafka_tck.properties.world import World
from kafka_tck.wire.batches import split_batches
from kafka_tck.wire.errors import error_name

Key = str | UUID
"""A topic as the wire names it: by name below version 13, by id from there on."""

ALL = 1 << 20
"""A limit in bytes that no test reaches."""


class Part(NamedTuple):
    """What a Fetch asks of one partition; the epochs are -1 where none is sent."""

    topic: str
    partition: int
    offset: int = 0
    limit: int = ALL
    current_epoch: int = -1
    last_epoch: int = -1

    def asked(self, version: int) -> Asked:
        """What a broker is told of it: older versions have no field for some of it."""
        return Asked(
            self.offset,
            self.limit,
            self.current_epoch if version >= 9 else -1,
            self.last_epoch if version >= 12 else -1,
        )

    def place(self, by_id: bool) -> Place:
        """The partition it means: a former id is a name like any other when names are sent."""
        return (self.topic if by_id else name_in(self.topic), self.partition)


def name_in(symbol: str) -> str:
    """The topic's symbol without its incarnation."""
    return symbol.partition("#")[0]


def by_id(version: int) -> bool:
    return version >= 13


def key_of(world: World, topic: str, version: int) -> Key:
    """What the wire calls a topic in this version."""
    if not by_id(version):
        return world.real(name_in(topic))
    if is_former(world, topic):
        name, _, number = topic.partition("#")
        return world.incarnations[name][int(number) - 1]
    return world.ids.get(topic) or uuid5(NAMESPACE_URL, world.real(topic))


def is_former(world: World, symbol: str) -> bool:
    """Whether the symbol is a former life of a topic; the last life is the topic itself."""
    name, _, number = symbol.partition("#")
    return bool(number) and int(number) < len(world.incarnations.get(name, []))


def _named(key: Key) -> Mapping[str, Any]:
    return {"topic_id": key} if isinstance(key, UUID) else {"topic": key}


def topics_of(world: World, version: int, parts: Sequence[Part]) -> list[Mapping[str, Any]]:
    """The `topics` of a Fetch request, in this order."""
    return [
        {**_named(key_of(world, topic, version)), "partitions": [_asked(p, version) for p in run]}
        for topic, run in groupby(parts, lambda part: part.topic)
    ]


def _asked(part: Part, version: int) -> Mapping[str, Any]:
    asked = {
        "partition": part.partition,
        "fetch_offset": part.offset,
        "partition_max_bytes": part.limit,
    }
    if version >= 9:
        asked["current_leader_epoch"] = part.current_epoch
    if version >= 12:
        asked["last_fetched_epoch"] = part.last_epoch
    return asked


def forgotten_of(world: World, version: int, places: Iterable[Place]) -> list[Mapping[str, Any]]:
    """The `forgotten_topics_data` of a Fetch request."""
    return [
        {**_named(key_of(world, topic, version)), "partitions": [p for _, p in run]}
        for topic, run in groupby(places, lambda place: place[0])
    ]


def names_of(world: World, version: int, symbols: Iterable[str]) -> Mapping[Key, str]:
    """The symbols of topics that may occur in an answer, by what the wire calls them now."""
    meant = [symbol if by_id(version) else name_in(symbol) for symbol in symbols]
    return {key_of(world, symbol, version): symbol for symbol in meant}


def seen_answer(outcome: Outcome, names: Mapping[Key, str]) -> dict[str, Any]:
    """The whole answer as plain values, its topics by their symbols."""
    if not isinstance(outcome, Answer):
        return dict(silent(outcome))
    version, body = outcome.version, outcome.body
    return {
        "version": version,
        "error": error_name(body.error_code) if version >= 7 else "NONE",
        "session": body.session_id if version >= 7 else 0,
        "parts": [
            [*_place(names, topic, entry, version), seen_part(entry, version)]
            for topic in body.responses
            for entry in topic.partitions
        ],
        "endpoints": [e.node_id for e in body.node_endpoints or []] if version >= 16 else [],
    }


def _place(names: Mapping[Key, str], topic: Any, entry: Any, version: int) -> Place:
    key = topic.topic_id if by_id(version) else topic.topic
    return names.get(key, str(key)), entry.partition_index


def seen_part(entry: Any, version: int) -> dict[str, Any]:
    """One partition of an answer, with what only some versions and answers carry."""
    data = bytes(entry.records or b"")
    whole = split_batches(data)
    aborted = entry.aborted_transactions
    seen = seen_partition(entry) | {
        "size": len(data),
        "first": whole[0].size if whole else 0,
        "aborted": None if aborted is None else [[a.producer_id, a.first_offset] for a in aborted],
    }
    if version >= 12:
        diverging, leader = entry.diverging_epoch, entry.current_leader
        seen["diverging"] = _pair(diverging, "epoch", "end_offset")
        seen["leader"] = _pair(leader, "leader_id", "leader_epoch")
    return seen


def _pair(value: Any, first: str, second: str) -> list[int] | None:
    """Two fields of a tagged structure; None where it is absent or at its defaults."""
    pair = [-1, -1] if value is None else [getattr(value, first), getattr(value, second)]
    return None if pair == [-1, -1] else pair

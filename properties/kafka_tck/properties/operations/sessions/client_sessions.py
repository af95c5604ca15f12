"""Fetch sessions as their client keeps them, between the steps of a program."""

from collections.abc import Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass
from typing import Final

from kafka_tck.model.fetch_sessions import FINAL_EPOCH, LAST_EPOCH, NO_SESSION
from kafka_tck.properties.belief import Place
from kafka_tck.properties.claims import Observation
from kafka_tck.properties.operations.fetching.asking import ALL, Key, Part, names_of
from kafka_tck.properties.operations.fetching.fetch_judging import Asking
from kafka_tck.properties.operations.fetching.fetching import call_fetch, version_of
from kafka_tck.properties.world import TargetGone, World

NEVER_OPENED = 2_000_000_011
"""A session id that a broker picks with a probability of one in two thousand million."""

STRANGE_IDS: Final = {"none": NO_SESSION, "highest": 2**31 - 1, "lowest": -(2**31)}
"""Ids of sessions that were never opened, by what programs call them."""


@dataclass
class ClientSession:
    """A session as its client keeps it: the broker's id, the next epoch, what it asked for."""

    id: int
    node: int
    version: int
    connection: str
    wanted: dict[Place, Part]
    next_epoch: int = 1
    is_open: bool = True

    def take(self, asked: Mapping[Place, Part], forgotten: Sequence[Place], stays: bool) -> None:
        """Notes an incremental request that was let in."""
        self.next_epoch = 1 if self.next_epoch == LAST_EPOCH else self.next_epoch + 1
        self.wanted = {p: w for p, w in {**self.wanted, **asked}.items() if p not in forgotten}
        self.is_open = stays


def client_sessions(world: World) -> dict[str, ClientSession]:
    """The client's sessions by symbol."""
    kept = world.handles.setdefault("fetch sessions", {})
    assert isinstance(kept, dict)
    return kept


def end_sessions(world: World) -> None:
    """Ends what is still open, so that a long run does not fill a broker's cache.

    Nothing is judged here, and a target that is gone is no matter.
    """
    for kept in client_sessions(world).values():
        if kept.is_open:
            with suppress(TargetGone):
                client = world.client(kept.connection, kept.node)
                ending = {"session_id": kept.id, "session_epoch": FINAL_EPOCH, "topics": []}
                call_fetch(world, client, kept.version, max_bytes=ALL, **ending)
            kept.is_open = False


def names_now(world: World, version: int, parts: Sequence[Part]) -> Mapping[Key, str]:
    """The symbol of every topic that an answer may carry."""
    former = {f"{t}#{n}" for t, ids in world.incarnations.items() for n in range(1, len(ids))}
    return names_of(world, version, {part.topic for part in parts} | set(world.ids) | former)


def stranger(world: World, name: str) -> ClientSession:
    """A session that was never opened; some names stand for ids of their own."""
    unknown = STRANGE_IDS.get(name, NEVER_OPENED)
    node = world.target.nodes()[0]
    return ClientSession(unknown, node, version_of(world, None), "c1", {}, is_open=False)


def asking_of(seen: Observation, max_bytes: int, in_session: bool = False) -> Asking:
    away = frozenset((topic, partition) for topic, partition in seen["elsewhere"])
    return Asking(seen["version"], max_bytes, elsewhere=away, in_session=in_session)

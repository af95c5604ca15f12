"""Fetch sessions: what a client need not repeat, and what a broker need not (KIP-227).

A session belongs to the broker, not to a connection, and lives in memory only.
Source: FetchSession, FetchSessionCacheShard, 4.3.
"""

from collections.abc import Hashable
from dataclasses import dataclass, field
from typing import Final

from kafka_tck.reference.ids import Ids
from kafka_tck.reference.log import Refusal
from kafka_tck.reference.rules.sessions import SHARDS, SessionRules

NO_SESSION: Final = 0
FIRST_EPOCH: Final = 0
LAST_EPOCH: Final = -1


@dataclass(slots=True)
class Wanted:
    """What a client wants of one partition. Offsets and epochs of -1 mean none."""

    key: Hashable
    offset: int
    max_bytes: int
    leader_epoch: int = -1
    last_fetched_epoch: int = -1
    log_start: int = -1
    """The log start of a replica that asks."""
    name: str | None = None
    """The topic's name, once it is known; a session keeps it after the topic is gone."""


@dataclass(slots=True)
class Cached:
    """A partition in a session, and what the client was last told of it."""

    wanted: Wanted
    hw: int = -1
    log_start: int = -1


@dataclass(slots=True, eq=False)
class Session:
    """`epoch` is the one that the next request must have; times are ms since 1970."""

    number: int
    by_id: bool
    privileged: bool
    created: int
    used: int
    epoch: int
    partitions: dict[Hashable, Cached] = field(default_factory=dict)

    def take(self, wanted: list[Wanted], unwanted: list[Hashable], rules: SessionRules) -> None:
        """Applies what an incremental request adds, changes and forgets."""
        for want in wanted:
            cached = self.partitions.get(want.key)
            if cached is None and rules.takes_additions():
                self.partitions[want.key] = Cached(want)
            elif cached is not None and rules.takes_changes():
                want.name = cached.wanted.name
                cached.wanted = want
        for key in unwanted:
            if rules.forgets():
                self.partitions.pop(key, None)

    def has_news(
        self, key: Hashable, told: tuple[int, int], notable: bool, failed: bool, rules: SessionRules
    ) -> bool:
        """Whether a partition belongs into the answer; notes (HW, log start) as told."""
        cached = self.partitions[key]
        before = (cached.hw, cached.log_start)
        cached.hw, cached.log_start = rules.remembered(told, before, failed)
        return notable or rules.has_news(before, told)

    def move_back(self, key: Hashable) -> None:
        self.partitions[key] = self.partitions.pop(key)


class SessionCache:
    """All sessions of one broker, in eight shards that are filled in turn."""

    def __init__(self, rules: SessionRules, ids: Ids, slots: int) -> None:
        self._rules = rules
        self._ids = ids
        self._slots = slots
        self._turn = 0
        self._shards: list[dict[int, Session]] = [{} for _ in range(SHARDS)]

    def _shard_of(self, number: int) -> dict[int, Session]:
        return self._shards[number % SHARDS]

    def get(self, number: int) -> Session | None:
        return self._shard_of(number).get(number)

    def remove(self, number: int) -> None:
        self._shard_of(number).pop(number, None)

    def create(self, partitions: list[Cached], now: int, *, by_id: bool, privileged: bool) -> int:
        """The number of a new session; 0 if there is no room and none can be evicted."""
        turn, self._turn = self._turn, (self._turn + 1) % SHARDS
        shard = self._shards[turn]
        if not self._rules.has_room(len(shard), self._slots) and not self._evict(
            shard, len(partitions), privileged, now
        ):
            return NO_SESSION
        number = self._free_number(turn)
        epoch = self._rules.next_epoch(FIRST_EPOCH)
        session = Session(number, by_id, privileged, now, now, epoch)
        session.partitions = {cached.wanted.key: cached for cached in partitions}
        shard[number] = session
        return number

    def _free_number(self, turn: int) -> int:
        while True:
            drawn = self._ids.session_id()
            number = drawn - drawn % SHARDS + turn
            if 0 < number < 2**31 and number not in self._shards[turn]:
                return number

    def _evict(self, shard: dict[int, Session], size: int, privileged: bool, now: int) -> bool:
        """Makes room: the stalest session goes, or an older one of less worth."""
        stalest = min(shard.values(), key=lambda session: session.used, default=None)
        if stalest is None:
            return False
        if not self._rules.may_evict(now - stalest.used):
            stalest = self._lesser(shard, size, privileged, now)
        if stalest is None:
            return False
        del shard[stalest.number]
        return True

    def _lesser(
        self, shard: dict[int, Session], size: int, privileged: bool, now: int
    ) -> Session | None:
        older = [
            session
            for session in shard.values()
            if self._rules.may_evict(session.used - session.created)
            or (privileged and not session.privileged)
        ]
        least = min(older, key=_worth, default=None)
        return least if least is not None and (privileged, size, 0) > _worth(least) else None

    def resume(
        self,
        number: int,
        epoch: int,
        by_id: bool,
        wanted: list[Wanted],
        unwanted: list[Hashable],
        now: int,
    ) -> Session | None:
        """An incremental request. None: nothing is left to fetch, the session is closed.

        Raises `Refusal`; the session then stays as it was.
        """
        session = self.get(number)
        if session is None:
            raise Refusal(self._rules.error_of_unknown())
        if not self._rules.epoch_is_right(epoch, session.epoch):
            raise Refusal("INVALID_FETCH_SESSION_EPOCH")
        if session.by_id != by_id:
            raise Refusal(self._rules.error_of_mixing())
        session.take(wanted, unwanted, self._rules)
        if not session.partitions and self._rules.closes_when_empty():
            self.remove(number)
            return None
        session.used = now
        session.epoch = self._rules.next_epoch(session.epoch)
        return session


def _worth(session: Session) -> tuple[bool, int, int]:
    return session.privileged, len(session.partitions), session.number

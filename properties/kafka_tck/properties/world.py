"""One run against a target: real names for symbolic ones, connections, and the trace so far."""

from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass, field
from typing import Any, Final, TypeVar
from uuid import UUID

from kafka_tck.adapters.client import Answer, Outcome, RawClient
from kafka_tck.adapters.target import Silence, Target, Unreachable
from kafka_tck.properties.faults import Injected
from kafka_tck.properties.profile import Profile

T = TypeVar("T")


class TargetGone(Exception):
    """The target cannot be reached any more: what was not settled yet stays unknown."""


@dataclass
class Namespace:
    """Fresh names, so that runs on one cluster do not meet. One per target and session."""

    prefix: str
    used: int = 0

    def fresh(self, symbol: str) -> str:
        self.used += 1
        return f"{self.prefix}-{self.used}-{symbol}"


@dataclass
class World:
    """What a program needs to act: the target, its profile, names, connections, the time."""

    target: Target
    profile: Profile
    namespace: Namespace
    names: dict[str, str] = field(default_factory=dict)
    ids: dict[str, UUID] = field(default_factory=dict)
    incarnations: dict[str, list[UUID]] = field(default_factory=dict)
    """Every id that a topic of this run has had, in order; `a#2` is the second one of `a`."""
    leaders: dict[tuple[str, int], int] = field(default_factory=dict)
    handles: dict[str, Any] = field(default_factory=dict)
    """What operations keep for later ones, such as fetch sessions."""
    operations: int = 0

    def __post_init__(self) -> None:
        self.faults = Injected(self.target)
        self.start_ms = self.target.clock.now_ms()
        self.began_ms = self.start_ms
        """When the step that is performed began."""
        self._clients: dict[tuple[str, int], RawClient] = {}
        self._silences = 0

    def real(self, symbol: str) -> str:
        """The real name of a symbolic one; the same for the whole run."""
        if symbol not in self.names:
            self.names[symbol] = self.namespace.fresh(symbol)
        return self.names[symbol]

    def symbol_of(self, real: str) -> str:
        """The symbolic name of a real one, or the real one itself if it is not ours."""
        return next((symbol for symbol, name in self.names.items() if name == real), real)

    def client(self, name: str = "c1", node: int | None = None) -> RawClient:
        """The connection of a named client to a node (the first one, if none is given)."""
        node = self.target.nodes()[0] if node is None else node
        key = (name, node)
        if key not in self._clients:
            try:
                self._clients[key] = RawClient(self.target, node, self.profile.newest_of_each)
            except Unreachable as gone:
                raise TargetGone(str(gone)) from None
        return self._clients[key]

    def at_leader(self, topic: str, partition: int, name: str = "c1") -> RawClient:
        return self.client(name, self.leaders.get((topic, partition)))

    def call(
        self, client: RawClient, api: str, version: int | None = None, /, **fields: Any
    ) -> Outcome:
        """One request and its outcome; a silent connection is dropped, the next call opens anew."""
        self.operations += 1
        outcome = client.call(api, version, **fields)
        if isinstance(outcome, Answer):
            self._silences = 0
            return outcome
        self.drop(client)
        self._silences += 1
        if self._silences >= _MOST_SILENCES:
            raise TargetGone(f"no answer {self._silences} times in a row: {why_silent(outcome)}")
        return outcome

    def drop(self, client: RawClient) -> None:
        """Forgets a connection that is of no more use."""
        client.close()
        self._clients = {key: kept for key, kept in self._clients.items() if kept is not client}

    def drop_all(self) -> None:
        """Closes every connection, as after a restart of a node."""
        for client in list(self._clients.values()):
            self.drop(client)

    def until(self, condition: Callable[[], T | None], within: float = 30.0) -> T | None:
        return self.target.clock.until(condition, within)

    def now_ms(self) -> int:
        return self.target.clock.now_ms()

    def undo_faults(self) -> None:
        """All nodes run, and all links are free; connections are opened anew."""
        self.faults.undo_all()
        self.drop_all()

    def remove_topics(self) -> None:
        """Deletes the topics of this run, as far as the target is still there."""
        self.undo_faults()
        topics = [{"name": name, "topic_id": None} for name in self.names.values()]
        with suppress(TargetGone):
            self.call(self.client("watch"), "DeleteTopics", topics=topics, timeout_ms=5_000)

    def close(self) -> None:
        self.drop_all()
        self.faults.undo_all()


_MOST_SILENCES: Final = 20
"""A target that leaves this many requests in a row without an answer is gone."""


def why_silent(outcome: Outcome) -> str:
    """A word for an outcome that is not an answer."""
    return outcome.value if isinstance(outcome, Silence) else f"garbled: {outcome}"

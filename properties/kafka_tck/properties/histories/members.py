"""A member of a group in a storm: joins, is assigned partitions, reads them, commits, is fenced."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from typing import Any, Final

from kafka_tck.properties.histories.clients import (
    FOREVER,
    NOBODY,
    Client,
    Outcome,
    Post,
    next_offset,
)
from kafka_tck.properties.histories.requests import Request

SESSION_MS: Final = 2_000
REBALANCE_MS: Final = 3_000
"""Shorter than many faults last, so that members are expelled while they are cut off."""
TIMEOUTS: Final = {"session_ms": SESSION_MS, "rebalance_ms": REBALANCE_MS}
_BEAT_MS: Final = SESSION_MS // 4

_ANOTHER_COORDINATOR: Final = frozenset({"silence", "NOT_COORDINATOR", "COORDINATOR_NOT_AVAILABLE"})
_FENCED: Final = frozenset({"UNKNOWN_MEMBER_ID", "FENCED_INSTANCE_ID"})
_REJOINS: Final = frozenset({"REBALANCE_IN_PROGRESS", "ILLEGAL_GENERATION"})


def in_turns(members: Sequence[str], partitions: Sequence[str]) -> dict[str, list[str]]:
    """Every partition to one member, one after the other."""
    order = sorted(members)
    assigned: dict[str, list[str]] = {member: [] for member in order}
    for place, partition in enumerate(sorted(partitions)):
        assigned[order[place % len(order)]].append(partition)
    return assigned


@dataclass
class Newcomer:
    """Joins a group whose members are silent, until it is assigned something: to see it work."""

    group: str
    ask: Callable[[Request], Outcome]
    member: str = ""

    def is_assigned(self) -> bool | None:
        """Joins and syncs once; None if that is not enough. It leaves when it is."""
        joined = self.ask({"do": "join", "member": self.member, **TIMEOUTS})
        self.member = joined.get("member") or ""
        if joined.get("error") != "NONE":
            return None
        me = {"member": self.member, "generation": joined["generation"]}
        assign: dict[str, list[str]] = {member: [] for member in joined["members"]}
        synced = self.ask({"do": "sync", **me, "assign": assign})
        if synced.get("error") != "NONE":
            return None
        self.ask({"do": "leave", "member": self.member})
        return True


@dataclass
class Member(Client):
    """A classic member that commits only what it has read, and gives up all before it rejoins.

    It sends one request at a time. Now and then it dies without a word, leaves, or stands still
    for longer than its session and then goes on as if nothing were: a zombie.
    """

    ident: str = ""
    group: str = ""
    coordinator: int = NOBODY
    instance: int = 1
    member: str = ""
    generation: int = -1
    """That of the last join; -1 before it, and when it must join again."""
    members: list[str] = field(default_factory=list)
    """All of them, if it leads the generation."""
    assigned: list[str] | None = None
    positions: dict[str, int] = field(default_factory=dict)
    committed: dict[str, int] = field(default_factory=dict)
    beats_at_ms: int = 0
    wants_to_rejoin: bool = False
    awaits: Request | None = None

    def __post_init__(self) -> None:
        self.name = f"{self.ident}.{self.instance}"

    def next_ms(self) -> int:
        if self.awaits is not None:
            return FOREVER
        return min(self.due_ms, self.beats_at_ms) if self._is_stable() else self.due_ms

    def _is_stable(self) -> bool:
        return self.assigned is not None

    def act(self, post: Post) -> None:
        self._think(post)
        if self._is_stable() and self.rng.random() < 0.04:
            self._fails(post)
            return
        request, patience_ms = self._next(post)
        node = self._place(post, request)
        if node == NOBODY:
            self._refresh(post)
        elif post.ask(self, node, request, patience_ms):
            self.awaits = request
            if self.rng.random() < 0.02:
                self._dies()
        else:
            self._is_lost(request["do"])

    def _fails(self, post: Post) -> None:
        """Stands still, or is no more."""
        if self.rng.random() < 0.5:
            self.due_ms = post.now_ms() + round(SESSION_MS * self.rng.uniform(0.3, 3.0))
            self.beats_at_ms = self.due_ms
            return
        self._dies()

    def _dies(self) -> None:
        """Another instance begins; what this one has sent may still be on its way."""
        self._forget()
        self.member = ""
        self.awaits = None
        self.instance += 1
        self.name = f"{self.ident}.{self.instance}"

    def _next(self, post: Post) -> tuple[dict[str, Any], int]:
        """The next request, and for how many milliseconds its answer is waited for."""
        if self.coordinator == NOBODY:
            return {"do": "find_group", "group": self.group}, 1_500
        if self.generation < 0:
            return self._joins(), REBALANCE_MS + 2_000
        if self.assigned is None:
            assign = in_turns(self.members, post.partitions) if self.members else {}
            return {"do": "sync", **self._me(), "assign": assign}, REBALANCE_MS + 2_000
        return self._works(post), self.rng.choice([500, 1_500, 5_000])

    def _works(self, post: Post) -> dict[str, Any]:
        """What a member with an assignment does."""
        owned = self.assigned or []
        unknown = [partition for partition in owned if partition not in self.positions]
        ahead = {p: n for p, n in self.positions.items() if n > self.committed.get(p, 0)}
        if self.wants_to_rejoin and not ahead:
            return self._gives_up()
        if ahead and (self.wants_to_rejoin or self.rng.random() < 0.3):
            return {"do": "commit", **self._me(), "offsets": dict(self.positions)}
        if post.now_ms() >= self.beats_at_ms or not owned:
            self.beats_at_ms = post.now_ms() + _BEAT_MS
            return {"do": "beat", **self._me()}
        if unknown:
            return {"do": "committed", "group": self.group, "of": unknown}
        if self.rng.random() < 0.03:
            return {"do": "leave", "group": self.group, "member": self.member}
        partition = self.rng.choice(owned)
        at = self.positions[partition]
        return {"do": "fetch", "partition": partition, "offset": at, "wait_ms": 0}

    def _gives_up(self) -> dict[str, Any]:
        """It has nothing any more when it asks to join again."""
        self._forget()
        return self._joins()

    def _joins(self) -> dict[str, Any]:
        return {"do": "join", "group": self.group, "member": self.member, **TIMEOUTS}

    def _me(self) -> dict[str, Any]:
        return {"group": self.group, "member": self.member, "generation": self.generation}

    def _place(self, post: Post, request: Request) -> int:
        if request["do"] == "find_group":
            return self.rng.choice(post.nodes)
        if request["do"] == "fetch":
            return self._leader(request["partition"])[0]
        return self.coordinator

    def told(self, request: Request, outcome: Outcome) -> None:
        if request["do"] == "metadata":
            super().told(request, outcome)
            return
        if request is not self.awaits:
            return  # of an instance that is no more
        self.awaits = None
        error = "silence" if "silence" in outcome else outcome["error"]
        if error == "NONE":
            self._goes_on(request, outcome)
        elif error == "MEMBER_ID_REQUIRED":
            self.member = outcome["member"]
        elif error in _FENCED:
            self._forget()
            self.member = ""
        elif error in _REJOINS:
            self._is_to_rejoin(request["do"], error)
        elif error in _ANOTHER_COORDINATOR or request["do"] == "fetch":
            self._is_lost(request["do"])

    def _goes_on(self, request: Request, outcome: Outcome) -> None:
        do = request["do"]
        if do == "find_group":
            self.coordinator = outcome["node"]
        elif do == "join":
            self._has_joined(outcome)
        elif do == "sync":
            self.assigned = list(outcome["assigned"])
        elif do == "committed":
            stored = {p: max(0, offset) for p, offset in outcome["offsets"].items()}
            self.committed |= stored
            self.positions |= stored
        elif do == "commit":
            self.committed |= request["offsets"]
        elif do == "fetch":
            end = next_offset(outcome)
            if end is not None:
                self.positions[request["partition"]] = end
        elif do == "leave":
            self._forget()
            self.member = ""

    def _has_joined(self, outcome: Outcome) -> None:
        self.member, self.generation = outcome["member"], outcome["generation"]
        leads = outcome["led_by"] == outcome["member"]
        self.members = list(outcome["members"]) if leads else []

    def _is_to_rejoin(self, do: str, error: str) -> None:
        """While it is still a member of the generation, it may commit first."""
        if do == "beat" and error == "REBALANCE_IN_PROGRESS":
            self.wants_to_rejoin = True
        else:
            self._forget()

    def _is_lost(self, do: str) -> None:
        """Whoever was asked may be the wrong one."""
        if do == "fetch":
            self.is_stale = True
            self.leaders.clear()
        else:
            self.coordinator = NOBODY

    def _forget(self) -> None:
        """It owns nothing any more."""
        self.generation = -1
        self.assigned = None
        self.members = []
        self.positions, self.committed = {}, {}
        self.wants_to_rejoin = False

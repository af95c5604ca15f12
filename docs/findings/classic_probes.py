"""Findings about classic groups, as probes of show.py: static members that keep what they own."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import TYPE_CHECKING, Any, Final

from kafka_tck.adapters.client import Answer, Pending, RawClient
from kafka_tck.properties.operations.consumer_groups.embedded import (
    assignment,
    read_assignment,
    subscription,
)
from kafka_tck.wire.errors import error_name

if TYPE_CHECKING:
    from show import Wire

GROUP: Final = "g"
TOPIC: Final = "t"
PROTOCOL: Final = "cooperative-sticky"
REBALANCE_MS: Final = 5_000
SESSION_MS: Final = 60_000
VERSIONS: Final = {"JoinGroup": 9, "SyncGroup": 5, "Heartbeat": 4, "OffsetCommit": 9}


class Process:
    """One process of a static member, over a connection of its own; it owns what it is told to."""

    def __init__(self, wire: Wire, name: str, instance: str) -> None:
        self.name, self.instance, self.id, self.generation = name, instance, "", -1
        self.owned: list[int] = []
        self._client = RawClient(wire.target, wire.node, VERSIONS)

    def joins(self) -> Pending:
        """A JoinGroup that says what it owns; it may be held."""
        return self._client.send(
            "JoinGroup",
            group_id=GROUP,
            member_id=self.id,
            group_instance_id=self.instance,
            session_timeout_ms=SESSION_MS,
            rebalance_timeout_ms=REBALANCE_MS,
            protocol_type="consumer",
            protocols=[{"name": PROTOCOL, "metadata": self._subscription()}],
        )

    def hears_join(self, joined: Pending) -> None:
        """Its id and the generation. Static members need no second request for the id."""
        body = self._told(joined, f"owns {_listed(self.owned)}")
        self.id, self.generation = body.member_id, body.generation_id

    def syncs(self, given: Mapping[str, Sequence[int]] = {}, heard: bool = True) -> None:
        """It owns what it is assigned, if it hears of it; a leader gives, by member id."""
        entries = [
            {"member_id": who, "assignment": assignment({TOPIC: list(what)} if what else {})}
            for who, what in given.items()
        ]
        fields = {"protocol_type": "consumer", "protocol_name": PROTOCOL, "assignments": entries}
        body = self._ask("SyncGroup", f"generation {self.generation}", **fields)
        if heard:
            self.owned = read_assignment(body.assignment).get(TOPIC, [])

    def heartbeats(self) -> None:
        self._ask("Heartbeat", f"generation {self.generation}")

    def commits(self, partition: int, offset: int) -> None:
        entry = {"partition_index": partition, "committed_offset": offset}
        self._told(
            self._client.send(
                "OffsetCommit",
                **_who(self, "generation_id_or_member_epoch"),
                topics=[{"name": TOPIC, "partitions": [entry]}],
            ),
            f"generation {self.generation}, t-{partition}, offset {offset}",
        )

    def _ask(self, api: str, said: str, **fields: Any) -> Any:
        return self._told(self._client.send(api, **_who(self, "generation_id"), **fields), said)

    def _told(self, asked: Pending, said: str) -> Any:
        outcome = asked.outcome(30.0)
        assert isinstance(outcome, Answer), outcome
        told = TOLD[asked.api](outcome.body)
        print(f"{asked.api} v{asked.version}  {self.name}, {said}\n    -> {told}", flush=True)
        return outcome.body

    def _subscription(self) -> bytes:
        return subscription([TOPIC], {TOPIC: self.owned} if self.owned else {})


def _who(of: Process, generation: str) -> dict[str, Any]:
    who = {"member_id": of.id, "group_instance_id": of.instance}
    return {"group_id": GROUP, generation: of.generation, **who}


def _listed(owned: Sequence[int]) -> str:
    return " ".join(f"t-{index}" for index in sorted(owned)) or "nothing"


def _of_join(body: Any) -> str:
    if body.error_code:
        return error_name(body.error_code)
    leads = ", leads" if body.leader == body.member_id else ""
    skips = ", is to skip assignment" if body.skip_assignment else ""
    return f"NONE, generation {body.generation_id}{leads}{skips}"


def _of_sync(body: Any) -> str:
    given = read_assignment(body.assignment).get(TOPIC, [])
    return error_name(body.error_code) if body.error_code else f"NONE, {_listed(given)}"


def _of_group(body: Any) -> str:
    (group,) = body.groups
    members = sorted(
        (m.group_instance_id or m.member_id, m.member_assignment) for m in group.members
    )
    has = (f"{who} has {_listed(read_assignment(data).get(TOPIC, []))}" for who, data in members)
    return "; ".join([group.group_state, *has])


TOLD: Final[Mapping[str, Callable[[Any], str]]] = {
    "JoinGroup": _of_join,
    "SyncGroup": _of_sync,
    "Heartbeat": lambda body: error_name(body.error_code),
    "OffsetCommit": lambda body: error_name(body.topics[0].partitions[0].error_code),
    "DescribeGroups": _of_group,
}


def _alone(wire: Wire) -> Process:
    """The first member of the group; it owns all three partitions in generation 1."""
    wire.make(TOPIC, 3)
    wire.target.clock.until(lambda: _is_served(wire), 20.0)
    first = Process(wire, "a", "i")
    first.hears_join(first.joins())
    first.syncs({first.id: [0, 1, 2]})
    return first


def _is_served(wire: Wire) -> bool | None:
    wire.asked("FindCoordinator", 3, key=GROUP, key_type=0)
    (group,) = wire.asked("DescribeGroups", 5, groups=[GROUP]).groups
    return True if error_name(group.error_code) == "NONE" else None


def _is_rebalancing(wire: Wire) -> bool | None:
    (group,) = wire.asked("DescribeGroups", 5, groups=[GROUP]).groups
    return True if group.group_state == "PreparingRebalance" else None


def restarts_before_giving_up(wire: Wire) -> None:
    """Member a has to give up t-2, and restarts before it hears of that."""
    a = _alone(wire)
    b = Process(wire, "b", "j")
    joined = b.joins()
    wire.target.clock.until(lambda: _is_rebalancing(wire), 20.0)
    a.heartbeats()
    a.hears_join(a.joins())
    b.hears_join(joined)
    a.syncs({a.id: [0, 1], b.id: []}, heard=False)
    b.syncs()
    print("a did not hear its answer; its process ends, and another one begins")
    again = Process(wire, "a anew", "i")
    again.hears_join(again.joins())
    again.syncs()
    again.heartbeats()
    b.heartbeats()
    wire.ask(f"group {GROUP}", "DescribeGroups", 5, groups=[GROUP])


def missed_generations(wire: Wire) -> None:
    """Member a joins again after a generation of which it did not hear."""
    a = _alone(wire)
    b = Process(wire, "b", "j")
    print("a is not heard of within the rebalance timeout")
    b.hears_join(b.joins())
    b.syncs({a.id: [0], b.id: [1, 2]})
    b.commits(1, 7)
    joined = a.joins()
    wire.target.clock.until(lambda: _is_rebalancing(wire), 20.0)
    b.heartbeats()
    print(f"owned: a {_listed(a.owned)}; b {_listed(b.owned)}")
    again = b.joins()
    a.hears_join(joined)
    b.hears_join(again)
    b.syncs({a.id: [0], b.id: [1, 2]})
    a.syncs()
    print("a gives up t-1 and t-2, and commits how far it came:")
    a.commits(1, 3)
    topics = [{"name": TOPIC, "partition_indexes": [1]}]
    asked = [{"group_id": GROUP, "topics": topics}]
    wire.ask(f"group {GROUP}, t-1", "OffsetFetch", 8, groups=asked, require_stable=False)


PROBES: Final = (restarts_before_giving_up, missed_generations)

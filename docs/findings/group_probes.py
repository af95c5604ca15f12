"""Findings about consumer groups (KIP-848), as probes of show.py: members are sent by hand."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import TYPE_CHECKING, Any, Final
from uuid import UUID

from kafka_tck.wire.errors import error_name

if TYPE_CHECKING:
    from show import Wire

GROUP: Final = "g"
LEAVE: Final = -1
GROUP_CONFIGS: Final = 32
SET: Final = 0
"""A type of resource, and what is done to its config, in IncrementalAlterConfigs."""
_PASSING: Final = frozenset(
    {"COORDINATOR_NOT_AVAILABLE", "COORDINATOR_LOAD_IN_PROGRESS", "NOT_COORDINATOR"}
)


class Member:
    """One that sends what it is told to; it knows its epoch and its partitions of t."""

    def __init__(self, wire: Wire, name: str, topic: UUID) -> None:
        self.wire, self.name, self.topic = wire, name, topic
        self.epoch, self.owned = 0, list[int]()

    def heartbeat(self, epoch: int | None = None, owned: Sequence[int] | None = None) -> Any:
        """A full one, by default with what it knows; what comes back is not heard."""
        epoch = self.epoch if epoch is None else epoch
        owned = self.owned if owned is None else owned
        said = f"member {self.name}, epoch {epoch}, owns {_listed(owned)}"
        return self.wire.ask(said, "ConsumerGroupHeartbeat", 1, **self._asked(epoch, owned))

    def goes_on(self, epoch: int | None = None) -> None:
        """A heartbeat whose answer is heard: at once it owns that, and nothing else."""
        body = self.heartbeat(epoch)
        self.epoch = body.member_epoch
        if body.assignment is not None:
            self.owned = _indexes(body)

    def is_given_something(self) -> bool | None:
        """Whether it has partitions by now; nothing is printed."""
        body = self.wire.asked("ConsumerGroupHeartbeat", 1, **self._asked(self.epoch, self.owned))
        return True if body.assignment and _indexes(body) else None

    def commit(self, partition: int, offset: int, epoch: int | None = None) -> None:
        epoch = self.epoch if epoch is None else epoch
        entry = {"partition_index": partition, "committed_offset": offset}
        self.wire.ask(
            f"member {self.name}, epoch {epoch}, t-{partition}, offset {offset}",
            "OffsetCommit",
            9,
            group_id=GROUP,
            member_id=self.name,
            generation_id_or_member_epoch=epoch,
            topics=[{"name": "t", "partitions": [entry]}],
        )

    def fetch_offset(self, partition: int) -> None:
        topics = [{"name": "t", "partition_indexes": [partition]}]
        who = {"group_id": GROUP, "member_id": self.name, "member_epoch": self.epoch}
        said = f"member {self.name}, epoch {self.epoch}, t-{partition}"
        asked = [{**who, "topics": topics}]
        self.wire.ask(said, "OffsetFetch", 9, groups=asked, require_stable=False)

    def _asked(self, epoch: int, owned: Sequence[int]) -> dict[str, Any]:
        has = [{"topic_id": self.topic, "partitions": list(owned)}] if owned else []
        return {
            "group_id": GROUP,
            "member_id": self.name,
            "member_epoch": epoch,
            "rebalance_timeout_ms": 600_000,
            "subscribed_topic_names": ["t"],
            "topic_partitions": has,
        }


def _listed(owned: Sequence[int]) -> str:
    return " ".join(f"t-{index}" for index in sorted(owned)) or "nothing"


def _indexes(body: Any) -> list[int]:
    return sorted(index for one in body.assignment.topic_partitions for index in one.partitions)


def _of_heartbeat(body: Any) -> str:
    if body.error_code:
        return error_name(body.error_code)
    told = f", {_listed(_indexes(body))}" if body.assignment else ""
    return f"NONE, epoch {body.member_epoch}{told}"


def _of_commit(body: Any) -> str:
    parts = [part for topic in body.topics for part in topic.partitions]
    return "; ".join(error_name(part.error_code) for part in parts)


def _of_offset_fetch(body: Any) -> str:
    (group,) = body.groups
    parts = [part for topic in group.topics for part in topic.partitions]
    return ", ".join(
        [error_name(group.error_code), *(f"offset {part.committed_offset}" for part in parts)]
    )


TOLD: Final[Mapping[str, Callable[[Any], str]]] = {
    "ConsumerGroupHeartbeat": _of_heartbeat,
    "OffsetCommit": _of_commit,
    "OffsetFetch": _of_offset_fetch,
    "IncrementalAlterConfigs": lambda body: error_name(body.responses[0].error_code),
}


def _members(wire: Wire, names: str, partitions: int) -> list[Member]:
    """Members that are not in the group yet, of a topic t, where there is a coordinator."""
    topic = wire.make("t", partitions)
    wire.target.clock.until(lambda: _is_served(wire), 20.0)
    return [Member(wire, name, topic) for name in names]


def _is_served(wire: Wire) -> bool | None:
    wire.asked("FindCoordinator", 3, key=GROUP, key_type=0)
    (group,) = wire.asked("DescribeGroups", 5, groups=[GROUP]).groups
    return None if error_name(group.error_code) in _PASSING else True


def late_heartbeats(wire: Wire) -> None:
    """A copy of a heartbeat that came before the member was given anything."""
    a, b, c = _members(wire, "abc", 6)
    a.goes_on()
    b.goes_on()
    a.goes_on()
    a.goes_on()
    copy = b.epoch, list(b.owned)
    b.goes_on()
    c.goes_on()
    print("the next one is a late copy of an earlier one; member b does not hear the answer")
    b.heartbeat(*copy)
    c.goes_on()
    print(f"owned: a {_listed(a.owned)}; b {_listed(b.owned)}; c {_listed(c.owned)}")
    (twice,) = {*b.owned} & {*c.owned}
    b.commit(twice, 3)
    c.commit(twice, 7)
    b.heartbeat()


def late_joins(wire: Wire) -> None:
    """A copy of a join, two epochs of the member later."""
    a, b, c = _members(wire, "abc", 6)
    a.goes_on()
    b.goes_on()
    a.goes_on()
    a.goes_on()
    b.goes_on()
    c.goes_on()
    for member in (a, a, b, b, c):
        member.goes_on()
    c.heartbeat(LEAVE, [])
    for member in (a, b):
        member.goes_on()
    d = Member(wire, "d", a.topic)
    d.goes_on()
    print("the next one is a late copy of the first one; member a does not hear the answer")
    a.heartbeat(0, [])
    d.goes_on()
    print(f"owned: a {_listed(a.owned)}; b {_listed(b.owned)}; d {_listed(d.owned)}")
    a.heartbeat()


def commits_for_others(wire: Wire) -> None:
    """Member a gives up partitions twice; what it gave up first is another's before the second."""
    a, b, c = _members(wire, "abc", 3)
    a.goes_on()
    b.goes_on()
    owned, epoch = {*a.owned}, a.epoch
    a.goes_on()
    (given_up,) = owned - {*a.owned}
    c.goes_on()
    a.goes_on()
    b.goes_on()
    b.commit(given_up, 7)
    print(f"member a sent this when t-{given_up} was its own:")
    a.commit(given_up, 3, epoch)
    b.fetch_offset(given_up)


def epochs_that_return(wire: Wire) -> None:
    """Within the interval no target is made, so that who comes anew has the epoch of the last."""
    name = "consumer.assignment.interval.ms"
    config = {"name": name, "config_operation": SET, "value": "5000"}
    group = {"resource_type": GROUP_CONFIGS, "resource_name": GROUP, "configs": [config]}
    said = f"group {GROUP}, {name}=5000"
    wire.ask(said, "IncrementalAlterConfigs", resources=[group], validate_only=False)
    a, b = _members(wire, "ab", 2)
    a.goes_on()
    former = a.epoch
    a.heartbeat(LEAVE, [])
    a.owned = []
    a.goes_on(0)
    b.goes_on()
    print("after the interval:")
    wire.target.clock.until(lambda: b.is_given_something(), 20.0)
    b.goes_on()
    (given,) = b.owned
    b.commit(given, 7)
    print("member a sent this before it left:")
    a.commit(given, 3, former)
    b.fetch_offset(given)


def nameless_questions(wire: Wire) -> None:
    (a,) = _members(wire, "a", 1)
    a.goes_on()
    for name, epoch in (("a", a.epoch), (None, -1), ("", a.epoch), (None, a.epoch), (None, 0)):
        asked = {"group_id": GROUP, "member_id": name, "member_epoch": epoch, "topics": None}
        said = f"member id {'null' if name is None else repr(name)}, epoch {epoch}"
        wire.ask(said, "OffsetFetch", 9, groups=[asked], require_stable=False)


PROBES: Final = (
    late_heartbeats,
    late_joins,
    commits_for_others,
    epochs_that_return,
    nameless_questions,
)

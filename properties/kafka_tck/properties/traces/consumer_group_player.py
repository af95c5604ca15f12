"""Plays a trace of the groups_consumer module on a broker, and asks the claim of what it shows.

Members send full heartbeats and do what they are told; each takes at once what is assigned to it,
and gives up what it has to where the trace says so. The broker makes the target by itself, with its
own assignor, so partitions may have other numbers than in the trace. A member is removed when it
leaves behind its own back, as at the end of its session. A late request is sent when it arrives.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any, Final
from uuid import UUID

from kafka_tck.adapters.client import Answer
from kafka_tck.adapters.target import Misuse, Target, TargetOptions
from kafka_tck.model.groups_consumer import ConsumerGroups, groups_consumer
from kafka_tck.model.groups_consumer.state import JOIN
from kafka_tck.model.run import holds_in
from kafka_tck.properties.operations import coordinators
from kafka_tck.properties.traces.asking import (
    PATIENCE,
    TOPIC,
    Otherwise,
    client_of,
    made_topic,
    node_of_coordinator,
)
from kafka_tck.properties.traces.saved import SavedTrace, Step
from kafka_tck.properties.traces.transacting import accepted, newest_versions
from kafka_tck.wire.errors import error_name

HEARTBEAT_KEY: Final = 68
GROUP: Final = "played-consumer-group"
LEAVE: Final = -1
WITHIN_MS: Final = 60_000


def consumer_group_options(trace: SavedTrace, nodes: int = 1) -> TargetOptions:
    """One broker is enough; where the module has no interval, targets are made at once."""
    interval = "1000" if trace.settings["assignment_interval"] else "0"
    return TargetOptions(nodes=nodes, config={"group.consumer.assignment.interval.ms": interval})


@dataclass
class Believed:
    """What a member believes, and the request of it that is still under way."""

    name: str
    epoch: int = JOIN
    owned: frozenset[int] = frozenset()
    leaving: frozenset[int] = frozenset()
    copy: tuple[int, frozenset[int]] | None = None

    def forget(self) -> None:
        """It owns nothing, and has to join."""
        self.epoch, self.owned, self.leaving = JOIN, frozenset(), frozenset()

    def hear(self, epoch: int, assigned: frozenset[int]) -> None:
        """It takes what is assigned to it; what else it owns it has to give up."""
        self.epoch, self.leaving = epoch, self.owned - assigned
        self.owned |= assigned


@dataclass
class ConsumerGroupPlayer:
    """One playing of one trace on one target."""

    target: Target
    trace: SavedTrace
    members: list[Believed] = field(default_factory=list)
    _topic_id: UUID = UUID(int=0)

    def play(self) -> tuple[list[str], bool]:
        """What each step came to, and whether the trace's claim is true of what members own."""
        if HEARTBEAT_KEY not in newest_versions(self.target):
            raise Misuse(f"{self.target.name} has no consumer groups (ConsumerGroupHeartbeat)")
        self.given = ConsumerGroups(**self.trace.settings)
        self.members = [Believed(str(UUID(int=1 + n))) for n in range(self.given.nodes)]
        made_topic(self.target, TOPIC, self.given.partitions, PATIENCE)
        self._topic_id = self._found_topic()
        lines: list[str] = []
        before: Any = self.trace.initial
        for at, step in enumerate(self.trace.steps, 1):
            try:
                said = self._played(step.action)(step)
            except Otherwise as otherwise:
                lines.append(f"{at:3}  {step.said:50} goes another way: {otherwise}")
                break
            before = step.state
            lines.append(f"{at:3}  {step.said:50} {said}")
        owned = [sorted(one.owned) for one in self.members]
        return [*lines, f"owned, by member: {owned}"], self._is_true(before)

    def _played(self, action: str) -> Callable[[Step], str]:
        played: dict[str, Callable[[Step], str]] = {
            "coordinator_assigns": lambda step: "the broker makes a target of its own",
            "member_joins": self._heartbeat,
            "member_heartbeats": self._heartbeat,
            "member_revokes": self._revoke,
            "member_restarts": self._restart,
            "member_leaves": self._leave,
            "coordinator_removes_member": self._remove,
            "request_is_copied": self._copy,
            "coordinator_handles_late_join": self._handle_late,
            "coordinator_handles_late_heartbeat": self._handle_late,
        }
        if action not in played:
            raise Misuse(f"{action} cannot be played")
        return played[action]

    def _of(self, step: Step) -> Believed:
        return self.members[step.parameters["member"]]

    # Steps.

    def _heartbeat(self, step: Step) -> str:
        own = self._of(step)
        error, epoch, assigned = self._asked(own, own.epoch, own.owned)
        said = accepted(error, f"epoch {epoch}, assigned {sorted(assigned)}")
        if not step.parameters["heard"]:
            return f"{said}, which is not heard"
        own.hear(epoch, assigned)
        return said

    def _revoke(self, step: Step) -> str:
        own = self._of(step)
        given_up, own.owned, own.leaving = own.leaving, own.owned - own.leaving, frozenset()
        return f"gives up {sorted(given_up)}"

    def _restart(self, step: Step) -> str:
        self._of(step).forget()
        return "owns nothing"

    def _leave(self, step: Step) -> str:
        self._of(step).forget()
        return self._remove(step)

    def _remove(self, step: Step) -> str:
        error, _, _ = self._asked(self._of(step), LEAVE, frozenset())
        return accepted(error, "is removed")

    def _copy(self, step: Step) -> str:
        own = self._of(step)
        own.copy = own.epoch, own.owned
        return f"epoch {own.epoch}, owned {sorted(own.owned)}: will arrive late"

    def _handle_late(self, step: Step) -> str:
        own = self._of(step)
        if own.copy is None:
            raise Misuse("no copy of a request is under way")
        error, epoch, assigned = self._asked(own, *own.copy)
        own.copy = None
        return accepted(error, f"epoch {epoch}, assigned {sorted(assigned)}, which is not heard")

    # Requests.

    def _asked(
        self, own: Believed, epoch: int, owned: frozenset[int]
    ) -> tuple[str, int, frozenset[int]]:
        """Error, epoch and assignment that a full heartbeat is answered with."""
        topics = [{"topic_id": self._topic_id, "partitions": sorted(owned)}] if owned else []
        found: list[Any] = []

        def settled() -> bool | None:
            node = node_of_coordinator(self.target, GROUP, coordinators.GROUP)
            with client_of(self.target, node) as client:
                answer = client.call(
                    "ConsumerGroupHeartbeat",
                    1,
                    group_id=GROUP,
                    member_id=own.name,
                    member_epoch=epoch,
                    instance_id=None,
                    rack_id=None,
                    rebalance_timeout_ms=WITHIN_MS,
                    subscribed_topic_names=[TOPIC],
                    subscribed_topic_regex=None,
                    server_assignor=None,
                    topic_partitions=topics,
                )
            if not isinstance(answer, Answer):
                raise Otherwise(f"ConsumerGroupHeartbeat is not answered: {answer}")
            found.append(answer.body)
            return None if error_name(answer.body.error_code) in coordinators.NOT_READY else True

        self.target.clock.until(settled, PATIENCE)
        body = found[-1]
        told = body.assignment.topic_partitions if body.assignment else []
        assigned = frozenset(index for one in told for index in one.partitions)
        return error_name(body.error_code), int(body.member_epoch), assigned

    def _found_topic(self) -> UUID:
        with client_of(self.target, self.target.nodes()[0]) as client:
            answer = client.call("Metadata", 10, topics=[{"topic_id": UUID(int=0), "name": TOPIC}])
        if not isinstance(answer, Answer):
            raise Otherwise(f"Metadata is not answered: {answer}")
        found: UUID = answer.body.topics[0].topic_id
        return found

    def _is_true(self, state: Any) -> bool:
        """The trace's claim, of what the members own now."""
        if self.trace.claim not in groups_consumer.anomalies:
            raise Misuse(f"{self.trace.claim} is not an anomaly that a broker could show")
        observed = {name: value for name, value in state.items() if name != "partitions"}
        observed["partitions"] = tuple(
            self._with_owners(tuple(cell), k) for k, cell in enumerate(state["partitions"])
        )
        claim = groups_consumer.anomalies[self.trace.claim].claim
        return holds_in(groups_consumer, claim, observed, self.given)

    def _with_owners(self, cell: tuple[Any, ...], partition: int) -> tuple[Any, ...]:
        """A partition of the trace, with the members that own it here."""
        begins = 2 + 2 * self.given.nodes
        owners = tuple(partition in one.owned for one in self.members)
        return (*cell[:begins], *owners, *cell[begins + self.given.nodes :])

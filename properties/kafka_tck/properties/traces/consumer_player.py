"""Plays a trace of the consumer module on a broker, and asks the claim of what came of it.

Instances are members that join, fetch and commit as the trace says; what they process they count
here. The group takes one for dead when its member leaves behind its back, as at the end of its
session. Where commits are not checked, nobody joins, as with assign().
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any, Final

from kafka_tck.adapters.client import Answer
from kafka_tck.adapters.target import Misuse, Target, TargetOptions
from kafka_tck.model.consumer import Consumption, consumer
from kafka_tck.model.consumer.state import AUTO, NO_RESET, STORED, TOGETHER, TWICE
from kafka_tck.model.run import holds_in
from kafka_tck.model.specials import EARLIEST, LATEST
from kafka_tck.properties.traces.asking import (
    PATIENCE,
    TOPIC,
    Otherwise,
    client_of,
    listed_offset,
    made_topic,
    shown_records,
)
from kafka_tck.properties.traces.grouping import GroupRequests, Membership
from kafka_tck.properties.traces.saved import SavedTrace, Step
from kafka_tck.properties.traces.transacting import accepted, plain
from kafka_tck.wire.batches import Record, make_batch
from kafka_tck.wire.errors import error_name

WITHIN_MS: Final = 30_000


def consumer_options(trace: SavedTrace, nodes: int = 1) -> TargetOptions:
    """One broker is enough: the nodes of the trace are clients."""
    return TargetOptions(nodes=nodes)


@dataclass
class Instance:
    """What an instance of the application has: its membership, and what it was given."""

    member: Membership = field(default_factory=Membership)
    begin: int = 0
    done: list[bool] = field(default_factory=list)

    @property
    def position(self) -> int:
        return self.begin + len(self.done)


class ConsumerPlayer:
    """One playing of one trace on one target."""

    def __init__(self, target: Target, trace: SavedTrace) -> None:
        self.target = target
        self.trace = trace
        self.given = Consumption(**trace.settings)
        if self.given.commits == TOGETHER:
            raise Misuse("offsets that are stored with results are no broker's: play pipeline")
        self.node = target.nodes()[0]
        self.group = GroupRequests(target, TOPIC)
        self.instances = [Instance() for _ in range(self.given.nodes)]
        self.owner: int | None = None
        self.processed: list[int] = []
        self.sent: list[Membership] = []
        """Who sent each commit that is not waited for."""

    def play(self) -> tuple[list[str], bool]:
        """What each step came to, and whether the trace's claim is true of what is there now."""
        made_topic(self.target, TOPIC, 1, PATIENCE)
        if self.trace.initial["committed"] == 0:
            accepted(self.group.commit_offset(Membership(), 0), "")
        lines: list[str] = []
        before: Any = self.trace.initial
        for at, step in enumerate(self.trace.steps, 1):
            try:
                said = self._played(step.action)(step)
            except Otherwise as otherwise:
                lines.append(f"{at:3}  {step.said:45} goes another way: {otherwise}")
                break
            before = step.state
            lines.append(f"{at:3}  {step.said:45} {said}")
        return [*lines, f"processed, by offset: {self.processed}"], self._is_true(before)

    def _played(self, action: str) -> Callable[[Step], str]:
        played: dict[str, Callable[[Step], str]] = {
            "producer_writes": self._produce,
            "retention_deletes": self._delete,
            "offset_expires": self._expire,
            "instance_joins": self._join,
            "instance_leaves": self._leave,
            "session_ends": self._end_session,
            "instance_crashes": self._crash,
            "instance_polls": self._poll,
            "instance_processes": self._process,
            "instance_commits": self._commit,
            "instance_sends_commit": self._send_commit,
            "coordinator_commits": self._commit_late,
            "commit_fails": lambda step: "it never arrives",
        }
        if action not in played:
            raise Misuse(f"{action} cannot be played")
        return played[action]

    def _of(self, step: Step) -> Instance:
        return self.instances[step.parameters["instance"]]

    # The partition.

    def _produce(self, step: Step) -> str:
        number = len(self.processed)
        key = b"key %d" % step.parameters["key"]
        # Of now: what is older than retention.ms may be deleted at once.
        record = Record(key, b"%d" % number, timestamp=self.target.clock.now_ms())
        data = [{"index": 0, "records": make_batch([record]).encode()}]
        answer = self._asked(
            "Produce",
            8,
            transactional_id=None,
            acks=-1,
            timeout_ms=WITHIN_MS,
            topic_data=[{"name": TOPIC, "partition_data": data}],
        )
        accepted(error_name(answer.responses[0].partition_responses[0].error_code), "")
        self.processed.append(0)
        return f"record {number} is written"

    def _delete(self, step: Step) -> str:
        """DeleteRecords does what retention does, at once."""
        before = step.state["log_start"]
        part = {"partition_index": 0, "offset": before}
        topics = [{"name": TOPIC, "partitions": [part]}]
        answer = self._asked("DeleteRecords", 1, topics=topics, timeout_ms=WITHIN_MS)
        error = error_name(answer.topics[0].partitions[0].error_code)
        return accepted(error, f"records before {before} are deleted")

    def _expire(self, step: Step) -> str:
        """OffsetDelete does what offsets.retention.minutes does, at once."""
        return accepted(self.group.forget_offset(), "no offset is committed")

    def _asked(self, api: str, version: int, **fields: Any) -> Any:
        with client_of(self.target, self.node) as client:
            answer = client.call(api, version, **fields)
        if not isinstance(answer, Answer):
            raise Otherwise(f"{api} v{version} is not answered: {answer}")
        return answer.body

    # The group.

    def _join(self, step: Step) -> str:
        number = step.parameters["instance"]
        member = self.group.join() if self.given.fenced else Membership()
        begin = self._beginning()
        self.instances[number], self.owner = Instance(member, begin), number
        wanted = step.state[f"instances.{number}.begin"]
        if begin != wanted:
            raise Otherwise(f"it begins at {begin}, not at {wanted}")
        return f"begins at offset {begin}"

    def _beginning(self) -> int:
        """The committed offset, if it is there and its record, too; else as the policy says."""
        error, committed = self.group.fetch_offset(stable=True)
        accepted(error, "")
        start = self._listed(EARLIEST)
        if committed >= start:
            return committed
        if self.given.auto_offset_reset == NO_RESET:
            raise Otherwise("there is no offset to begin at")
        is_earliest = self.given.auto_offset_reset == "earliest"
        return start if is_earliest else self._listed(LATEST)

    def _listed(self, timestamp: int) -> int:
        offset = listed_offset(self.target, self.node, timestamp)
        if offset is None:
            raise Otherwise("ListOffsets is refused")
        return offset

    def _leave(self, step: Step) -> str:
        own = self._of(step)
        said = ""
        if self.given.commits in (AUTO, STORED) and own.position > 0:
            error = self.group.commit_offset(own.member, own.position)
            said = accepted(error, f"commits {own.position}, and ")
        self._crash(step)
        return f"{said}leaves"

    def _crash(self, step: Step) -> str:
        number = step.parameters["instance"]
        if number == self.owner:
            self._end_session(step)
        self.instances[number] = Instance()
        return "is gone"

    def _end_session(self, step: Step) -> str:
        member = self._of(step).member
        if member.member_id:
            self.group.leave(member)
        self.owner = None
        return "the group takes it for dead"

    # Instances.

    def _poll(self, step: Step) -> str:
        own = self._of(step)
        found = shown_records(self.target, self.node, own.position)
        if not found or found[0] != own.position:
            raise Otherwise(f"at {own.position} there are {found}")
        own.done.append(False)
        return f"is given record {found[0]}"

    def _process(self, step: Step) -> str:
        own, offset = self._of(step), step.parameters["offset"]
        own.done[offset - own.begin] = True
        self.processed[offset] = min(TWICE, self.processed[offset] + 1)
        return f"processes record {offset}"

    def _commit(self, step: Step) -> str:
        number = step.parameters["instance"]
        offset = step.state[f"instances.{number}.committed"]
        error = self.group.commit_offset(self.instances[number].member, offset)
        return accepted(error, f"offset {offset} is committed")

    def _send_commit(self, step: Step) -> str:
        self.sent.append(self._of(step).member)
        return "under way"

    def _commit_late(self, step: Step) -> str:
        """It is sent when it is to be handled: a member is known by what it was then."""
        at = step.parameters["request"]
        _, offset, _ = step.state["requests"][at]
        error = self.group.commit_offset(self.sent[at], offset)
        return accepted(error, f"offset {offset} is committed")

    # Looking.

    def _is_true(self, state: Any) -> bool:
        """The trace's claim, of what was processed, the committed offset and the beginnings."""
        if self.trace.claim not in consumer.anomalies:
            raise Misuse(f"{self.trace.claim} is not an anomaly that a broker could show")
        observed = {name: plain(value) for name, value in state.items()}
        keys = [key for key, _ in state["log"]]
        observed["log"] = tuple(zip(keys, self.processed, strict=False))
        observed["committed"] = self.group.fetch_offset(stable=False)[1]
        for number, own in enumerate(self.instances):
            observed[f"instances.{number}.begin"] = own.begin
            observed[f"instances.{number}.work"] = tuple((one,) for one in own.done)
        return holds_in(consumer, consumer.anomalies[self.trace.claim].claim, observed, self.given)

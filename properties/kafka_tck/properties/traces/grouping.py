"""Requests of members of one consumer group, and of transactions that commit its offsets."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Final

from kafka_tck.adapters.client import Answer
from kafka_tck.adapters.target import Target
from kafka_tck.properties.operations import coordinators
from kafka_tck.properties.traces.asking import (
    PATIENCE,
    Otherwise,
    client_of,
    node_of_coordinator,
)
from kafka_tck.properties.traces.transacting import Transactor
from kafka_tck.wire.errors import error_name

GROUP: Final = "played-group"
INPUTS: Final = "inputs"
SESSION_MS: Final = 60_000
_PASSING: Final = coordinators.NOT_READY | {"CONCURRENT_TRANSACTIONS", "REBALANCE_IN_PROGRESS"}


@dataclass(frozen=True)
class Membership:
    """What a member knows of itself: nothing, unless it has joined."""

    member_id: str = ""
    generation: int = -1


@dataclass
class GroupRequests:
    """The group as its members speak with it, about partition 0 of one topic."""

    target: Target
    topic: str = INPUTS
    _node: int | None = None

    def join(self) -> Membership:
        """A new member, alone in the group, which assigns the partition to itself."""
        protocol = {"name": "one", "metadata": b""}
        joined = self._asked(
            "JoinGroup",
            3,
            session_timeout_ms=SESSION_MS,
            rebalance_timeout_ms=SESSION_MS,
            member_id="",
            protocol_type="consumer",
            protocols=[protocol],
        )
        _expect(joined.error_code, "JoinGroup")
        known = Membership(joined.member_id, joined.generation_id)
        synced = self._asked(
            "SyncGroup",
            2,
            generation_id=known.generation,
            member_id=known.member_id,
            assignments=[{"member_id": known.member_id, "assignment": b""}],
        )
        _expect(synced.error_code, "SyncGroup")
        return known

    def leave(self, member: Membership) -> None:
        """The group takes a member for gone, as it does when a session ends; nobody tells it."""
        left = self._asked("LeaveGroup", 2, member_id=member.member_id)
        _expect(left.error_code, "LeaveGroup")

    def fetch_offset(self, stable: bool) -> tuple[str, int]:
        """The committed offset, -1 if there is none; the error of `require_stable`."""
        topics = [{"name": self.topic, "partition_indexes": [0]}]
        answer = self._asked("OffsetFetch", 7, topics=topics, require_stable=stable)
        found = answer.topics[0].partitions[0]
        return error_name(found.error_code), int(found.committed_offset)

    def commit_offset(self, member: Membership, offset: int) -> str:
        """OffsetCommit outside of any transaction."""
        part = {"partition_index": 0, "committed_offset": offset, "committed_metadata": ""}
        answer = self._asked(
            "OffsetCommit",
            7,
            generation_id_or_member_epoch=member.generation,
            member_id=member.member_id,
            group_instance_id=None,
            topics=[{"name": self.topic, "partitions": [part | {"committed_leader_epoch": -1}]}],
        )
        return error_name(answer.topics[0].partitions[0].error_code)

    def forget_offset(self) -> str:
        """OffsetDelete: the group has no committed offset any more."""
        topics = [{"name": self.topic, "partitions": [{"partition_index": 0}]}]
        answer = self._asked("OffsetDelete", 0, topics=topics)
        _expect(answer.error_code, "OffsetDelete")
        return error_name(answer.topics[0].partitions[0].error_code)

    def send_offset(self, producer: Transactor, epoch: int, member: Membership, offset: int) -> str:
        """AddOffsetsToTxn and TxnOffsetCommit; without a membership nothing is checked."""
        error = producer.add_offsets(epoch, GROUP)
        if error != "NONE":
            return error
        part = {"partition_index": 0, "committed_offset": offset, "committed_metadata": ""}
        answer = self._asked(
            "TxnOffsetCommit",
            3,
            transactional_id=producer.name,
            producer_id=producer.producer_id,
            producer_epoch=epoch,
            generation_id=member.generation,
            member_id=member.member_id,
            group_instance_id=None,
            topics=[{"name": self.topic, "partitions": [part | {"committed_leader_epoch": -1}]}],
        )
        return error_name(answer.topics[0].partitions[0].error_code)

    def _asked(self, api: str, version: int, **fields: Any) -> Any:
        last: list[Any] = []

        def settled() -> bool | None:
            with client_of(self.target, self._coordinator()) as client:
                answer = client.call(api, version, group_id=GROUP, **fields)
            if not isinstance(answer, Answer):
                raise Otherwise(f"{api} v{version} is not answered: {answer}")
            last.append(answer.body)
            error = _first_error(answer.body)
            if error in coordinators.NOT_READY:
                self._node = None
            return None if error in _PASSING else True

        self.target.clock.until(settled, PATIENCE)
        return last[-1]

    def _coordinator(self) -> int:
        if self._node is None:
            self._node = node_of_coordinator(self.target, GROUP, coordinators.GROUP)
        return self._node


def _first_error(body: Any) -> str:
    """The error of the answer, or that of its only partition."""
    code = getattr(body, "error_code", 0)
    if not code and hasattr(body, "topics"):
        code = body.topics[0].partitions[0].error_code
    return error_name(code)


def _expect(code: int, api: str) -> None:
    if code != 0:
        raise Otherwise(f"{api} is answered with {error_name(code)}")

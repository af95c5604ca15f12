"""A ConsumerGroupHeartbeat as it is asked, and what is wrong with it in itself.

Source: GroupCoordinatorService.throwIfConsumerGroupHeartbeatRequestIsInvalid, 4.3.
"""

from collections.abc import Collection
from dataclasses import dataclass
from typing import Final

from kafka_tck.reference.consumer_groups.members import JOIN, LEAVE, LEAVE_FOR_A_WHILE, Partition
from kafka_tck.reference.rules.consumer_groups import ConsumerGroupRules
from kafka_tck.wire.messages import Message

NO_TIMEOUT: Final = -1
CLIENT_NAMES_ITSELF: Final = 1
"""From this version on a member brings its own id (KIP-1082)."""


@dataclass(frozen=True, slots=True)
class Heartbeat:
    """None: the member does not say; it is as it was. Epochs below 1 join or leave."""

    group_id: str
    member_id: str
    epoch: int
    instance_id: str | None
    rack_id: str | None
    rebalance_timeout_ms: int
    topics: frozenset[str] | None
    regex: str | None
    assignor: str | None
    owned: frozenset[Partition] | None
    version: int
    client_id: str
    client_host: str

    @classmethod
    def of(cls, body: Message, version: int, client_id: str, client_host: str) -> "Heartbeat":
        names, owned = body.subscribed_topic_names, body.topic_partitions
        return cls(
            body.group_id,
            body.member_id,
            body.member_epoch,
            body.instance_id,
            body.rack_id,
            body.rebalance_timeout_ms,
            None if names is None else frozenset(names),
            body.subscribed_topic_regex if version >= 1 else None,
            body.server_assignor,
            None if owned is None else _partitions(owned),
            version,
            client_id,
            client_host,
        )

    @property
    def joins(self) -> bool:
        return self.epoch == JOIN

    @property
    def leaves(self) -> bool:
        return self.epoch in (LEAVE, LEAVE_FOR_A_WHILE)

    @property
    def says_all(self) -> bool:
        """Whether it wants to be told all, as a member does that has lost an answer."""
        told = self.rebalance_timeout_ms != NO_TIMEOUT and self.owned is not None
        return self.joins or (told and (self.topics is not None or self.regex is not None))

    def fault(self, rules: ConsumerGroupRules, assignors: Collection[str]) -> str | None:
        if self._is_nameless() or not self._is_timely(rules):
            return "INVALID_REQUEST"
        if self.assignor is not None and not rules.knows_assignor(self.assignor, assignors):
            return "UNSUPPORTED_ASSIGNOR"
        return None

    def _is_nameless(self) -> bool:
        given: list[str | None] = [self.group_id, self.instance_id, self.rack_id]
        if self.version >= CLIENT_NAMES_ITSELF or self.epoch > JOIN or self.epoch == LEAVE:
            given.append(self.member_id)
        return any(name is not None and not name.strip() for name in given)

    def _is_timely(self, rules: ConsumerGroupRules) -> bool:
        """Whether a join has all that it needs, and the epoch is one that a member may send."""
        if self.joins:
            timely = self.rebalance_timeout_ms != NO_TIMEOUT
            subscribes = self.topics is not None or self.regex is not None
            return not rules.needs_all((timely, self.owned == frozenset(), subscribes))
        if self.epoch == LEAVE_FOR_A_WHILE:
            return self.instance_id is not None
        return self.epoch > LEAVE_FOR_A_WHILE


def _partitions(topics: Collection[Message]) -> frozenset[Partition]:
    return frozenset((topic.topic_id, index) for topic in topics for index in topic.partitions)

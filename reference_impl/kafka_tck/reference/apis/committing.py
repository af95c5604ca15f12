"""What OffsetCommit and TxnOffsetCommit have in common: their entries, checks and answers.

Partitions that do not exist are refused at the door; if nothing else is left, the coordinator is
not asked. The answer has what was refused first, then the others. Topics that are named twice are
put together, unless nothing was refused.
Source: KafkaApis.handleOffsetCommitRequest, handleTxnOffsetCommitRequest,
OffsetCommitResponse.Builder, OffsetMetadataManager, 4.3.
"""

from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from functools import partial
from typing import TYPE_CHECKING, Any
from uuid import UUID

from kafka_tck.reference.apis.leading import name_of
from kafka_tck.reference.groups.group import Who
from kafka_tck.reference.groups.offset_records import NO_EXPIRY, Commit, OffsetKey
from kafka_tck.reference.groups.offsets import Stored
from kafka_tck.reference.groups.shard import GroupShard
from kafka_tck.reference.log import Refusal
from kafka_tck.wire.batches import Record
from kafka_tck.wire.errors import error_code
from kafka_tck.wire.messages import ZERO_ID, Message
from kafka_tck.wire.varints import int64

if TYPE_CHECKING:
    from kafka_tck.reference.broker import Broker

Fields = dict[str, Any]


@dataclass(slots=True)
class _Topic:
    """One topic of the request, and its partitions that exist."""

    named: Fields
    """How the request names it, and so does the answer."""
    name: str
    parts: list[Message]


@dataclass(slots=True)
class Entries:
    """The entries of a commit, sorted."""

    accepted: list[_Topic] = field(default_factory=list)
    refused: list[Fields] = field(default_factory=list)

    @staticmethod
    def of(broker: "Broker", topics: Iterable[Message], api: str, *, by_id: bool) -> "Entries":
        entries = Entries()
        for topic in topics:
            entries._sort(broker, topic, api, by_id)
        return entries

    def _sort(self, broker: "Broker", topic: Message, api: str, by_id: bool) -> None:
        topic_id = topic.topic_id or ZERO_ID if by_id else ZERO_ID
        name = name_of(broker, topic_id, api) if by_id else topic.name
        named = {"topic_id": topic_id} if by_id else {"name": name}
        if name is None or name not in broker.image.topics:
            error = "UNKNOWN_TOPIC_ID" if name is None else "UNKNOWN_TOPIC_OR_PARTITION"
            _put(self.refused, named)["partitions"] += _answers(topic.partitions, lambda _: error)
            return
        takes = broker.rules.group_offsets.takes_partition
        known = [
            takes(broker.image.partition(name, part.partition_index) is not None)
            for part in topic.partitions
        ]
        refused = [p for p, is_known in zip(topic.partitions, known, strict=True) if not is_known]
        accepted = [p for p, is_known in zip(topic.partitions, known, strict=True) if is_known]
        if refused:
            error = "UNKNOWN_TOPIC_OR_PARTITION"
            _put(self.refused, named)["partitions"] += _answers(refused, lambda _: error)
        if accepted:
            self.accepted.append(_Topic(named, name, accepted))

    def answer(self, error_of: Callable[[str, Message], str]) -> Fields:
        """`error_of` is what the coordinator says of an entry that was not refused before; it gets
        the topic's name and the entry."""
        answers = [dict(topic) for topic in self.refused]
        for topic in self.accepted:
            said = _answers(topic.parts, partial(error_of, topic.name))
            if self.refused:
                _put(answers, topic.named)["partitions"] += said
            else:
                answers.append({**topic.named, "partitions": said})
        return {"topics": answers}


def _put(answers: list[Fields], named: Fields) -> Fields:
    """The answer of this topic, begun if need be."""
    for answer in answers:
        if named.items() <= answer.items():
            return answer
    answers.append({**named, "partitions": []})
    return answers[-1]


def _answers(parts: Iterable[Message], error_of: Callable[[Message], str]) -> list[Fields]:
    return [
        {"partition_index": part.partition_index, "error_code": error_code(error_of(part))}
        for part in parts
    ]


@dataclass(frozen=True, slots=True)
class Committer:
    """Who commits to which group, and for how long if the client says so; `keeps_ids` of topics."""

    broker: "Broker"
    shard: GroupShard
    group: str
    who: Who
    producer_id: int = -1
    retention_ms: int = -1
    keeps_ids: bool = False

    def fault_of(self, topic: str, part: Message) -> str:
        """What is wrong with one entry, or NONE. Raises `Refusal` where the member may not commit
        for it: then none of the entries is taken."""
        length = len((part.committed_metadata or "").encode("utf-16-be", "surrogatepass")) // 2
        limit = self.broker.settings.number("offset.metadata.max.bytes")
        fits = self.broker.rules.group_offsets.takes_metadata(length, limit)
        if not fits:
            return "OFFSET_METADATA_TOO_LARGE"
        group = self.shard.groups.get(self.group)
        fault = group and group.fault_of_entry(self.who, topic, part.partition_index)
        if fault:
            raise Refusal(fault)
        return "NONE"

    def check_member(self, absent: str) -> None:
        """Raises `Refusal`; `absent` is the error where there is no such group.

        Who may commit makes the group exist, also if each entry is refused after that.
        """
        rules, group = self.broker.rules.group_offsets, self.shard.groups.get(self.group)
        if group is None or group.state == "Empty":
            fault = rules.fault_of_member(group is not None, self.who.generation, absent)
        else:
            fault = group.fault_of_commit(self.who)
        if fault is not None:
            raise Refusal(fault)
        group = self.shard.groups.begin(self.group)
        if not self.who.transactional:
            group.heard_of(self.who)

    def records(self, entries: Entries) -> list[Record]:
        """The records that say what is committed."""
        return [
            Record(key.encode(), commit.encode(), timestamp=self.broker.now)
            for part, key, commit in self._commits(entries)
            if self.fault_of(key.topic, part) == "NONE"
        ]

    def leave_refused(self, entries: Entries, error: str = "NONE") -> None:
        """What a wrong broker keeps of entries that were refused, with this error or their own."""
        rules = self.broker.rules.group_offsets
        for part, key, commit in self._commits(entries):
            said = self.fault_of(key.topic, part) if error == "NONE" else error
            producer = rules.pending_of_refused(said, self.producer_id)
            if said != "NONE" and producer is not None:
                self.shard.offsets().take(key, Stored(commit, 1 << 62), producer)

    def _commits(self, entries: Entries) -> Iterable[tuple[Message, OffsetKey, Commit]]:
        for topic in entries.accepted:
            for part in topic.parts:
                key = OffsetKey(self.group, topic.name, part.partition_index)
                yield part, key, self._commit(topic.name, part)

    def _commit(self, topic: str, part: Message) -> Commit:
        now, known = self.broker.now, self.broker.image.topics.get(topic)
        expires = NO_EXPIRY if self.retention_ms == -1 else int64(now + self.retention_ms)
        epoch = getattr(part, "committed_leader_epoch", -1)
        topic_id: UUID = known.topic_id if known is not None and self.keeps_ids else ZERO_ID
        metadata = part.committed_metadata or ""
        return Commit(part.committed_offset, epoch, metadata, now, expires, topic_id)

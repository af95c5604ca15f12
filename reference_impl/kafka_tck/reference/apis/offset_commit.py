"""OffsetCommit: the offsets up to which a group has read.

v2-v10; v7 has instance ids, v10 names topics by id. Members commit in their generation; where there
are none, whoever names no generation may commit, and the group exists from then on. v2-v4 may say
for how long an offset is kept.
Source: KafkaApis.handleOffsetCommitRequest, OffsetMetadataManager.commitOffset, 4.3.
"""

from typing import TYPE_CHECKING, Final

from kafka_tck.reference.apis.committing import Committer, Entries
from kafka_tck.reference.groups.group import Who
from kafka_tck.reference.groups.shard import shard_of
from kafka_tck.reference.log import Refusal
from kafka_tck.reference.steps import Outcome, Steps
from kafka_tck.wire.messages import Message, Request

if TYPE_CHECKING:
    from kafka_tck.reference.broker import Broker

TELLS_RETENTION: Final = 4
NAMES_INSTANCE: Final = 7
BY_ID: Final = 10
TOLD_ABSENT: Final = 9


def handle(broker: "Broker", request: Request) -> Outcome | Steps:
    body, version = request.body, request.header.version
    entries = Entries.of(broker, body.topics, "OffsetCommit", by_id=version >= BY_ID)
    if not entries.accepted:
        return entries.answer(lambda topic, part: "NONE")
    return _commit(broker, body, version, entries)


def _commit(broker: "Broker", body: Message, version: int, entries: Entries) -> Steps:
    retention_ms = body.retention_time_ms if version <= TELLS_RETENTION else -1
    who = Who(
        body.member_id,
        body.group_instance_id if version >= NAMES_INSTANCE else None,
        body.generation_id_or_member_epoch,
        version,
    )
    try:
        shard = shard_of(broker, body.group_id)
        committer = Committer(
            broker, shard, body.group_id, who, retention_ms=retention_ms, keeps_ids=True
        )
        absent = "GROUP_ID_NOT_FOUND" if version >= TOLD_ABSENT else "ILLEGAL_GENERATION"
        committer.check_member(absent)
        committer.leave_refused(entries)
        answer = entries.answer(committer.fault_of)
        records = committer.records(entries)
        if records:
            yield from shard.write(records)
    except Refusal as refusal:
        error = refusal.error
        return entries.answer(lambda topic, part: error)
    return answer

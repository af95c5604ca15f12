"""OffsetCommit: the offsets up to which a group has read.

v2-v10; v10 names topics by id. Groups have no members yet: whoever names no generation may commit,
and the group exists from then on. v2-v4 may say for how long an offset is kept.
Source: KafkaApis.handleOffsetCommitRequest, OffsetMetadataManager.commitOffset, 4.3.
"""

from typing import TYPE_CHECKING, Final

from kafka_tck.reference.apis.committing import Committer, Entries
from kafka_tck.reference.groups.shard import shard_of
from kafka_tck.reference.log import Refusal
from kafka_tck.reference.steps import Outcome, Steps
from kafka_tck.wire.messages import Message, Request

if TYPE_CHECKING:
    from kafka_tck.reference.broker import Broker

BY_ID: Final = 10
TOLD_ABSENT: Final = 9


def handle(broker: "Broker", request: Request) -> Outcome | Steps:
    body, version = request.body, request.header.version
    entries = Entries.of(broker, body.topics, "OffsetCommit", by_id=version >= BY_ID)
    if not entries.accepted:
        return entries.answer(lambda part: "NONE")
    return _commit(broker, body, version, entries)


def _commit(broker: "Broker", body: Message, version: int, entries: Entries) -> Steps:
    retention_ms = body.retention_time_ms if version <= 4 else -1
    committer = Committer(broker, body.group_id, retention_ms=retention_ms, keeps_ids=True)
    try:
        shard = shard_of(broker, body.group_id)
        absent = "GROUP_ID_NOT_FOUND" if version >= TOLD_ABSENT else "ILLEGAL_GENERATION"
        generation = body.generation_id_or_member_epoch
        committer.check_member((yield from shard.settled()), generation, absent)
        committer.leave_refused(shard, entries)
        records = committer.records(entries)
        if records:
            yield from shard.write(records)
    except Refusal as refusal:
        error = refusal.error
        return entries.answer(lambda part: error)
    return entries.answer(committer.fault_of)

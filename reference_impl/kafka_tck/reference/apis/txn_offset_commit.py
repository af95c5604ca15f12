"""TxnOffsetCommit: offsets that count when their transaction is committed, and not before.

v0-v5. Whether the transaction is open, and has the group's partition of `__consumer_offsets`, is
asked of the transaction coordinator first; from v5 on that adds the partition (KIP-890). Then come
the checks of the group; v3 and later name generation and member (KIP-447).
Source: KafkaApis.handleTxnOffsetCommitRequest, GroupCoordinatorService.commitTransactionalOffsets,
OffsetMetadataManager.commitTransactionalOffset, CoordinatorOperationExceptionHelper, 4.3.
"""

from typing import TYPE_CHECKING, Final

from kafka_tck.reference.apis.committing import Committer, Entries, Fields
from kafka_tck.reference.apis.verifying import was_marked
from kafka_tck.reference.groups.group import Who
from kafka_tck.reference.groups.shard import TOPIC, GroupShard, shard_of
from kafka_tck.reference.log import Refusal
from kafka_tck.reference.steps import Outcome, Steps, Waited
from kafka_tck.reference.transactions.verifying import Support, ask_coordinator
from kafka_tck.wire.messages import Message, Request

if TYPE_CHECKING:
    from kafka_tck.reference.broker import Broker

NAMES_MEMBER: Final = 3
KNOWS_LOADING: Final = 2
"""Older clients fail when they hear of loading (KAFKA-7296)."""
ABORTABLE: Final = 4
ADDS: Final = 5

_UNVERIFIED: Final = {"NETWORK_EXCEPTION": "COORDINATOR_LOAD_IN_PROGRESS"}
"""What old clients would not repeat is said in a way that they do."""


def handle(broker: "Broker", request: Request) -> Outcome | Steps:
    body = request.body
    entries = Entries.of(broker, body.topics, "TxnOffsetCommit", by_id=False)
    if not entries.accepted:
        return entries.answer(lambda topic, part: "NONE")
    return _commit(broker, body, request.header.version, entries)


def _commit(broker: "Broker", body: Message, version: int, entries: Entries) -> Steps:
    try:
        if not body.group_id:
            raise Refusal("INVALID_GROUP_ID")
        shard = shard_of(broker, body.group_id)
        who = _who(body, version)
        committer = Committer(broker, shard, body.group_id, who, producer_id=body.producer_id)
        try:
            return (yield from _stored(committer, body, version, entries))
        except Refusal as refusal:
            committer.leave_refused(entries, refusal.error)
            raise
    except Refusal as refusal:
        error = _told(refusal.error, version)
        return entries.answer(lambda topic, part: error)


def _who(body: Message, version: int) -> Who:
    if version < NAMES_MEMBER:
        return Who(version=version, transactional=True)
    member_id, instance_id = body.member_id, body.group_instance_id
    return Who(member_id, instance_id, body.generation_id, version, transactional=True)


def _stored(committer: Committer, body: Message, version: int, entries: Entries) -> Waited[Fields]:
    """The answer. Raises `Refusal` if the transaction or the group refuses all entries."""
    yield from _verify(committer.broker, committer.shard, body, version)
    committer.check_member("ILLEGAL_GENERATION")
    committer.leave_refused(entries)
    answer = entries.answer(committer.fault_of)
    records = committer.records(entries)
    if records:
        producer = (body.producer_id, body.producer_epoch)
        yield from committer.shard.write(records, producer)
    return answer


def _verify(broker: "Broker", shard: GroupShard, body: Message, version: int) -> Waited[None]:
    """Raises `Refusal` if the group's partition is not in the transaction."""
    log, rules = shard.partition().log, broker.rules
    producer = (body.producer_id, body.producer_epoch)
    if log.producers.is_stale(*producer):
        raise Refusal("INVALID_PRODUCER_EPOCH")
    is_open = log.producers.is_open(*producer)
    if not rules.transactions.verifies(is_open) or not rules.group_offsets.verifies():
        return
    if not broker.settings.flag("transaction.partition.verification.enable"):
        return
    before = log.leo

    def begin() -> None:
        nonlocal before
        before = log.leo

    key = (TOPIC, shard.partition().index)
    support = _support_of(version)
    errors = yield from ask_coordinator(
        broker, body.transactional_id, producer, [key], support, begin
    )
    if key in errors:
        raise Refusal(_UNVERIFIED.get(errors[key], errors[key]))
    if rules.transactions.too_late(was_marked(log, body.producer_id, before)):
        raise Refusal("INVALID_TXN_STATE")


def _support_of(version: int) -> Support:
    if version >= ADDS:
        return Support.ADDS
    return Support.ABORTABLE if version >= ABORTABLE else Support.OLD


def _told(error: str, version: int) -> str:
    if error == "COORDINATOR_LOAD_IN_PROGRESS" and version < KNOWS_LOADING:
        return "COORDINATOR_NOT_AVAILABLE"
    return error

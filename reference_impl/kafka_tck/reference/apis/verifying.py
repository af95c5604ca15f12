"""Before a batch of a transaction is appended: is its partition part of the transaction?

Asked where the transaction is not open on the partition yet, or in another epoch. What a marker has
ended between the question and the append is refused. Source: ReplicaManager.handleProduceAppend,
UnifiedLog.hasOngoingTransaction, VerificationGuard, AddPartitionsToTxnManager, 4.3.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Protocol

from kafka_tck.reference.apis.leading import led
from kafka_tck.reference.log import Log, Refusal, check_produced, is_transactional
from kafka_tck.reference.partition import Partition
from kafka_tck.reference.rules import TransactionRules
from kafka_tck.reference.steps import Waited
from kafka_tck.reference.transactions.verifying import (
    Support,
    ask_coordinator,
    error_for_producer,
)
from kafka_tck.wire.batches import read_batch

if TYPE_CHECKING:
    from kafka_tck.reference.broker import Broker

ABORTABLE = 11
ADDS = 12


class Part(Protocol):
    """What is to be appended to one partition."""

    topic: str | None
    index: int
    records: bytes
    refusal: Refusal | None

    @property
    def key(self) -> tuple[str, int]: ...


@dataclass(slots=True)
class Unverified:
    """A batch that may begin a transaction on a partition, and where the log ended then."""

    part: Part
    partition: Partition
    producer: tuple[int, int]
    sequence: int
    leo: int

    def wait(self) -> None:
        """Of several batches that wait, the one with the lowest sequence is to be the first."""
        known = self.partition.beginnings.get(self.producer, self.sequence)
        self.partition.beginnings[self.producer] = min(known, self.sequence)

    def forget(self) -> None:
        """Its epoch is not valid: nothing of it counts for those of the owner."""
        self.partition.beginnings.pop(self.producer, None)

    def fault(self, rules: TransactionRules) -> str | None:
        """Why the batch may not begin the transaction, though it is part of it; or it may."""
        lowest = self.partition.beginnings.get(self.producer, self.sequence)
        is_late = rules.too_late(was_marked(self.partition.log, self.producer[0], self.leo))
        if not is_late and self.sequence > lowest:
            return "OUT_OF_ORDER_SEQUENCE_NUMBER"
        self.partition.beginnings.pop(self.producer, None)
        return "INVALID_TXN_STATE" if is_late else None


def support_of(version: int) -> Support:
    """What a Produce of this version can do."""
    if version >= ADDS:
        return Support.ADDS
    return Support.ABORTABLE if version >= ABORTABLE else Support.OLD


def to_verify(broker: "Broker", parts: Sequence[Part], version: int) -> list[Unverified]:
    """The batches that the coordinator is to be asked about."""
    if not broker.settings.flag("transaction.partition.verification.enable"):
        return []
    found = [_unverified(broker, part, version) for part in parts if part.refusal is None]
    return [one for one in found if one is not None]


def _unverified(broker: "Broker", part: Part, version: int) -> Unverified | None:
    """None as well for what is refused without the coordinator, here or by the append."""
    try:
        if not is_transactional(part.records):
            return None
        check_produced(part.records, version, broker.rules.log)
        partition = led(broker, *part.key)
    except Refusal:
        return None
    batch = read_batch(part.records)
    producer = batch.producer_id, batch.producer_epoch
    producers = partition.log.producers
    if batch.producer_id < 0 or not broker.rules.transactions.verifies(
        producers.is_open(*producer)
    ):
        return None
    if producers.is_stale(*producer):
        part.refusal = Refusal("INVALID_PRODUCER_EPOCH")
        return None
    return Unverified(part, partition, producer, batch.base_sequence, partition.log.leo)


def verify(
    broker: "Broker", transactional_id: str, asked: Sequence[Unverified], version: int
) -> Waited[None]:
    """Asks the coordinator; what it does not confirm is refused."""
    support, producers = support_of(version), {one.producer for one in asked}
    if len(producers) > 1:
        _refuse(asked, Refusal("INVALID_PRODUCER_ID_MAPPING"))
        return
    for one in asked:
        one.wait()
    keys = [one.part.key for one in asked]
    errors = yield from ask_coordinator(
        broker, transactional_id, asked[0].producer, keys, support, lambda: _note_ends(asked)
    )
    for one in asked:
        if one.part.key in errors:
            error, text = error_for_producer(errors[one.part.key], support)
            if error == "INVALID_PRODUCER_EPOCH":
                one.forget()
            one.part.refusal = Refusal(error, text, told=text is not None)
        elif (fault := one.fault(broker.rules.transactions)) is not None:
            one.part.refusal = Refusal(fault)


def _note_ends(asked: Sequence[Unverified]) -> None:
    for one in asked:
        one.leo = one.partition.log.leo


def _refuse(asked: Sequence[Unverified], refusal: Refusal) -> None:
    for one in asked:
        one.part.refusal = refusal


def was_marked(log: Log, producer_id: int, since: int) -> bool:
    """Whether a marker of the producer has been written from an offset on."""
    if log.leo <= since:
        return False
    return any(
        batch.is_control and batch.producer_id == producer_id for batch in log.batches(since)
    )

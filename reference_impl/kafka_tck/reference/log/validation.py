"""From a client's batch to the one that is stored. Source: LogValidator."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace

from kafka_tck.reference.log.config import LogConfig
from kafka_tck.reference.log.refusal import RecordErrors, Refusal
from kafka_tck.reference.log.rules import LogRules
from kafka_tck.reference.log.rules.batches import NO_TIMESTAMP
from kafka_tck.wire.batches import BadCompression, BadRecords, Batch, Record, make_batch
from kafka_tck.wire.compression import NONE, decompress
from kafka_tck.wire.records import decode_records
from kafka_tck.wire.varints import int64

_KEPT_ATTRIBUTES = 0x7F
_LOG_APPEND_TIME = 0x08
_BAD_TIMES = "One or more records have been rejected due to invalid timestamp"


@dataclass(frozen=True)
class Validator:
    """Checks one batch and makes it ready for the log, for the leader of an epoch at a time."""

    config: LogConfig
    rules: LogRules
    epoch: int
    now: int
    leo: int
    from_client: bool
    name: str = ""
    """The topic and the partition, as messages to clients name them."""

    def validated(self, batch: Batch) -> Batch:
        """The batch with offsets, leader epoch and true times. Raises `Refusal`."""
        if self.from_client:
            self._check_header(batch)
        records = _records_of(batch) if self.rules.opens(batch) else []
        self._check_records(batch, records)
        codec = self.rules.target_codec(batch, self.config)
        if codec != batch.codec and not batch.is_control:
            return self._rebuilt(batch, records, codec)
        if batch.codec != NONE and not _is_in_order(records):
            raise Refusal("UNKNOWN_SERVER_ERROR", "a compressed batch has wrong offset deltas")
        return self._in_place(batch, records)

    def _check_header(self, batch: Batch) -> None:
        for is_right, text in self._header_checks():
            if not is_right(batch):
                raise Refusal("INVALID_RECORD", text)

    def _header_checks(self) -> Iterator[tuple[Callable[[Batch], bool], str]]:
        yield self.rules.spans_offsets, "a batch has an invalid offset range"
        yield self.rules.counts_records, "a batch must count a record"
        yield self.rules.count_is_right, "the count of a batch and its offset range differ"
        yield self.rules.client_may_write, "clients must not write control records"
        yield self.rules.sequence_is_named, "a batch has a producer id and no sequence"

    def _check_records(self, batch: Batch, records: list[Record]) -> None:
        faults = [
            (index, fault)
            for index, record in enumerate(records)
            if (fault := self._fault_of(batch, record, index)) is not None
        ]
        if faults:
            errors = {error for _, (error, _) in faults}
            listed = tuple((index, text) for index, (_, text) in faults)
            if "INVALID_TIMESTAMP" in errors:
                raise Refusal("INVALID_TIMESTAMP", _BAD_TIMES, listed, told=True)
            raise Refusal("INVALID_RECORD", _bad_records(listed), listed, told=True)

    def _fault_of(self, batch: Batch, record: Record, index: int) -> tuple[str, str] | None:
        if not self.rules.key_is_allowed(record, self.config):
            text = "Compacted topic cannot accept message without key in topic partition"
            return "INVALID_RECORD", f"{text} {self.name}"
        if not self.rules.timestamp_type_is_allowed(batch, self.config):
            return "INVALID_TIMESTAMP", "Producer should not set timestamp type to LogAppendTime"
        if self.rules.checks_timestamp(record, self.config) and not (
            self.rules.timestamp_is_allowed(record.timestamp, self.now, self.config)
        ):
            return "INVALID_TIMESTAMP", self._out_of_range(record.timestamp, index)
        return None

    def _out_of_range(self, timestamp: int, index: int) -> str:
        first = int64(self.now - self.config.message_timestamp_before_max_ms)
        last = int64(self.now + self.config.message_timestamp_after_max_ms)
        return (
            f"Timestamp {timestamp} of message with offset {index} is out of range. The timestamp "
            f"should be within [{first}, {last}]"
        )

    @property
    def _append_time(self) -> int | None:
        return self.rules.append_time(self.now, self.config)

    def _in_place(self, batch: Batch, records: list[Record]) -> Batch:
        """The same record bytes under a corrected header; the crc changes only if it must."""
        true_maximum = max((record.timestamp for record in records), default=NO_TIMESTAMP)
        placed = replace(
            batch,
            base_offset=self.rules.first_offset_of(self.leo),
            leader_epoch=self.rules.stamped_leader_epoch(batch, self.epoch),
        )
        maximum = self.rules.stored_max_timestamp(
            batch, max(true_maximum, NO_TIMESTAMP), self._append_time
        )
        return self._with_times(placed, maximum)

    def _with_times(self, batch: Batch, maximum: int) -> Batch:
        stamps = self._append_time is not None
        base = self.rules.stored_base_timestamp(batch, self._append_time)
        stored = (stamps, maximum, base)
        if stored == (batch.log_append_time, batch.max_timestamp, batch.base_timestamp):
            return batch
        kept = batch.attributes & _KEPT_ATTRIBUTES & ~_LOG_APPEND_TIME
        attributes = kept | (_LOG_APPEND_TIME if stamps else 0)
        return replace(
            batch, attributes=attributes, max_timestamp=maximum, base_timestamp=base
        ).with_true_crc()

    def _rebuilt(self, batch: Batch, records: list[Record], codec: int) -> Batch:
        """The same records in the topic's codec, numbered anew (buildRecordsAndAssignOffsets)."""
        first = self.rules.first_offset_of(self.leo)
        time = self._append_time
        if any(record.timestamp < NO_TIMESTAMP for record in records):
            raise Refusal("UNKNOWN_SERVER_ERROR", "a record has a negative timestamp")
        if batch.producer_id >= 0 > batch.producer_epoch:
            raise Refusal("UNKNOWN_SERVER_ERROR", "a batch has a negative producer epoch")
        renumbered = [
            self.rules.rewritten(record, first + index) for index, record in enumerate(records)
        ]
        return make_batch(
            renumbered,
            codec=codec,
            base_offset=first,
            leader_epoch=self.rules.stamped_leader_epoch(batch, self.epoch),
            producer_id=batch.producer_id,
            producer_epoch=batch.producer_epoch,
            base_sequence=batch.base_sequence,
            attributes=(batch.attributes & 0x10) | (0 if time is None else _LOG_APPEND_TIME),
            max_timestamp=time,
        )


def _bad_records(listed: RecordErrors) -> str:
    first = [f"RecordError(batchIndex={index}, message='{text}')" for index, text in listed[:3]]
    return (
        f"One or more records have been rejected due to {len(listed)} record errors in total, and "
        f"only showing the first three errors at most: [{', '.join(first)}]"
    )


def _records_of(batch: Batch) -> list[Record]:
    try:
        plain = decompress(batch.codec, batch.payload)
    except BadCompression as error:
        raise Refusal("UNKNOWN_SERVER_ERROR", str(error)) from None
    try:
        return decode_records(
            plain,
            batch.count,
            base_offset=batch.base_offset,
            base_timestamp=batch.base_timestamp,
            append_time=batch.max_timestamp if batch.log_append_time else None,
        )
    except BadRecords as error:
        raise Refusal("INVALID_RECORD", str(error)) from None


def _is_in_order(records: list[Record]) -> bool:
    return all(record.offset == index for index, record in enumerate(records))

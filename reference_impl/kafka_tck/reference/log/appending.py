"""Appending: as a leader, who checks and numbers, and as a follower, who takes it as it is.

Source: UnifiedLog.append, maybeRoll and roll.
"""

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from kafka_tck.reference.log.flushing import flush
from kafka_tck.reference.log.header import Header, read_header
from kafka_tck.reference.log.markers import Marker
from kafka_tck.reference.log.origin import Origin
from kafka_tck.reference.log.producers import BatchMark
from kafka_tck.reference.log.refusal import Refusal, UnexpectedAppendOffset
from kafka_tck.reference.log.requests import check_produced, read_produced, split
from kafka_tck.reference.log.segment import Segment
from kafka_tck.reference.log.validation import Validator
from kafka_tck.wire.batches import Batch, read_batch

if TYPE_CHECKING:
    from kafka_tck.reference.log.log import Log

_WITHOUT_LOG_START: Final = {"MESSAGE_TOO_LARGE", "RECORD_LIST_TOO_LARGE", "CORRUPT_MESSAGE"}
"""With these a Produce does not answer the log start (ReplicaManager.appendToLocalLog)."""


@dataclass(frozen=True)
class Appended:
    """What a Produce answers; `log_append_time` is -1 if the records keep their own times."""

    base_offset: int
    last_offset: int
    log_append_time: int
    log_start: int
    duplicate: bool


def append_as_leader(log: "Log", data: bytes, epoch: int, origin: Origin) -> Appended:
    if origin.from_client:
        check_produced(data, origin.produce_version, log.rules)
    try:
        return _append(log, data, epoch, origin)
    except Refusal as refusal:
        log.leo = log.rules.leo_after_refusal(log.leo)
        if refusal.error not in _WITHOUT_LOG_START:
            refusal.log_start = log.log_start
        raise


def append_marker(log: "Log", marker: Marker, leader_epoch: int, version: int) -> int:
    origin = Origin(from_client=False, transaction_version=version)
    return append_as_leader(log, marker.batch().encode(), leader_epoch, origin).base_offset


def _append(log: "Log", data: bytes, epoch: int, origin: Origin) -> Appended:
    from_client = origin.from_client
    sent = read_produced(data, log.config, log.rules, from_client)
    name = f"{log.topic}-{log.partition}"
    validator = Validator(log.config, log.rules, epoch, log.now, log.leo, from_client, name)
    batch = validator.validated(sent)
    _check_size(log, sent, batch)
    if batch.producer_id >= 0:
        duplicate = log.producers.duplicate_of(batch) if from_client else None
        if duplicate is not None:
            return _answer_again(log, duplicate)
        log.producers.check(batch, origin)
    _write(log, batch.encode())
    stamped = log.rules.answered_append_time(batch)
    return Appended(batch.base_offset, batch.last_offset, stamped, log.log_start, duplicate=False)


def _check_size(log: "Log", sent: Batch, batch: Batch) -> None:
    if batch.size != sent.size and not log.rules.fits(batch.size, log.config):
        raise Refusal("MESSAGE_TOO_LARGE", f"recompressed, the batch has {batch.size} bytes")
    if not log.rules.fits_a_segment(batch.size, log.config):
        raise Refusal("RECORD_LIST_TOO_LARGE", f"{batch.size} bytes do not fit into a segment")


def _answer_again(log: "Log", mark: BatchMark) -> Appended:
    """A batch that was appended before is answered as it was, but with its time."""
    return Appended(
        mark.base_offset, mark.last_offset, mark.timestamp, log.log_start, duplicate=True
    )


def append_as_follower(log: "Log", data: bytes) -> None:
    headers = _followed(log, data)
    if headers:
        _write(log, data[: sum(header.size for header in headers)])


def _followed(log: "Log", data: bytes) -> list[Header]:
    headers: list[Header] = []
    for raw in split(data):
        batch = read_batch(raw)
        if not log.rules.crc_is_right(batch):
            raise Refusal("CORRUPT_MESSAGE", f"batch {batch.base_offset} has a wrong crc")
        if headers and batch.last_offset <= headers[-1].last_offset:
            raise Refusal("UNKNOWN_SERVER_ERROR", "the offsets of a follower's append fall")
        headers.append(read_header(raw))
    if headers and headers[0].base_offset < log.leo:
        raise UnexpectedAppendOffset(headers[0].base_offset, headers[-1].last_offset, log.leo)
    return headers


def _write(log: "Log", data: bytes) -> None:
    """Writes batches that were checked; rolls first if the segment cannot take them."""
    batches = list(split(data))
    headers = [read_header(raw) for raw in batches]
    for header in headers:
        if header.leader_epoch >= 0:
            log.epochs.assign(header.leader_epoch, header.base_offset)
    segment = _segment_for(log, headers, len(data))
    segment.append(data, headers, log.now)
    log.leo = headers[-1].last_offset + 1
    for header, raw in zip(headers, batches, strict=True):
        aborted = log.producers.note(read_batch(raw) if header.is_control else header)
        if aborted is not None:
            segment.aborted.append(aborted)
    if log.rules.must_flush(log.leo - log.recovery_point, log.config):
        flush(log, log.leo)


def _segment_for(log: "Log", headers: list[Header], size: int) -> Segment:
    active = log.segments.active
    timestamp = max(header.max_timestamp for header in headers)
    if (
        log.rules.outgrows(active.size, size, log.config)
        or (active.size and log.rules.outlives(active.waited(log.now, timestamp), log.config))
        or active.is_full()
        or not log.rules.fits_relative(active.base_offset, headers[-1].last_offset)
    ):
        return roll(log, headers[0].base_offset)
    return active


def roll(log: "Log", first_offset: int) -> Segment:
    """Seals the active segment and begins one at the first offset to come."""
    base = max(first_offset, log.leo)
    active = log.segments.active
    if base == active.base_offset:
        return _replaced(log, active)
    active.seal()
    segment = Segment(log.directory, base, log.config, log.rules, log.now)
    log.segments.add(segment)
    log.producers.end_offset = base
    log.producers.take_snapshot()
    if log.rules.flushes_sealed_segments():
        flush(log, base)
    active.release()
    return segment


def _replaced(log: "Log", active: Segment) -> Segment:
    """An empty active segment that is full all the same (its indexes may hold nothing)."""
    if active.size:
        raise ValueError(f"segment {active.base_offset} exists and is not empty")
    active.delete()
    segment = Segment(log.directory, active.base_offset, log.config, log.rules, log.now)
    log.segments.add(segment)
    return segment

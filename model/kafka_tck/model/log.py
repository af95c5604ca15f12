"""The log of one partition as its leader's clients see it, with one in-sync replica.

Offsets: `leo` is the next offset to write, `hw` the first that is not committed, `log_start` the
first that is kept. Contents, timestamps and epochs of records are pure functions over the ledger
(`ledger.py`, `times.py`, `lineage.py`); followers and elections are not here.
"""

from kafka_tck.model.shapes import Shape
from kafka_tck.model.sources import KIP, Code
from kafka_tck.model.spec import Module, Step, otherwise, when, whole
from kafka_tck.model.terms import Bool, Int, all_of, choose, most

TO_HW = -1


class Log(Shape):
    log_start: Int
    hw: Int
    leo: Int
    epoch: Int


log = Module("log", Log, doc=__doc__, log_start=0, hw=0, leo=0, epoch=0)


@log.action(Code("UnifiedLog.append"), Code("LogValidator.assignOffsetsNonCompressed"))
def leader_appends(p: Log, count: int) -> Step[Log]:
    """The leader writes a batch at its log end; alone in the ISR, it commits it at once."""
    return (
        when(has_offsets=count > 0)
        .then(p.having(leo=p.leo + count, hw=p.leo + count))
        .answering(base_offset=p.leo, log_start_offset=p.log_start)
    )


@log.action(Code("LocalLog.read"), Code("UnifiedLog.checkLogStartOffset"), offset=whole(-1))
def client_fetches(p: Log, offset: int) -> Step[Log]:
    """A consumer reads from an offset; at the log end, or past the HW, it finds nothing."""
    return (
        when(
            not_deleted=otherwise(p.log_start <= offset, "OFFSET_OUT_OF_RANGE"),
            not_past_the_end=otherwise(p.leo >= offset, "OFFSET_OUT_OF_RANGE"),
        )
        .then(p)
        .answering(high_watermark=p.hw, log_start_offset=p.log_start, last_stable_offset=p.hw)
    )


@log.action(KIP(107), Code("Partition.deleteRecordsOnLeader"), before=whole(-2))
def client_deletes_records(p: Log, before: int) -> Step[Log]:
    """The log start rises to an offset; it never falls, and never passes the HW."""
    bound = choose(before == TO_HW, p.hw, before)
    return (
        when(
            is_an_offset=otherwise(before >= TO_HW, "OFFSET_OUT_OF_RANGE"),
            is_committed=otherwise(bound <= p.hw, "OFFSET_OUT_OF_RANGE"),
        )
        .then(p.having(log_start=most(p.log_start, bound)))
        .answering(low_watermark=most(p.log_start, bound))
    )


@log.action(Code("UnifiedLog.fetchOffsetByTimestamp"))
def client_asks_for_the_start(p: Log) -> Step[Log]:
    """ListOffsets -2 names the log start."""
    return when().then(p).answering(offset=p.log_start)


@log.action(Code("Partition.fetchOffsetForTimestamp"))
def client_asks_for_the_end(p: Log) -> Step[Log]:
    """ListOffsets -1 names the HW, and with it the leader's epoch."""
    return when().then(p).answering(offset=p.hw, leader_epoch=p.epoch)


@log.action(Code("UnifiedLog.deleteOldSegments"))
def retention_deletes(p: Log, before: int) -> Step[Log]:
    """Retention drops whole segments, so the log start rises, at most to the HW."""
    return when(rises=p.log_start <= before, is_committed=p.hw >= before).then(
        p.having(log_start=before)
    )


@log.action(Code("Partition.makeLeader"))
def controller_elects_again(p: Log, by: int) -> Step[Log]:
    """The replica leads again under a later leader epoch; its log is unchanged."""
    return when(is_later=by > 0).then(p.having(epoch=p.epoch + by))


@log.always(Code("UnifiedLog.updateHighWatermarkMetadata"))
def bounds_are_in_order(p: Log) -> Bool:
    """The log start is at most the HW, which is at most the log end."""
    return all_of([p.log_start <= p.hw, p.hw <= p.leo])


@log.sometimes()
def records_are_deleted_and_others_stay(p: Log) -> Bool:
    """A log keeps some records while earlier ones are gone."""
    return all_of([p.log_start > 0, p.log_start < p.leo])

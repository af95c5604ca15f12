"""The latest offset is below what was acknowledged before anyone asked."""

from collections.abc import Iterator

from kafka_tck.model.sources import KIP
from kafka_tck.properties.histories.checks.needs import NEEDS
from kafka_tck.properties.histories.finding import Found, places_of
from kafka_tck.properties.histories.history import History, Op, Write
from kafka_tck.properties.requirement import Requirement

requirement = Requirement(
    "history.latest-offsets-cover-what-was-acknowledged",
    "A leader that answers ListOffsets(latest) names an offset above every record that was "
    "acknowledged with acks=all before the request and stored in its epoch or an earlier one; a "
    "new leader that does not know its high watermark yet answers OFFSET_NOT_AVAILABLE.",
    KIP(207),
    covers=("B-18", "A-43", "B-26"),
    needs=NEEDS,
)


def check(history: History) -> Iterator[Found]:
    """Sweeps over requests and acknowledgements with the highest promised offset per epoch.

    A leader that was deposed and has not heard of it may name less (B-66): it answers with its
    old epoch, and is held only to what was stored up to that epoch.
    """
    for partition in history.partitions:
        firsts = history.first_sights(partition)
        promised = [
            (write, firsts[write.offset].epoch)
            for write in history.writes(partition)
            if write.is_promised and write.offset in firsts
            if firsts[write.offset].value == write.value
        ]
        promised.sort(key=lambda pair: pair[0].op.ended_at)
        highest: dict[int, Write] = {}
        at = 0
        for op in history.of(partition, "latest"):
            while at < len(promised) and promised[at][0].op.ended_at < op.asked_at:
                write, epoch = promised[at]
                at += 1
                if epoch not in highest or (write.offset or 0) > (highest[epoch].offset or 0):
                    highest[epoch] = write
            found = _wrong(partition, op, highest)
            if found is not None:
                yield found
                break


def _wrong(partition: str, op: Op, highest: dict[int, Write]) -> Found | None:
    epoch = op.outcome.get("leader_epoch", -1)
    if not op.is_fine or epoch < 0:
        return None
    for write in (w for e, w in highest.items() if e <= epoch):
        assert write.offset is not None
        if op.outcome["offset"] <= write.offset:
            return Found(
                requirement.id,
                partition,
                f"node {op.node}, leader in epoch {epoch}, says latest offset "
                f"{op.outcome['offset']} after {write.value} had been acknowledged with acks=all "
                f"at offset {write.offset}",
                places_of(write.op, op),
            )
    return None

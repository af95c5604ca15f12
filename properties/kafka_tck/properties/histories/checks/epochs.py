"""Leader epochs that fall in a log, or end elsewhere than the log says."""

from collections.abc import Iterator

from kafka_tck.model.sources import KIP
from kafka_tck.properties.histories.checks.needs import NEEDS
from kafka_tck.properties.histories.finding import Found, places_of
from kafka_tck.properties.histories.history import History, Op, Sight
from kafka_tck.properties.requirement import Requirement

requirement = Requirement(
    "history.epochs-rise-with-offsets",
    "The leader epochs of the records of a partition do not fall with the offset, and once the "
    "cluster has recovered OffsetForLeaderEpoch ends each epoch where the next one begins.",
    KIP(279),
    covers=("B-77", "A-46"),
    needs=NEEDS,
)


def check(history: History) -> Iterator[Found]:
    for partition in history.partitions:
        log = list(history.first_sights(partition).values())
        yield from _falling(partition, log)
        yield from _ending(history, partition)


def _falling(partition: str, log: list[Sight]) -> Iterator[Found]:
    for before, after in zip(log, log[1:], strict=False):
        if after.epoch < before.epoch:
            yield Found(
                requirement.id,
                partition,
                f"offset {before.offset} is of leader epoch {before.epoch}, offset "
                f"{after.offset} of {after.epoch}",
                places_of(before.op, after.op),
                before.offset,
            )
            return


def _ending(history: History, partition: str) -> Iterator[Found]:
    """The questions of the end against what the leader's log showed then."""
    asked = [
        op for op in history.of(partition, "epoch_end") if op.is_fine and _is_last(history, op)
    ]
    if not asked:
        return
    polls = history.last_reads(partition).get(asked[0].node, [])
    starts: dict[int, int] = {}
    for poll in polls:
        taken = [*poll.outcome["records"], *poll.outcome.get("markers", ())]
        for offset, epoch, *_ in sorted(taken):
            starts.setdefault(epoch, offset)
    for op in asked:
        after = [start for epoch, start in starts.items() if epoch > op.request["of_epoch"]]
        before = [epoch for epoch in starts if epoch <= op.request["of_epoch"]]
        if not after or not before or op.node != asked[0].node:
            continue
        if op.outcome["end_offset"] != min(after):
            yield Found(
                requirement.id,
                partition,
                f"epoch {op.request['of_epoch']} is said to end at {op.outcome['end_offset']}, and "
                f"the first record of a later epoch is at {min(after)}",
                places_of(*polls, op),
                min(after),
            )
            return


def _is_last(history: History, op: Op) -> bool:
    settled = history.settled
    return settled is not None and not settled[1].missing and op.asked_at > settled[0]

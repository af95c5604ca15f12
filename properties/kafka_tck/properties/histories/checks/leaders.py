"""Two leaders in one epoch."""

from collections import Counter
from collections.abc import Iterator

from kafka_tck.model.sources import KIP
from kafka_tck.properties.histories.checks.needs import NEEDS
from kafka_tck.properties.histories.finding import Found, places_of
from kafka_tck.properties.histories.history import History, Op
from kafka_tck.properties.requirement import Requirement

requirement = Requirement(
    "history.one-leader-per-epoch",
    "For one leader epoch of a partition all answers name the same leader, and only this node "
    "appends and answers as leader in it.",
    KIP(101),
    covers=("B-77", "B-47"),
    needs=NEEDS,
)


def check(history: History) -> Iterator[Found]:
    """Whoever is named, appends or answers as the leader of an epoch is always the same."""
    told = set[tuple[str, int]]()
    known: dict[tuple[str, int], tuple[int, str, Op]] = {}
    for partition, epoch, node, why, op in _named(history):
        before = known.setdefault((partition, epoch), (node, why, op))
        if before[0] == node or (partition, epoch) in told:
            continue
        told.add((partition, epoch))
        yield Found(
            requirement.id,
            partition,
            f"in leader epoch {epoch} node {before[0]} {before[1]}, and node {node} {why}",
            places_of(before[2], op),
        )


def _named(history: History) -> Iterator[tuple[str, int, int, str, Op]]:
    """Partition, epoch, node, what shows that it leads, and the request whose answer says so."""
    firsts = {partition: history.first_sights(partition) for partition in history.partitions}
    sent = Counter(op.request["values"][0] for op in history.ops if "values" in op.request)
    for op in history.ops:
        for partition, state in op.outcome.get("partitions", {}).items():
            if state["leader"] > 0:
                yield partition, state["epoch"], state["leader"], "is named as leader", op
        if "leader" in op.outcome:
            epoch, leader = op.outcome["leader_epoch"], op.outcome["leader"]
            yield op.partition, epoch, leader, "is named as leader by an error", op
        elif op.request["do"] == "latest" and op.is_fine and op.outcome["leader_epoch"] >= 0:
            yield op.partition, op.outcome["leader_epoch"], op.node, "answers as leader", op
        elif op.request["do"] == "produce" and op.is_fine:
            first = firsts[op.partition].get(op.outcome["base_offset"])
            # Who is sent a numbered batch again may answer for another that has appended it.
            once = first is not None and sent[first.value] == 1
            if first is not None and once and first.value == op.request["values"][0]:
                yield op.partition, first.epoch, op.node, f"has appended {first.value}", op

"""A high watermark that falls within a leader epoch, or never covered what was read."""

from collections.abc import Iterator
from dataclasses import dataclass

from kafka_tck.model.sources import Code
from kafka_tck.properties.histories.checks.needs import NEEDS
from kafka_tck.properties.histories.finding import Found, places_of
from kafka_tck.properties.histories.history import History, Op
from kafka_tck.properties.requirement import Requirement

requirement = Requirement(
    "history.high-watermarks-rise-within-an-epoch",
    "Within one leader epoch the leader's high watermark, as Fetch and ListOffsets(latest) tell "
    "it, does not fall, and is above every record that this leader has given to a consumer.",
    Code("UnifiedLog.maybeIncrementHighWatermark"),
    covers=("B-13", "B-20"),
    needs=NEEDS,
)

_Reign = tuple[int, int]
"""Leader epoch and node."""


@dataclass(frozen=True)
class _Said:
    """A high watermark of a leader; for a poll at least the end of the records it gave."""

    reign: _Reign
    op: Op
    told: int
    shown: int


def check(history: History) -> Iterator[Found]:
    """Sweeps over requests and answers with the highest watermark known of each reign.

    Only answers count of which it is certain that the leader of an epoch gave them in it: the
    request carried the epoch, or the answer names it. A node that ended meanwhile begins anew.
    """
    ends = {(at, fault.nodes[0]) for at, fault in history.faults if fault.what in _ENDS}
    for partition in history.partitions:
        said = _said(history, partition)
        by_end = sorted(said, key=lambda one: one.op.ended_at)
        highest: dict[_Reign, _Said] = {}
        at = 0
        for one in sorted(said, key=lambda one: one.op.asked_at):
            while at < len(by_end) and by_end[at].op.ended_at < one.op.asked_at:
                last = by_end[at]
                at += 1
                if last.reign not in highest or last.shown > highest[last.reign].shown:
                    highest[last.reign] = last
            before = highest.get(one.reign)
            if before is None or one.told >= before.shown:
                continue
            if any(before.op.asked_at < t < one.op.ended_at for t, n in ends if n == one.op.node):
                continue
            yield _found(partition, before, one)
            break


_ENDS = frozenset({"kill", "restart", "lose_power"})


def _said(history: History, partition: str) -> list[_Said]:
    leaders = leaders_of(history, partition)
    said = []
    for op in history.of(partition, "latest", "fetch"):
        if not op.is_fine:
            continue
        if op.request["do"] == "latest":
            epoch, told = op.outcome["leader_epoch"], op.outcome["offset"]
            shown = told
        else:
            epoch, told = op.request.get("epoch", -1), op.outcome["hw"]
            ends = [record[0] + 1 for record in op.outcome["records"]]
            shown = max([told, *ends])
            # While a poll is served the watermark may rise above the one that is told.
        if epoch >= 0 and (op.request["do"] == "latest" or leaders.get(epoch) == op.node):
            said.append(_Said((epoch, op.node), op, told, shown))
    return said


def leaders_of(history: History, partition: str) -> dict[int, int]:
    """Who leads in each epoch, as Metadata said first."""
    leaders: dict[int, int] = {}
    for op in history.of("", "metadata"):
        state = op.outcome.get("partitions", {}).get(partition)
        if state is not None and state["leader"] > 0:
            leaders.setdefault(state["epoch"], state["leader"])
    return leaders


def _found(partition: str, before: _Said, after: _Said) -> Found:
    epoch, node = after.reign
    return Found(
        requirement.id,
        partition,
        f"node {node}, leader in epoch {epoch}, tells high watermark {after.told} after it had "
        f"told or shown {before.shown}",
        places_of(before.op, after.op),
    )

"""The transactions of a history: what was written in them, and how they ended, if that is known."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from kafka_tck.properties.histories.history import History, Op, Write


@dataclass
class Transaction:
    """One transaction of one instance. Its values are sent again with the same sequence."""

    name: str
    writes: dict[str, Write] = field(default_factory=dict)
    """Value to the first request that carried it."""
    ends: list[Op] = field(default_factory=list)

    @property
    def committed_by(self) -> Op | None:
        """The request that was told that it is committed."""
        return next((end for end in self.ends if end.is_fine and end.request["commit"]), None)

    @property
    def aborted_by(self) -> Op | None:
        return next((end for end in self.ends if end.is_fine and not end.request["commit"]), None)

    @property
    def is_aborted(self) -> bool:
        """Whether it was told so, or nobody ever asked for a commit."""
        asked = any(end.request["commit"] for end in self.ends)
        return self.aborted_by is not None or not asked


def transactions_of(history: History) -> Mapping[str, Transaction]:
    """All transactions by name, in the order of their first requests."""
    found: dict[str, Transaction] = {}
    for op in history.ops:
        name = op.request.get("txn")
        if name is None:
            continue
        transaction = found.setdefault(name, Transaction(name))
        if op.request["do"] == "end":
            transaction.ends.append(op)
        elif op.request["do"] == "produce":
            for place, value in enumerate(op.request["values"]):
                transaction.writes.setdefault(value, Write(value, op, place))
    return found


def last_delivered(history: History) -> dict[str, Op] | None:
    """What the last reads of all partitions delivered, by value; None if there were none."""
    if history.settled is None or history.settled[1].missing:
        return None
    return {
        record[2]: op
        for partition in history.partitions
        for op in history.of(partition, "read")
        if op.is_fine and op.asked_at > history.settled[0]
        for record in op.outcome["records"]
    }

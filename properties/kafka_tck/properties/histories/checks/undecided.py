"""Delivered too soon: a record that a reader of what is committed was given, and that is not."""

from collections.abc import Iterator

from kafka_tck.model.sources import KIP
from kafka_tck.properties.histories.checks.needs import TRANSACTIONAL
from kafka_tck.properties.histories.finding import Found, places_of
from kafka_tck.properties.histories.history import History
from kafka_tck.properties.histories.transactions import last_delivered, transactions_of
from kafka_tck.properties.requirement import Requirement

requirement = Requirement(
    "history.only-decided-records-are-delivered",
    "What a reader of what is committed was given at any time, at any replica, it is given again "
    "in the end: no record of a transaction that is open or comes to be aborted.",
    KIP(98, "read_committed"),
    covers=("C-01", "C-04", "C-06"),
    needs=TRANSACTIONAL,
)


def check(history: History) -> Iterator[Found]:
    given = last_delivered(history)
    if given is None:
        return
    sent = {
        value: (transaction, write)
        for transaction in transactions_of(history).values()
        for value, write in transaction.writes.items()
    }
    told = set[str]()
    for partition in history.partitions:
        for op in history.of(partition, "read"):
            for offset, _, value in op.outcome.get("records", ()):
                if value in given or value in told or value not in sent:
                    continue
                told.add(value)
                transaction, write = sent[value]
                places = places_of(write.op, *transaction.ends, op)
                said = f"{value} was delivered by node {op.node}, and is not in the end"
                yield Found(requirement.id, partition, said, places, offset)

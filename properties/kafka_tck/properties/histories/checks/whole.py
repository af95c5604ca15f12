"""Torn: a transaction of which some is delivered and some is not, or the wrong whole."""

from collections.abc import Iterator

from kafka_tck.model.sources import KIP
from kafka_tck.properties.histories.checks.needs import TRANSACTIONAL
from kafka_tck.properties.histories.finding import Found, places_of
from kafka_tck.properties.histories.history import History, Op
from kafka_tck.properties.histories.transactions import (
    Transaction,
    last_delivered,
    transactions_of,
)
from kafka_tck.properties.requirement import Requirement

requirement = Requirement(
    "history.transactions-are-whole",
    "Once all is decided a reader of what is committed is given all records of a transaction "
    "whose commit was confirmed, none of one that was aborted or never asked to commit, and all "
    "or none of any other.",
    KIP(98),
    covers=("E-51", "E-52", "E-37", "E-32", "E-07", "E-19", "D-15"),
    needs=TRANSACTIONAL,
)


def check(history: History) -> Iterator[Found]:
    given = last_delivered(history)
    if given is None:
        return
    for transaction in transactions_of(history).values():
        there = [value for value in transaction.writes if value in given]
        wrong = _wrong(transaction, there)
        if wrong is not None:
            shown = [given[value] for value in there[:1]]
            yield _found(transaction, wrong, shown)


def _wrong(transaction: Transaction, there: list[str]) -> str | None:
    every = list(transaction.writes)
    missing = [value for value in every if value not in there]
    if transaction.is_aborted:
        return f"it was not committed, and {there[0]} is delivered" if there else None
    if transaction.committed_by is not None:
        return f"it was committed, and {missing[0]} is not delivered" if missing else None
    if there and missing:
        return f"{there[0]} is delivered and {missing[0]} is not"
    return None


def _found(transaction: Transaction, wrong: str, shown: list[Op]) -> Found:
    writes = [write.op for write in transaction.writes.values()]
    places = places_of(*writes, *transaction.ends, *shown)
    return Found(requirement.id, "", f"transaction {transaction.name}: {wrong}", places)

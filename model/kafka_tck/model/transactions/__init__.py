"""Transactions of one transactional id: `state.py` says what it is about."""

from kafka_tck.model.transactions import (
    anomalies,
    claims,
    consumers,
    coordinator,
    leaders,
    producers,
    variants,
)
from kafka_tck.model.transactions.state import Cluster, Transactions, transactions

__all__ = [
    "Cluster",
    "Transactions",
    "anomalies",
    "claims",
    "consumers",
    "coordinator",
    "leaders",
    "producers",
    "transactions",
    "variants",
]

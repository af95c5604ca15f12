"""Durability of one partition: `state.py` says what it is about. The parts register themselves."""

from kafka_tck.model.durability import (
    claims,
    elections,
    faults,
    isr,
    records,
    variants,
)
from kafka_tck.model.durability.state import ALL, Durability, durability

__all__ = [
    "ALL",
    "Durability",
    "claims",
    "durability",
    "elections",
    "faults",
    "isr",
    "records",
    "variants",
]

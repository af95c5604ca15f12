"""Idempotent producers: `state.py` says what it is about. The parts register themselves."""

from kafka_tck.model.idempotence import (
    claims,
    faults,
    leader,
    producer,
    variants,
)
from kafka_tck.model.idempotence.state import Idempotence, Stream, idempotence

__all__ = [
    "Idempotence",
    "Stream",
    "claims",
    "faults",
    "idempotence",
    "leader",
    "producer",
    "variants",
]

"""Committed offsets: `state.py` says what it is about. The parts register themselves."""

from kafka_tck.model.offsets import claims, group, variants, writing
from kafka_tck.model.offsets.state import Coordinator, Keeping, offsets

__all__ = ["Coordinator", "Keeping", "claims", "group", "offsets", "variants", "writing"]

"""Brokers that answer fetches with too much, or with too little."""

from kafka_tck.reference.mutants.mutant import wrong
from kafka_tck.reference.rules import FetchRules


@wrong("respects-zero-max-bytes", "Nothing is returned where the limit leaves no room.", "KIP-74")
class RespectsZeroMaxBytes(FetchRules):
    def must_return_one(self, found_so_far: int) -> bool:
        return False

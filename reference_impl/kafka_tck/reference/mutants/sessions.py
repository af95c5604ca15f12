"""Brokers that lose track of a fetch session."""

from kafka_tck.reference.mutants.mutant import wrong
from kafka_tck.reference.rules import SessionRules


@wrong("forgets-hw-news", "A session is not told of a new high watermark alone.", "B99, M35")
class ForgetsHwNews(SessionRules):
    def has_news(self, sent: tuple[int, int], present: tuple[int, int]) -> bool:
        return sent[1] != present[1]

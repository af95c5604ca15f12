"""Controllers that mistake what may be made of topics."""

from collections.abc import Collection

from kafka_tck.reference.mutants.mutant import wrong
from kafka_tck.reference.rules import TopicRules


@wrong("lets-names-collide", "Two topics may differ only in . against _.", "KAFKA-2337")
class LetsNamesCollide(TopicRules):
    def collision(self, name: str, existing: Collection[str]) -> str | None:
        return None

"""What the suite believes about the target: a kernel state and a ledger for every partition.

A belief is a value. An indefinite answer leads to several, and an answer that fits none of them
is a violation.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace

from kafka_tck.model.ledger import Ledger, Stored
from kafka_tck.model.log import log
from kafka_tck.model.run import Done, Refused, Values, attempt

Place = tuple[str, int]
"""A topic's symbolic name and a partition index."""


@dataclass(frozen=True)
class PartitionBelief:
    """Kernel state and contents of one partition."""

    state: Values = field(default_factory=lambda: dict(log.initial))
    ledger: Ledger = field(default_factory=Ledger)

    def attempt(self, action: str, **parameters: int) -> Done | Refused:
        """What the log module says of an action here."""
        return attempt(log, action, self.state, **parameters)

    def __getitem__(self, name: str) -> int:
        return int(self.state[name])

    def appending(self, batch: Stored, state: Values) -> "PartitionBelief":
        return PartitionBelief(state, self.ledger.appending(batch))

    def led_under(self, epoch: int) -> "PartitionBelief":
        """After the leader took over again under a later epoch; its log is what it was."""
        if epoch == self["epoch"]:
            return self
        done = self.attempt("controller_elects_again", by=epoch - self["epoch"])
        assert isinstance(done, Done)
        lineage = self.ledger.lineage.led_from(epoch, self["leo"])
        return PartitionBelief(done.state, replace(self.ledger, lineage=lineage))

    def moved_to(self, state: Values) -> "PartitionBelief":
        """After a change of the log start: batches wholly below it are gone."""
        return PartitionBelief(state, self.ledger.without_batches_before(int(state["log_start"])))


@dataclass(frozen=True)
class TopicBelief:
    """A topic that exists: its partitions and the settings it was given."""

    partitions: int
    settings: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True)
class Belief:
    """Everything that is believed, by symbolic names."""

    topics: Mapping[str, TopicBelief] = field(default_factory=dict)
    partitions: Mapping[Place, PartitionBelief] = field(default_factory=dict)
    notes: Mapping[str, object] = field(default_factory=dict)
    """What other areas remember, each under its own key (fetch sessions, producers)."""

    def at(self, topic: str, partition: int) -> PartitionBelief:
        return self.partitions[topic, partition]

    def with_partition(self, topic: str, partition: int, now: PartitionBelief) -> "Belief":
        return replace(self, partitions={**self.partitions, (topic, partition): now})

    def with_topic(self, topic: str, facts: TopicBelief, epoch: int = 0) -> "Belief":
        """With a new, empty topic whose partitions are led under this epoch."""
        state = {**log.initial, "epoch": epoch}
        ledger = Ledger(lineage=Ledger().lineage.led_from(epoch, 0))
        fresh = {(topic, p): PartitionBelief(state, ledger) for p in range(facts.partitions)}
        return replace(
            self,
            topics={**self.topics, topic: facts},
            partitions={**self.partitions, **fresh},
        )

    def without_topic(self, topic: str) -> "Belief":
        return replace(
            self,
            topics={name: t for name, t in self.topics.items() if name != topic},
            partitions={place: p for place, p in self.partitions.items() if place[0] != topic},
        )

    def noting(self, key: str, value: object) -> "Belief":
        return replace(self, notes={**self.notes, key: value})

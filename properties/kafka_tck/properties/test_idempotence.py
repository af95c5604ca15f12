"""Idempotent producers: what is sent again is stored once, and nothing is left out."""

from hypothesis import strategies as st
from hypothesis.stateful import initialize, precondition, rule

from kafka_tck.model.sequences import LARGEST
from kafka_tck.properties.collect import conformance
from kafka_tck.properties.machine import Machine
from kafka_tck.properties.operations.idempotence import laws
from kafka_tck.properties.operations.idempotence.numbered import (
    DrawProducerId,
    ProduceNumbered,
    RestartProducers,
    producers_of,
)
from kafka_tck.properties.operations.topics.topics import MakeTopic
from kafka_tck.properties.requirement import Requirement

PRODUCERS = st.sampled_from(["p", "q"])
PARTITIONS = st.integers(0, 1)


class NumberedBatches(Machine):
    """Two producers, two partitions; sequences near what is expected, and far from it."""

    requirements: tuple[Requirement, ...] = laws.ALL

    @initialize()
    def make_topic(self) -> None:
        self.do(MakeTopic("t", 2))
        for producer in ("p", "q"):
            self.do(DrawProducerId(producer))

    @rule(producer=PRODUCERS, names_another=st.booleans())
    def draw(self, producer: str, names_another: bool) -> None:
        """Whoever draws anew begins anew."""
        self.do(DrawProducerId(f"{producer}{self._drawn()}", names_another))

    def _drawn(self) -> int:
        return len(producers_of(self.belief).given)

    def _known(self, producer: str, partition: int) -> tuple[int, int]:
        """The epoch and the last sequence that the partition knows."""
        known = producers_of(self.belief).known.get((producer, "t", partition))
        return (0, -1) if known is None else (known.epoch, known.last)

    @rule(producer=PRODUCERS, partition=PARTITIONS, count=st.integers(1, 3))
    def follow(self, producer: str, partition: int, count: int) -> None:
        """The batch that comes next."""
        epoch, last = self._known(producer, partition)
        first = (last + 1) % (LARGEST + 1)
        self.do(ProduceNumbered(producer, "t", partition, epoch, first, count))

    @rule(
        producer=PRODUCERS,
        partition=PARTITIONS,
        back=st.integers(0, 7),
        count=st.integers(1, 3),
    )
    def repeat(self, producer: str, partition: int, back: int, count: int) -> None:
        """A batch that begins where an earlier one did, or might have."""
        epoch, last = self._known(producer, partition)
        first = max(0, last - back)
        self.do(ProduceNumbered(producer, "t", partition, epoch, first, count))

    @rule(producer=PRODUCERS, partition=PARTITIONS, after=st.integers(4, 6))
    def repeat_after_many(self, producer: str, partition: int, after: int) -> None:
        """A batch, so many others, and the first one again: five are remembered."""
        epoch, last = self._known(producer, partition)
        for nth in range(1, after + 2):
            first = (last + nth) % (LARGEST + 1)
            self.do(ProduceNumbered(producer, "t", partition, epoch, first))
        self.do(ProduceNumbered(producer, "t", partition, epoch, (last + 1) % (LARGEST + 1)))

    @rule(
        producer=PRODUCERS,
        partition=PARTITIONS,
        epochs=st.integers(-1, 2),
        first=st.sampled_from([0, 1, 2, 5, LARGEST - 1, LARGEST]),
        count=st.integers(1, 3),
    )
    def jump(self, producer: str, partition: int, epochs: int, first: int, count: int) -> None:
        """Any sequence, of this epoch or of one nearby."""
        epoch, _ = self._known(producer, partition)
        self.do(ProduceNumbered(producer, "t", partition, max(0, epoch + epochs), first, count))


class RestartedProducers(NumberedBatches):
    """The same, with a broker that is restarted once."""

    requirements = (laws.reloaded_producers,)
    weight = 0.2
    restarted = False

    @precondition(lambda self: not self.restarted)
    @precondition(lambda self: "fault.restart" in self.session.target.capabilities)
    @rule(producer=PRODUCERS, partition=PARTITIONS)
    def restart(self, producer: str, partition: int) -> None:
        """A batch before the restart, and the same one after it."""
        self.restarted = True
        epoch, last = self._known(producer, partition)
        batch = ProduceNumbered(producer, "t", partition, epoch, (last + 1) % (LARGEST + 1))
        self.do(batch)
        self.do(RestartProducers(self.session.target.nodes()[0]))
        self.do(batch)


test_numbered_batches = conformance(NumberedBatches)
test_restarted_producers = conformance(RestartedProducers)

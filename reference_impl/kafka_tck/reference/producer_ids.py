"""The producer ids that a broker may hand out: a block at a time, from the controller (KIP-730)."""

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from kafka_tck.reference.log import Refusal
from kafka_tck.reference.messages import AllocateProducerIds, ProducerIdBlock
from kafka_tck.reference.steps import Question, Waited

if TYPE_CHECKING:
    from kafka_tck.reference.broker import Broker

PATIENCE_MS: Final = 1_000


@dataclass(slots=True)
class ProducerIds:
    """Ids from `next` to before `end` are this broker's; those of a block left over are lost."""

    next: int = 0
    end: int = 0

    def take_block(self, block: ProducerIdBlock) -> None:
        self.next, self.end = block.first, block.first + block.size

    def is_empty(self) -> bool:
        return self.next >= self.end

    def draw(self) -> int:
        """An id that nobody has. The block must not be empty."""
        assert not self.is_empty()
        self.next += 1
        return self.next - 1


def fresh_producer_id(broker: "Broker") -> Waited[int]:
    """An id that nobody has, from a new block if there must be one.

    Raises `Refusal` (COORDINATOR_LOAD_IN_PROGRESS) where the controller does not give any.
    """
    if broker.producer_ids.is_empty():
        block = yield Question(AllocateProducerIds(), broker.now + PATIENCE_MS)
        if isinstance(block, ProducerIdBlock):
            broker.producer_ids.take_block(block)
    if broker.producer_ids.is_empty():
        raise Refusal("COORDINATOR_LOAD_IN_PROGRESS")
    return broker.rules.produce.producer_id(broker.producer_ids)

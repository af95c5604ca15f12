"""The producer ids that a broker may hand out: a block at a time, from the controller (KIP-730)."""

from dataclasses import dataclass

from kafka_tck.reference.messages import ProducerIdBlock


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

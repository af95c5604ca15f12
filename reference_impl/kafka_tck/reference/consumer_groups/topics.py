"""What consumer groups know of topics. Source: CoordinatorMetadataImage, ModernGroup, 4.3."""

import hashlib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING
from uuid import UUID

if TYPE_CHECKING:
    from kafka_tck.reference.image import Image


@dataclass(frozen=True, slots=True)
class Topic:
    topic_id: UUID
    partitions: int


@dataclass(frozen=True, slots=True)
class Topics:
    """The topics that there are, by name, at an offset of the metadata log."""

    by_name: Mapping[str, Topic]
    version: int = 0

    @classmethod
    def of(cls, image: "Image") -> "Topics":
        known = {n: Topic(t.topic_id, len(t.partitions)) for n, t in image.topics.items()}
        return cls(known, image.offset)

    def ids(self, names: Iterable[str]) -> frozenset[UUID]:
        """The ids of those that exist."""
        return frozenset(self.by_name[name].topic_id for name in names if name in self.by_name)

    def partitions(self) -> dict[UUID, int]:
        """The number of partitions of each topic."""
        return {topic.topic_id: topic.partitions for topic in self.by_name.values()}

    def names(self) -> dict[UUID, str]:
        return {topic.topic_id: name for name, topic in self.by_name.items()}

    def hash_of(self, names: Iterable[str]) -> int:
        """A number that is another one when these topics are not the same any more; 0: none exist.

        Kafka's hash is another one: nobody but a coordinator compares them.
        """
        known = [(name, self.by_name[name]) for name in sorted(names) if name in self.by_name]
        if not known:
            return 0
        text = "\n".join(f"{name} {topic.topic_id} {topic.partitions}" for name, topic in known)
        digest = hashlib.blake2b(text.encode(errors="surrogatepass"), digest_size=8).digest()
        return int.from_bytes(digest, signed=True)

"""Requirements: what a broker must do, each with an id in words, a sentence and its source."""

from collections.abc import Iterable
from dataclasses import dataclass
from enum import Enum
from typing import Final

from kafka_tck.model.sources import Source

Release = tuple[int, int]
"""Major and minor number of an Apache Kafka release, such as (4, 3)."""


class Level(Enum):
    """How binding a requirement is."""

    MUST = "MUST"
    SHOULD = "SHOULD"
    MAY = "MAY"


class Authority(Enum):
    """Who says so: documentation or a KIP, or only what Apache Kafka was seen to do."""

    DOCUMENTED = "documented"
    OBSERVED = "observed"


@dataclass(frozen=True)
class Requirement:
    """One checkable statement about a broker. Registered by being made; ids are never reused."""

    id: str
    sentence: str
    source: Source
    covers: tuple[str, ...]
    """Entries of the catalogue that it covers, such as `A-12`."""
    level: Level = Level.MUST
    authority: Authority = Authority.DOCUMENTED
    needs: frozenset[str] = frozenset()
    """Capabilities of the target without which it cannot be checked, and APIs: `api.EndTxn`."""
    since: Release = (3, 3)
    until: Release | None = None
    """The last release in which it holds; None while it still does."""
    mutants: tuple[str, ...] = ()
    """Wrong brokers that it must catch."""

    def __post_init__(self) -> None:
        area, dot, statement = self.id.partition(".")
        if not (area and dot and statement) or self.id != self.id.lower() or " " in self.id:
            raise ValueError(f"{self.id!r}: write area.statement-in-words")
        # pytest may import a property file under a second name; the same text is no conflict.
        if REGISTRY.get(self.id, self) != self:
            raise ValueError(f"requirement {self.id} is defined twice")
        if not self.covers:
            raise ValueError(f"{self.id} covers no entry of the catalogue")
        REGISTRY[self.id] = self

    @property
    def area(self) -> str:
        return self.id.partition(".")[0]

    def holds_in(self, release: Release) -> bool:
        """Whether the release is one for which the requirement speaks."""
        return self.since <= release and (self.until is None or release <= self.until)

    def missing(self, capabilities: Iterable[str]) -> frozenset[str]:
        """What the target lacks for this requirement; more nodes than needed are fine."""
        present = frozenset(capabilities)
        nodes = max((_nodes(word) for word in present), default=0)
        return frozenset(need for need in self.needs - present if not 0 < _nodes(need) <= nodes)


def _nodes(capability: str) -> int:
    """How many nodes a capability `nodes.N` speaks of; 0 if it is another."""
    word, _, count = capability.partition(".")
    return int(count) if word == "nodes" and count.isdigit() else 0


REGISTRY: Final[dict[str, Requirement]] = {}

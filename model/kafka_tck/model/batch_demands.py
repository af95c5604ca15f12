"""One partition's part of a produce request, and what it means to demand something of it."""

from collections.abc import Callable
from dataclasses import dataclass
from enum import Enum
from typing import Final

from kafka_tck.model.batch_facts import BatchFacts, RecordBytes, TopicFacts
from kafka_tck.model.sources import Source


@dataclass(frozen=True)
class Attempt:
    """One partition's part of a produce request, and all that decides on it.

    `now` is the broker's clock in ms; `topic` is None where the broker knows no such partition,
    and `id_is_known` false where the request names the topic by an id that no topic has.
    """

    sent: RecordBytes
    topic: TopicFacts | None
    version: int
    now: int
    acks: int = -1
    has_transactional_id: bool = False
    id_is_known: bool = True

    @property
    def batch(self) -> BatchFacts:
        """The batch that counts: the first."""
        return self.sent.batches[0]

    @property
    def of(self) -> TopicFacts:
        """The topic, once it is known to exist."""
        assert self.topic is not None
        return self.topic

    @property
    def target_codec(self) -> int:
        """The codec that the topic stores this batch with."""
        return self.batch.codec if self.of.codec is None else self.of.codec

    @property
    def is_rewritten(self) -> bool:
        """Whether the broker builds the batch anew instead of correcting its header."""
        return self.target_codec != self.batch.codec


class Scope(Enum):
    """How far a fault reaches."""

    PARTITION = "this partition only"
    MAYBE_REQUEST = "this partition; the broker may refuse the whole request"
    REQUEST = "every partition of the request"


@dataclass(frozen=True)
class Demand:
    """One thing that must be so, and what the client is told if it is not."""

    name: str
    sentence: str
    errors: frozenset[str]
    """The legal error codes; empty if any error will do."""
    source: Source
    scope: Scope
    is_met: Callable[[Attempt], bool]


@dataclass(frozen=True)
class Fault:
    """The first demand that was not met, and the records that broke it."""

    demand: Demand
    records: tuple[int, ...] = ()
    """Indexes that the answer must list (KIP-467)."""

    @property
    def name(self) -> str:
        return self.demand.name


DEMANDS: Final[list[Demand]] = []
"""Every demand, in checking order."""


def demand(
    *errors: str, source: Source, scope: Scope = Scope.PARTITION
) -> Callable[[Callable[[Attempt], bool]], Callable[[Attempt], bool]]:
    """Registers a demand; its name is the function's, its sentence the docstring."""

    def register(is_met: Callable[[Attempt], bool]) -> Callable[[Attempt], bool]:
        sentence = (is_met.__doc__ or "").strip()
        name = is_met.__name__
        DEMANDS.append(Demand(name, sentence, frozenset(errors), source, scope, is_met))
        return is_met

    return register

"""What is believed of transactions: what is decided on a partition, what a producer has open.

The records themselves are in the ledger of the partition's belief, as those of any producer.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Final

from kafka_tck.model import sequences
from kafka_tck.model.ledger import Entry, Stored
from kafka_tck.model.run import Done
from kafka_tck.model.stability import Marker, Stability, last_stable_offset
from kafka_tck.properties.belief import Belief, Place
from kafka_tck.properties.operations.isolation.producer import AHEAD_MS
from kafka_tck.properties.world import World

NOTE: Final = "transactions"


@dataclass(frozen=True)
class Transactions:
    """Partitions with their transactions, and the producers that have one open."""

    stability: Mapping[Place, Stability] = field(default_factory=dict)
    open: Mapping[str, tuple[Place, ...]] = field(default_factory=dict)
    """Where each producer's open transaction wrote, in order."""
    numbers: Mapping[tuple[int, Place], sequences.Known] = field(default_factory=dict)
    """What each partition knows of the sequences of each producer id."""
    shown: Mapping[Place, int] = field(default_factory=dict)
    """The last stable offset that was shown last."""
    restarted: bool = False
    """Whether the broker was restarted since the run began."""


def transactions_of(belief: Belief) -> Transactions:
    found = belief.notes.get(NOTE, Transactions())
    assert isinstance(found, Transactions)
    return found


def stability_of(belief: Belief, place: Place) -> Stability:
    return transactions_of(belief).stability.get(place, Stability())


def numbers_known(belief: Belief, producer: int, place: Place) -> sequences.Known:
    """What a partition knows of a producer's sequences."""
    return transactions_of(belief).numbers.get((producer, place), sequences.Known())


def numbering(belief: Belief, producer: int, place: Place, known: sequences.Known) -> Belief:
    """The belief with another knowledge of a producer's sequences."""
    noted = transactions_of(belief)
    numbers = {**noted.numbers, (producer, place): known}
    return belief.noting(NOTE, replace(noted, numbers=numbers))


def reloaded(belief: Belief) -> Belief:
    """The belief after a clean restart, of which snapshots of producers are read."""
    noted = transactions_of(belief)
    numbers = {key: sequences.reloaded(known) for key, known in noted.numbers.items()}
    return belief.noting(NOTE, replace(noted, numbers=numbers, restarted=True))


def lso_of(belief: Belief, place: Place) -> int:
    """The last stable offset that a partition must show."""
    known = belief.at(*place)
    return last_stable_offset(stability_of(belief, place), known["log_start"], known["hw"])


def knowing(belief: Belief, place: Place, known: Stability) -> Belief:
    """The belief with another knowledge of one partition's transactions."""
    noted = transactions_of(belief)
    return belief.noting(NOTE, replace(noted, stability={**noted.stability, place: known}))


def opening(belief: Belief, producer: str, place: Place) -> Belief:
    """The belief after a producer's transaction reached a partition."""
    noted = transactions_of(belief)
    places = dict.fromkeys((*noted.open.get(producer, ()), place))
    return belief.noting(NOTE, replace(noted, open={**noted.open, producer: tuple(places)}))


def closing(belief: Belief, producer: str) -> Belief:
    """The belief after a producer's transaction was ended."""
    noted = transactions_of(belief)
    others = {name: places for name, places in noted.open.items() if name != producer}
    return belief.noting(NOTE, replace(noted, open=others))


def wrote(
    world: World,
    belief: Belief,
    place: Place,
    numbers: tuple[int, int, int],
    values: Sequence[str],
    *,
    transactional: bool,
) -> Belief:
    """The belief after a numbered batch was appended; a transactional one may open."""
    base = belief.at(*place)["leo"]
    dated = world.start_ms + AHEAD_MS
    entries = tuple(Entry(base + n, dated, b"k", value.encode()) for n, value in enumerate(values))
    after = _appended(belief, place, len(values), entries, numbers, transactional)
    producer, epoch, first = numbers
    known = numbers_known(belief, producer, place)
    counted = sequences.accepted(known, epoch, first, len(values), base)
    now = stability_of(belief, place).writing(producer, epoch, base, transactional=transactional)
    return knowing(numbering(after, producer, place, counted), place, now)


def marked(
    belief: Belief, place: Place, producer: int, epoch: int, commits: bool, coordinator_epoch: int
) -> Belief:
    """The belief after a marker was appended."""
    base = belief.at(*place)["leo"]
    after = _appended(belief, place, 1, (), (producer, epoch, -1), True)
    marker = Marker(base, producer, epoch, commits, coordinator_epoch)
    counted = sequences.marked(numbers_known(belief, producer, place), epoch)
    now = stability_of(belief, place).marking(marker)
    return knowing(numbering(after, producer, place, counted), place, now)


def _appended(
    belief: Belief,
    place: Place,
    count: int,
    entries: tuple[Entry, ...],
    numbers: tuple[int, int, int],
    transactional: bool,
) -> Belief:
    at = belief.at(*place)
    done = at.attempt("leader_appends", count=count)
    assert isinstance(done, Done)
    base = at["leo"]
    stored = Stored(
        base,
        base + count - 1,
        at["epoch"],
        entries,
        producer=numbers,
        transactional=transactional,
    )
    return belief.with_partition(*place, at.appending(stored, done.state))

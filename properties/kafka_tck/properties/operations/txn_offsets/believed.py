"""What the suite believes of committed offsets, and which rule spoke last of each."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from typing import Final

from kafka_tck.model.pending_offsets import Key, Offsets
from kafka_tck.properties.belief import Belief
from kafka_tck.properties.operations.txn_offsets import laws
from kafka_tck.properties.requirement import Requirement

NOTE: Final = "group offsets"


@dataclass(frozen=True)
class Known:
    """The offsets of all groups of a run."""

    offsets: Offsets = field(default_factory=Offsets)
    spoke: Mapping[Key, Requirement] = field(default_factory=dict)
    """The requirement behind what happened last to an offset."""
    restarted: bool = False


def known_of(belief: Belief) -> Known:
    found = belief.notes.get(NOTE, Known())
    assert isinstance(found, Known)
    return found


def having(belief: Belief, offsets: Offsets, keys: Iterable[Key], law: Requirement) -> Belief:
    """The belief with other offsets, after something that this requirement speaks of."""
    known = known_of(belief)
    spoke = {**known.spoke, **dict.fromkeys(keys, law)}
    return belief.noting(NOTE, replace(known, offsets=offsets, spoke=spoke))


def law_of(belief: Belief, key: Key) -> Requirement:
    """The requirement that a decided offset is held to."""
    return known_of(belief).spoke.get(key, laws.the_last_commit_counts)


def ended(belief: Belief, producer: str, commit: bool) -> Belief:
    """The belief after the markers of a producer's transaction reached its groups."""
    before = known_of(belief).offsets
    after = before.ending(producer, commit)
    for key, made in before.pending.get(producer, {}).items():
        beaten = commit and after.stored.get(key) != made
        law = laws.later_commits_win if beaten else laws.markers_decide_offsets
        belief = having(belief, after, [key], law)
    others = [key for promised in after.pending.values() for key in promised]
    return having(belief, after, others, laws.markers_decide_offsets)


def restarted(belief: Belief) -> Belief:
    return belief.noting(NOTE, replace(known_of(belief), restarted=True))

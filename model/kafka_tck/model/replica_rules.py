"""What clients of a replicated partition may be told and shown, by what they can see themselves.

Pure functions of plain facts: answers are Kafka's error names, or NO_ANSWER; offsets count from 0,
brokers are ids. Elections are clean. Sources: Partition, DelayedProduce, ReplicaManager,
PartitionRegistration, KIP-101, KIP-207, KIP-320, KIP-392, KIP-903, KIP-966.
"""

from collections.abc import Collection, Iterable, Mapping
from typing import Final

NOBODY: Final = -1

GONE: Final = ("NOT_LEADER_OR_FOLLOWER", "NO_ANSWER")
"""What an election, or the end of a connection, makes of any request to a leader."""

REFUSED_REPLICAS: Final = {
    "old-epoch": "FENCED_LEADER_EPOCH",
    "new-epoch": "UNKNOWN_LEADER_EPOCH",
    "old-life": "NOT_LEADER_OR_FOLLOWER",
    "stranger": "UNKNOWN_LEADER_EPOCH",
    "stranger-no-epoch": "NOT_LEADER_OR_FOLLOWER",
}
"""Who fetches as a replica and is none: in another leader epoch, as a broker's earlier life, or as
a broker that holds no replica (with a leader epoch its metadata may be newer than the leader's).
"""


# Answers to writes.


def answers_to_acks_all(
    *, in_sync: int, minimum: int, reachable: int, outlasts_lag: bool
) -> tuple[str, ...]:
    """A batch with acks=all, sent while a member of the ISR is out of the leader's reach.

    `reachable` members are left, the leader among them; `outlasts_lag` says whether the request
    waits for longer than a follower may lag and stay in the ISR. Until it has left, the high
    watermark waits for it; after that it moves if the ISR is not too small.
    """
    if in_sync < minimum:
        return answers_with_too_few()
    commits = outlasts_lag and reachable >= minimum
    return ("NONE" if commits else "REQUEST_TIMED_OUT", *GONE)


def answers_with_too_few() -> tuple[str, ...]:
    """A batch with acks=all while the ISR is smaller than min.insync.replicas."""
    return ("NOT_ENOUGH_REPLICAS", *GONE)


def answers_to_repetition(first: str) -> tuple[str, ...]:
    """The same idempotent batch again, while what the first one waits for is still missing."""
    return (first, *GONE)


def answers_of_deposed(*, in_sync: int, minimum: int) -> tuple[str, ...]:
    """A batch with acks=all at a leader that is cut off while another one leads; never NONE.

    `in_sync` is the size of the ISR that it knows, which nobody lets it change.
    """
    small = ("NOT_ENOUGH_REPLICAS",) if in_sync < minimum else ()
    return ("REQUEST_TIMED_OUT", *GONE, *small)


def answers_once_deposition_is_known(*, in_sync: int, minimum: int) -> tuple[str, ...]:
    """A batch that waited at a leader which has heard that it leads no more."""
    small = ("NOT_ENOUGH_REPLICAS",) if in_sync < minimum else ()
    return ("KAFKA_STORAGE_ERROR", *GONE, *small)


# What Metadata shows.


def state_is_legal(
    leader: int, isr: Collection[int], replicas: Collection[int], offline: Collection[int]
) -> bool:
    """A leader of the ISR, and an ISR of replicas that are there.

    But for the last member of a partition that nobody leads: it stays in the ISR (without ELR).
    """
    members = set(isr)
    is_there = not members & set(offline) or (leader == NOBODY and len(members) == 1)
    return leader in (NOBODY, *members) and members <= set(replicas) and is_there


def least_epoch(before: int, *, moved: bool) -> int:
    """The lowest leader epoch that may follow; `moved`: another broker leads now."""
    return before + 1 if moved else before


# What is read.


def lost(
    acknowledged: Mapping[str, int], values: Mapping[int, str], deleted_before: int
) -> dict[str, int]:
    """Acknowledged values, with their offsets, that are not there and were not deleted."""
    return {
        value: offset
        for value, offset in acknowledged.items()
        if offset >= deleted_before and values.get(offset) != value
    }


def changed(
    before: Mapping[int, str],
    values: Mapping[int, str],
    *,
    deleted_before: int,
    leader_knows: bool,
) -> dict[int, str]:
    """What was read before, by offset, and is not there now.

    A leader that does not know the high watermark yet may show less than was shown before.
    """
    end = max([*values, *(before if leader_knows else ())], default=-1) + 1
    return {
        offset: value
        for offset, value in before.items()
        if deleted_before <= offset < end and values.get(offset) != value
    }


def beyond_leader(
    follower: Mapping[int, str], values: Mapping[int, str], *, hw: int, leader_knows: bool
) -> dict[int, str]:
    """What a follower shows and the leader does not, or otherwise.

    A follower's high watermark is not above its leader's, once the leader knows its own.
    """
    return {
        offset: value
        for offset, value in follower.items()
        if (leader_knows or offset < hw) and values.get(offset) != value
    }


def latest_is_legal(error: str, offset: int, committed: int) -> bool:
    """ListOffsets(latest): an offset behind all that is committed, or an error (KIP-207)."""
    return error != "NONE" or offset >= committed


def strangers(values: Iterable[str], sent: Collection[str]) -> list[str]:
    """What nobody sent, or what is there more than once."""
    seen = list(values)
    return sorted({v for v in seen if v not in sent or seen.count(v) > 1})


def may_be_directed(preferred: int, *, leader: int, in_rack: bool, in_sync: bool) -> bool:
    """Whether a leader may direct a consumer to that replica; nobody is always right."""
    return preferred == NOBODY or (preferred != leader and in_rack and in_sync)

"""Committed offsets of one partition in one group: who is told which of them?

The group's coordinator writes every commit into its log, a replicated partition, and keeps in
memory what the replicated part of it says. A commit within a transaction waits for the marker of
its producer (node n is producer n). Another coordinator reads the log anew; what was not replicated
may be gone then. What stands later in the log counts, whatever was decided later.

Left out: what readers do with an offset, or without one (consumer); several partitions; the
group's own records, which no fail-over forgets here; compaction, which keeps what counts; when a
transaction may be ended, and how (transactions).
"""

from dataclasses import dataclass
from typing import ClassVar, Final

from kafka_tck.model.shapes import (
    Given,
    Shape,
    each,
    flag,
    node,
    number,
    sequence,
    setting,
    settled,
)
from kafka_tck.model.spec import Module
from kafka_tck.model.terms import NONE, Bool, Int, Seq, all_of, any_of, every, last_where, negate

PLAIN, PENDING, COMMIT, ABORT, TOMBSTONE = range(5)
"""Records: a commit that counts at once, one that waits, markers, and the end of an offset."""


@dataclass(frozen=True)
class Keeping(Given):
    """How groups use the coordinator, and wrong ways for it to keep offsets."""

    nodes: int = setting(2, "how many producers commit offsets in transactions")
    require_stable: bool = setting(True, "readers ask for stable offsets (KIP-447)")
    fenced: bool = setting(True, "who commits says its member and generation, in transactions too")
    by_log: bool = setting(True, "what stands later in the log counts, not what is decided later")
    waits: bool = setting(True, "a commit in a transaction counts when its marker is there")
    lowers: bool = setting(True, "a later commit counts, also if its offset is lower")
    tells_replicated: bool = setting(True, "readers are told only what is replicated")
    reads_all: bool = setting(True, "a new coordinator reads its log to the end")
    spares_pending: bool = setting(True, "no offset expires while another is pending")


class Producer(Shape):
    """What the coordinator has in memory of a producer's open transaction."""

    pending: Int = number(NONE, lambda sizes: sizes["log_size"] - 1)
    """Where in the log its last commit stands that waits; NONE if none does."""


class Coordinator(Shape):
    """The log, what is in memory of it, and the group. Positions are those of the log."""

    ghosts: ClassVar[frozenset[str]] = frozenset({"told", "told_at"})

    given: Keeping = settled()
    log: Seq = sequence(
        "log_size",
        kind=number(PLAIN, TOMBSTONE),
        offset=number(NONE, "offsets"),
        producer=node(),
        generation=number(NONE, "generations"),
    )
    replicated: Int = number(0, "log_size")
    """How much of the log all replicas have."""
    applied: Int = number(0, "log_size")
    """How much of it is in memory."""
    offset: Int = number(NONE, "offsets")
    """The committed offset, as it is in memory."""
    stands_at: Int = number(NONE, lambda sizes: sizes["log_size"] - 1)
    """Where the record stands that says so."""
    producers: tuple[Producer, ...] = each(Producer)
    has_members: Bool = flag()
    generation: Int = number(0, "generations")
    told: Int = number(NONE, lambda sizes: sizes["log_size"] - 1)
    """Where the record stands that the last reader was told of."""
    told_at: Int = number(NONE, "log_size")
    """How much of the log was in memory then; NONE if nobody asked."""

    @property
    def is_unstable(self) -> Bool:
        """Whether a transaction that is open may replace the offset."""
        return any_of(one.pending != NONE for one in self.producers)


offsets = Module(
    "offsets",
    Coordinator,
    lambda given: {
        "log": (),
        "replicated": 0,
        "applied": 0,
        "offset": NONE,
        "stands_at": NONE,
        "producers": [{"pending": NONE}] * given.nodes,
        "has_members": False,
        "generation": 0,
        "told": NONE,
        "told_at": NONE,
    },
    given=Keeping(),
    bounds={"log_size": 4, "offsets": 1, "generations": 1},
    doc=__doc__,
)

COMMITS: Final = (PLAIN, PENDING)
MARKERS: Final = (COMMIT, ABORT)


def is_end_of(p: Coordinator, marker: Int, at: Int) -> Bool:
    """Whether there is a marker of the producer of this record after it."""
    own = p.log.at(marker)
    is_marker = any_of(own.kind == one for one in MARKERS)
    return all_of([at < marker, is_marker, own.producer == p.log.at(at).producer])


def is_committed(p: Coordinator, at: Int, limit: Int, since: Int | None = None) -> Bool:
    """Whether the pending commit at this position was committed below the limit.

    `since` asks for a marker after that position.
    """

    def commits(m: Int) -> Bool:
        is_first = every(m, lambda before: negate(is_end_of(p, before, at)))
        late = True if since is None else since < m
        return all_of([is_end_of(p, m, at), p.log.at(m).kind == COMMIT, is_first, late])

    return negate(every(limit, lambda m: negate(commits(m))))


def counts(p: Coordinator, at: Int, limit: Int) -> Bool:
    """Whether the record says what the offset is, or was, in the log below the limit."""
    own = p.log.at(at)
    waited = all_of([own.kind == PENDING, is_committed(p, at, limit)])
    return any_of([own.kind == PLAIN, own.kind == TOMBSTONE, waited])


def said_by_log(p: Coordinator, limit: Int) -> Int:
    """Where the record stands that says the offset: the last that counts; NONE if none does."""
    return last_where(limit, lambda at: counts(p, at, limit)) - 1


def is_open(p: Coordinator, producer: int) -> Bool:
    """Whether the log has a commit of this producer in a transaction that did not end."""
    end = p.log.length
    return negate(every(end, lambda at: negate(_is_undecided(p, at, producer, end))))


def pending_in_log(p: Coordinator, producer: int, limit: Int) -> Int:
    """Where the last commit of a producer stands that waits, in the log below the limit.

    The end of an offset is the end of those that wait to replace it.
    """

    def waits(at: Int) -> Bool:
        goes_on = every(limit, lambda t: negate(all_of([at < t, p.log.at(t).kind == TOMBSTONE])))
        return all_of([_is_undecided(p, at, producer, limit), goes_on])

    return last_where(limit, waits) - 1


def _is_undecided(p: Coordinator, at: Int, producer: int, limit: Int) -> Bool:
    """Whether this is a commit of the producer, in a transaction, without a marker so far."""
    own = p.log.at(at)
    goes_on = every(limit, lambda m: negate(is_end_of(p, m, at)))
    return all_of([own.kind == PENDING, own.producer == producer, goes_on])

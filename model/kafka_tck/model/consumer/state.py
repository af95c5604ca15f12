"""Consumers: when does a group skip a record, or process one twice, or before an earlier one?

Instances of one application (node n is instance n) read one partition in turns, as members of one
group. The partition is one that the group is subscribed to, so every record in it is for the group;
it may have been added a moment ago, and have records before anybody reads it. An instance polls a
record at a time, hands it over to be processed, and commits offsets in one of several styles. One
that lost the partition goes on until it dies or joins again: a zombie.

Left out: how a group comes to an assignment (groups_classic, groups_consumer), several partitions
(cause_and_effect), what the coordinator keeps (offsets), transactions (pipeline), seeks, and
positions that get out of range while an instance reads.
"""

from collections.abc import Mapping
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
from kafka_tck.model.terms import NONE, Bool, Int, Seq, all_of, choose, every, first_where, negate

AUTO, STORED, BEFORE, AFTER, ASYNC, TOGETHER = (
    "auto",
    "stored",
    "before",
    "after",
    "async",
    "together",
)
"""Styles of committing, as `Consumption.commits` says them."""
INLINE, QUEUE, BY_KEY, ANY = "inline", "queue", "by_key", "any"
"""Who processes what is polled, as `Consumption.processing` says it."""
EARLIEST, LATEST, NO_RESET = "earliest", "latest", "none"

TWICE: Final = 2
UNDER_WAY, OVER = range(2)
"""A commit that was sent and not waited for: not yet handled; handled, or lost."""


@dataclass(frozen=True)
class Consumption(Given):
    """How the application consumes."""

    nodes: int = setting(2, "how many instances of the application there are")
    records: int = setting(2, "how many records are produced")
    keys: int = setting(1, "how many keys they have")
    commits: str = setting(
        AUTO,
        "auto: enable.auto.commit in Java, which commits in poll() what earlier polls returned; "
        "stored: librdkafka, which commits in the background what was delivered; "
        "before: commitSync before processing; after: commitSync after it; "
        "async: commitAsync after it; together: offset and result are stored as one",
        among=(AUTO, STORED, BEFORE, AFTER, ASYNC, TOGETHER),
    )
    processing: str = setting(
        INLINE,
        "inline: done before the next poll; queue: by another thread, in order; by_key: by a "
        "worker for each key; any: by workers that take what comes",
        among=(INLINE, QUEUE, BY_KEY, ANY),
    )
    commits_highest: bool = setting(
        False, "what is committed follows the highest record that is done, not those without a gap"
    )
    closes_on_failure: bool = setting(
        False, "close() is called where processing fails, as in a finally block"
    )
    retries_commits: bool = setting(
        False, "a commitAsync that failed is sent again, whatever was sent since"
    )
    auto_offset_reset: str = setting(
        EARLIEST, "auto.offset.reset", among=(EARLIEST, LATEST, NO_RESET)
    )
    offset_at_first: bool = setting(
        False, "offset 0 is committed for the group before there are records"
    )
    fenced: bool = setting(
        True, "commits are checked against members, which those of assign() are not"
    )
    expires: bool = setting(False, "a group may be empty for offsets.retention.minutes")
    deletes: bool = setting(False, "records may be deleted before they are read (retention.ms)")

    @property
    def is_inline(self) -> bool:
        """Whether nothing is in hand when poll() is called."""
        return self.processing == INLINE

    @property
    def is_in_order(self) -> bool:
        """Whether an instance processes in the order of offsets."""
        return self.processing in (INLINE, QUEUE)

    @property
    def always_has_offset(self) -> bool:
        """Whether auto.offset.reset is never asked while records are kept."""
        return self.begins_with_offset and not self.expires

    @property
    def begins_with_offset(self) -> bool:
        """Whether offset 0 is committed at first: who resets to nothing has to be told."""
        return self.offset_at_first or self.auto_offset_reset == NO_RESET

    @property
    def keeps_everything(self) -> bool:
        """Whether no record is lost: nothing unprocessed is committed, nothing is jumped over."""
        in_gaps = self.commits_highest and not self.is_in_order
        commits_late = {
            AUTO: self.is_inline and not self.closes_on_failure,
            STORED: False,
            BEFORE: False,
            AFTER: not in_gaps,
            ASYNC: not in_gaps,
            TOGETHER: self.is_in_order,
        }
        jumps = self.deletes or (self.auto_offset_reset == LATEST and not self.always_has_offset)
        return commits_late[self.commits] and not jumps

    @property
    def keeps_order(self) -> bool:
        """Whether records of a key are first processed in their order."""
        return self.keeps_everything and self.processing != ANY

    @property
    def repeats_nothing(self) -> bool:
        """Whether no record is processed twice."""
        never_after = {BEFORE: True, TOGETHER: self.is_in_order}.get(self.commits, False)
        return never_after and self.fenced and not self.expires


def _last_key(sizes: Mapping[str, int]) -> int:
    return sizes["keys"] - 1


class Instance(Shape):
    """What an instance has. It may have lost the partition and not know so."""

    generation: Int = number(NONE, "generations")
    """In which the partition was assigned to it; NONE if it has none."""
    begin: Int = number(0, "records")
    """Where it began to read."""
    work: Seq = sequence("records", done=flag())
    """What it was given since then, in the order of offsets."""
    committed: Int = number(0, "records")
    """The offset that it has committed last, or sent if it does not wait; `begin` at first."""

    @property
    def has_joined(self) -> Bool:
        return self.generation != NONE

    @property
    def position(self) -> Int:
        """The offset that it polls next."""
        return self.begin + self.work.length

    @property
    def has_nothing_in_hand(self) -> Bool:
        """Whether all that it was given is processed."""
        done: Bool = every(self.work.length, lambda k: self.work.at(k).done)
        return done

    def has_ahead(self, offset: Int) -> Bool:
        """Whether it has this record in hand, or has yet to poll it."""
        is_done: Bool = self.work.at(offset - self.begin).done
        return all_of([self.has_joined, self.begin <= offset, negate(is_done)])

    def without_gap(self) -> Int:
        """The offset after those that are done one after the other."""
        return self.begin + first_where(self.work.length, lambda k: negate(self.work.at(k).done))


class Partition(Shape):
    """The partition, the group's owner of it and committed offset, and the instances."""

    ghosts: ClassVar[frozenset[str]] = frozenset({"highest"})

    given: Consumption = settled()
    log: Seq = sequence("records", key=number(0, _last_key), processed=number(0, TWICE))
    """By offset: the key, and how often it was processed; more than twice is twice."""
    log_start: Int = number(0, "records")
    committed: Int = number(NONE, "records")
    highest: Int = number(NONE, "records")
    """The highest offset that was committed since there was none."""
    generation: Int = number(0, "generations")
    owner: Int = node()
    requests: Seq = sequence(
        "requests",
        generation=number(0, "generations"),
        offset=number(0, "records"),
        state=number(UNDER_WAY, OVER),
    )
    """Commits that were sent and not waited for, in the order of sending."""
    instances: tuple[Instance, ...] = each(Instance)

    def is_of(self, instance: int) -> Bool:
        """Whether the partition is this instance's, in the generation that it knows."""
        own = self.instances[instance]
        return all_of([self.owner == instance, own.generation == self.generation])


AWAY: Final = {"generation": NONE, "begin": 0, "work": (), "committed": 0}
"""An instance that has no partition."""


def _beginning(given: Consumption) -> dict[str, object]:
    told = 0 if given.begins_with_offset else NONE
    return {
        "log": (),
        "log_start": 0,
        "committed": told,
        "highest": told,
        "generation": 0,
        "owner": NONE,
        "requests": (),
        "instances": [AWAY] * given.nodes,
    }


consumer = Module(
    "consumer",
    Partition,
    _beginning,
    given=Consumption(),
    bounds={"generations": 2, "requests": 2},
    doc=__doc__,
)


def committing(p: Partition, offset: Int) -> Partition:
    """The group's committed offset is this one now."""
    return p.having(committed=offset, highest=choose(p.highest < offset, offset, p.highest))

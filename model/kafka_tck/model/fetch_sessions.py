"""Incremental fetch sessions: epochs, membership, and what an incremental answer must include.

Two modules. `fetch_session` is one session as the broker keeps it; `cached_partition` is one
partition inside of one. Source: FetchSession.scala (4.3), KIP-227, KIP-516.
"""

from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass, replace
from typing import Any, ClassVar, Generic, TypeVar

from kafka_tck.model.run import Done, Refused, Values, attempt
from kafka_tck.model.shapes import Shape, number
from kafka_tck.model.sources import KIP, Code
from kafka_tck.model.spec import Module, Step, among, otherwise, when
from kafka_tck.model.terms import Bool, Int, all_of, any_of, choose, implies, negate

NO_SESSION = 0
FINAL_EPOCH, INITIAL_EPOCH, LAST_EPOCH = -1, 0, 2**31 - 1
NEVER_SENT = -1


class FetchSession(Shape):
    is_open: Bool
    by_id: Bool
    next_epoch: Int
    partitions: Int


fetch_session = Module(
    "fetch_session",
    FetchSession,
    doc=__doc__,
    is_open=False,
    by_id=False,
    next_epoch=0,
    partitions=0,
)


@fetch_session.action(
    KIP(227), Code("FetchManager.newContext; FullFetchContext"), by_id=among(0, 1)
)
def client_opens(p: FetchSession, by_id: int, partitions: int) -> Step[FetchSession]:
    """A full fetch with epoch 0 makes a session, with or without partitions."""
    return when(is_new=negate(p.is_open)).then(
        p.having(is_open=True, by_id=bool(by_id), next_epoch=1, partitions=partitions)
    )


@fetch_session.action(
    KIP(227), Code("FetchManager.newContext; IncrementalFetchContext"), by_id=among(0, 1)
)
def client_continues(
    p: FetchSession, epoch: int, by_id: int, partitions: int
) -> Step[FetchSession]:
    """The next epoch continues a session; one that is left without partitions is closed."""
    stays = partitions > 0
    return (
        when(
            is_known=otherwise(p.is_open, "FETCH_SESSION_ID_NOT_FOUND"),
            is_next=otherwise(p.next_epoch == epoch, "INVALID_FETCH_SESSION_EPOCH"),
            names_topics_alike=otherwise(p.by_id == bool(by_id), "FETCH_SESSION_TOPIC_ID_ERROR"),
        )
        .then(p.having(is_open=stays, next_epoch=following(p.next_epoch), partitions=partitions))
        .answering(in_session=stays)
    )


@fetch_session.action(KIP(227), Code("FetchManager.newContext"))
def client_closes(p: FetchSession) -> Step[FetchSession]:
    """A full fetch that names a session ends it, whatever its epoch."""
    return when().then(p.having(is_open=False))


@fetch_session.action(Code("FetchSessionCache"))
def broker_forgets(p: FetchSession) -> Step[FetchSession]:
    """A restart ends every session: they live in memory only."""
    return when(is_known=p.is_open).then(p.having(is_open=False))


@fetch_session.always(Code("FetchMetadata.nextEpoch"))
def open_sessions_expect_a_positive_epoch(p: FetchSession) -> Bool:
    """An open session expects an epoch of at least 1: 0 and -1 never continue one."""
    return implies(p.is_open, p.next_epoch >= 1)


@fetch_session.sometimes()
def a_session_goes_on(p: FetchSession) -> Bool:
    """A session is continued more than once."""
    return all_of([p.is_open, p.next_epoch >= 3])


def following(epoch: Int) -> Int:
    """The epoch after this one; it wraps to 1."""
    return choose(epoch == LAST_EPOCH, 1, epoch + 1)


class CachedPartition(Shape):
    """The partition as it is, what the session last sent of it, and what its client knows."""

    ghosts: ClassVar[frozenset[str]] = frozenset(
        {"known_hw", "known_start", "known_to_fail", "is_settled"}
    )
    hw: Int
    log_start: Int
    fails: Bool
    sent_hw: Int = number(NEVER_SENT)
    sent_start: Int = number(NEVER_SENT)
    known_hw: Int = number(NEVER_SENT)
    known_start: Int = number(NEVER_SENT)
    known_to_fail: Bool
    is_settled: Bool


cached_partition = Module(
    "cached_partition",
    CachedPartition,
    doc=CachedPartition.__doc__ or "",
    hw=0,
    log_start=0,
    fails=False,
    sent_hw=NEVER_SENT,
    sent_start=NEVER_SENT,
    known_hw=NEVER_SENT,
    known_start=NEVER_SENT,
    known_to_fail=False,
    is_settled=False,
)


@cached_partition.action(Code("UnifiedLog.append; UnifiedLog.maybeIncrementLogStartOffset"))
def log_moves(p: CachedPartition, hw: int, log_start: int) -> Step[CachedPartition]:
    """The HW or the log start changes."""
    return when(are_bounds=all_of([log_start >= 0, log_start <= hw])).then(
        p.having(hw=hw, log_start=log_start, is_settled=False)
    )


@cached_partition.action(Code("ReplicaManager.readFromLog"))
def partition_fails(p: CachedPartition) -> Step[CachedPartition]:
    """From now on a read of the partition is an error."""
    return when().then(p.having(fails=True, is_settled=False))


@cached_partition.action(Code("ReplicaManager.readFromLog"))
def partition_recovers(p: CachedPartition) -> Step[CachedPartition]:
    """From now on the partition can be read."""
    return when().then(p.having(fails=False, is_settled=False))


@cached_partition.action(
    KIP(227), Code("CachedPartition.maybeUpdateResponseData"), stands_out=among(0, 1)
)
def broker_answers(p: CachedPartition, stands_out: int) -> Step[CachedPartition]:
    """An incremental answer includes what has records, an error, or bounds not sent before.

    `stands_out` says that the answer has records, a diverging epoch or a preferred replica for it.
    An error leaves nothing as sent, so that the partition is told once more when it clears.
    """
    includes = any_of([bool(stands_out), p.fails, p.sent_hw != p.hw, p.sent_start != p.log_start])
    return (
        when()
        .then(
            p.having(
                sent_hw=choose(p.fails, NEVER_SENT, p.hw),
                sent_start=choose(p.fails, NEVER_SENT, p.log_start),
                known_hw=choose(all_of([includes, negate(p.fails)]), p.hw, p.known_hw),
                known_start=choose(all_of([includes, negate(p.fails)]), p.log_start, p.known_start),
                known_to_fail=choose(includes, p.fails, p.known_to_fail),
                is_settled=True,
            )
        )
        .answering(includes=includes)
    )


@cached_partition.always(KIP(227))
def silence_means_no_news(p: CachedPartition) -> Bool:
    """After an answer the client knows the error, the HW and the log start as they are."""
    knows_bounds = all_of([p.known_hw == p.hw, p.known_start == p.log_start])
    return implies(
        p.is_settled, all_of([p.known_to_fail == p.fails, any_of([p.fails, knows_bounds])])
    )


@cached_partition.sometimes()
def an_error_is_told_after_bounds(p: CachedPartition) -> Bool:
    """A client that knew the bounds of a partition is told of an error."""
    return all_of([p.is_settled, p.known_to_fail, p.known_hw >= 1])


@cached_partition.sometimes()
def recovery_is_told_without_news(p: CachedPartition) -> Bool:
    """A partition is told again though its client once knew these bounds: an error cleared."""
    was_known = all_of([p.known_hw == p.hw, p.known_start == p.log_start])
    return all_of([negate(p.is_settled), negate(p.fails), was_known, p.sent_hw == NEVER_SENT])


K = TypeVar("K")
W = TypeVar("W")
Sent = Values
"""A state of `cached_partition`."""


@dataclass(frozen=True)
class Held(Generic[K, W]):
    """One session as the broker holds it: its state, and its partitions in their order."""

    state: Values
    parts: Mapping[K, tuple[W, Sent]]

    def updated(self, asked: Mapping[K, W], forgotten: Collection[K]) -> "Held[K, W]":
        """Asked partitions are changed in place or put last; then the forgotten ones go."""
        known = {key: (asked.get(key, want), sent) for key, (want, sent) in self.parts.items()}
        added = {key: (want, UNSENT) for key, want in asked.items() if key not in known}
        kept = {k: part for k, part in {**known, **added}.items() if k not in forgotten}
        return replace(self, parts=kept)

    def continued(self, epoch: int, by_id: bool) -> "Held[K, W] | Refused":
        """The session after a request with this epoch was let in, its partitions updated."""
        outcome = attempt(
            fetch_session,
            "client_continues",
            self.state,
            epoch=epoch,
            by_id=int(by_id),
            partitions=len(self.parts),
        )
        return outcome if isinstance(outcome, Refused) else replace(self, state=outcome.state)

    def closed(self) -> "Held[K, W]":
        return self._after("client_closes")

    def forgotten(self) -> "Held[K, W]":
        """After the broker's memory of it went, if it had any."""
        return self._after("broker_forgets") if self.is_open else self

    def _after(self, action: str) -> "Held[K, W]":
        done = attempt(fetch_session, action, self.state)
        assert isinstance(done, Done)
        return replace(self, state=done.state)

    def renaming(self, rename: Callable[[K], K]) -> "Held[K, W]":
        """The same session with other names for its partitions."""
        return replace(self, parts={rename(key): part for key, part in self.parts.items()})

    def sending(self, sent: Mapping[K, Sent], with_records: Collection[K]) -> "Held[K, W]":
        """After an answer: what was sent is noted, and whoever returned records goes last."""
        first = [key for key in self.parts if key not in with_records]
        last = [key for key in self.parts if key in with_records]
        return replace(self, parts={k: (self.parts[k][0], sent[k]) for k in (*first, *last)})

    @property
    def is_open(self) -> bool:
        return bool(self.state["is_open"])


UNSENT: Sent = dict(cached_partition.initial)


def opened(asked: Mapping[Any, Any], by_id: bool) -> Held[Any, Any]:
    """A new session with these partitions, of which nothing was sent yet."""
    done = attempt(
        fetch_session,
        "client_opens",
        fetch_session.initial,
        by_id=int(by_id),
        partitions=len(asked),
    )
    assert isinstance(done, Done)
    return Held(done.state, {key: (want, UNSENT) for key, want in asked.items()})


def answered(
    sent: Sent, hw: int, log_start: int, fails: bool, stands_out: bool
) -> tuple[bool, Sent]:
    """Whether an incremental answer includes the partition, and what counts as sent afterwards."""
    now = {**sent, "hw": hw, "log_start": log_start, "fails": fails, "is_settled": False}
    done = attempt(cached_partition, "broker_answers", now, stands_out=int(stands_out))
    assert isinstance(done, Done)
    return bool(done.answer["includes"]), done.state

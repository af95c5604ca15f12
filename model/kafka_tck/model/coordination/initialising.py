"""InitProducerId with a transactional id: who owns it from now on.

Source: TransactionCoordinator.handleInitProducerId, TransactionMetadata, 4.3; KIP-98, KIP-360.
"""

from dataclasses import replace

from kafka_tck.model.coordination.transaction import (
    FRESH,
    UNKNOWN,
    Identity,
    State,
    Transaction,
    fenced,
)
from kafka_tck.model.coordination.verdicts import Case, Verdict


def verdicts_on_init(
    known: Transaction | None, expected: Identity | None, timeout_ms: int, *, remembers: bool
) -> tuple[Verdict, ...]:
    """What a request may answer that names who its sender believes to be, or nobody.

    `remembers`: whether the coordinator remembers the epochs of those that it fences.
    """
    if known is None:
        first = Transaction(State.EMPTY, FRESH, 0, timeout_ms)
        return (Verdict(Case.NEW_ID, "NONE", first),)
    refused = Verdict(Case.OTHER_OWNER, "PRODUCER_FENCED", known)
    if known.state.is_prepared:
        waits = Verdict(Case.STILL_ENDING, "CONCURRENT_TRANSACTIONS", known)
        return (waits,) if _is_of(known, expected) else (waits, refused)
    if not _is_of(known, expected):
        return (refused,)
    asks_again = expected is not None and expected.epoch == known.last_epoch
    is_owner = expected in (None, known.owner)
    if known.state is State.ONGOING:
        after = fenced(known, remembers=remembers)
        fences = Verdict(Case.FENCES, "CONCURRENT_TRANSACTIONS", after)
        intrudes = Verdict(Case.INTRUDES, "PRODUCER_FENCED", known)
        if asks_again:
            return fences, intrudes
        return (fences,) if is_owner else (intrudes,)
    if not is_owner and not asks_again:
        return (refused,)
    return (_begun_anew(known, expected, timeout_ms, bumps=is_owner),)


def _is_of(known: Transaction, expected: Identity | None) -> bool:
    return expected is None or expected.producer_id == known.producer_id


def _begun_anew(
    known: Transaction, expected: Identity | None, timeout_ms: int, *, bumps: bool
) -> Verdict:
    empty = replace(known, state=State.EMPTY, timeout_ms=timeout_ms, partitions=frozenset())
    if not bumps:
        return Verdict(Case.ASKED_AGAIN, "NONE", empty)
    last = UNKNOWN if expected is None else known.epoch
    return Verdict(Case.LATER_LIFE, "NONE", replace(empty, epoch=known.epoch + 1, last_epoch=last))

"""EndTxn: a transaction is committed or aborted, or was so before.

Up to version 4 the epoch stays; from version 5 on each end raises it (KIP-890 part 2), so that a
repetition is told from an end of the next transaction. The version of the request decides.
Source: TransactionCoordinator.endTransaction, 4.3; KIP-98, KIP-890.
"""

from kafka_tck.model.coordination.transaction import Identity, State, Transaction, prepared
from kafka_tck.model.coordination.verdicts import Case, Verdict


def verdicts_on_ending(
    known: Transaction | None, sender: Identity, *, commit: bool, bumps: bool
) -> tuple[Verdict, ...]:
    """What a request may answer; `bumps` if it is of version 5 or later."""
    if known is None:
        return (Verdict(Case.NO_SUCH_ID, "INVALID_PRODUCER_ID_MAPPING", None),)
    found = _once_settled(known, sender, commit, bumps)
    if not known.state.is_prepared:
        return (found,)
    # Since 4.0 this may be asked before anything else (KAFKA-18660).
    waits = Verdict(Case.STILL_ENDING, "CONCURRENT_TRANSACTIONS", known)
    return (waits,) if found == waits else (found, waits)


def _once_settled(known: Transaction, sender: Identity, commit: bool, bumps: bool) -> Verdict:
    """The answer where no change of the state is under way."""
    if sender.producer_id != known.producer_id:
        return Verdict(Case.NO_SUCH_ID, "INVALID_PRODUCER_ID_MAPPING", known)
    is_current = sender.epoch == known.epoch
    is_repetition = bumps and sender.epoch == known.epoch - 1
    if known.state.is_prepared and (is_repetition if bumps else is_current):
        return _while_prepared(known, commit)
    if is_current and not known.state.is_prepared:
        return _by_owner(known, commit, bumps)
    if is_repetition and known.state.is_complete:
        return _repeated(known, commit)
    return Verdict(Case.OTHER_EPOCH, "PRODUCER_FENCED", known)


def _while_prepared(known: Transaction, commit: bool) -> Verdict:
    if commit is known.state.is_commit:
        return Verdict(Case.STILL_ENDING, "CONCURRENT_TRANSACTIONS", known)
    return Verdict(Case.ENDED_OTHERWISE, "INVALID_TXN_STATE", known)


def _by_owner(known: Transaction, commit: bool, bumps: bool) -> Verdict:
    if known.state is State.ONGOING:
        return Verdict(Case.ENDS, "NONE", prepared(known, commit=commit, bumps=bumps))
    if bumps and not commit:
        return Verdict(Case.ABORTS_NOTHING, "NONE", prepared(known, commit=False, bumps=True))
    if bumps or not known.state.is_complete:
        return Verdict(Case.ENDED_OTHERWISE, "INVALID_TXN_STATE", known)
    return _repeated(known, commit)


def _repeated(known: Transaction, commit: bool) -> Verdict:
    if commit is known.state.is_commit:
        return Verdict(Case.ENDED_SO, "NONE", known)
    return Verdict(Case.ENDED_OTHERWISE, "INVALID_TXN_STATE", known)

"""Partitions come into a transaction: by AddPartitionsToTxn, or by a first write (KIP-890).

Source: TransactionCoordinator.handleAddPartitionsToTransaction, 4.3; KafkaApis; KIP-98, KIP-890.
"""

from dataclasses import replace

from kafka_tck.model.coordination.transaction import Identity, Place, State, Transaction
from kafka_tck.model.coordination.verdicts import Case, Verdict


def verdicts_on_adding(
    known: Transaction | None, sender: Identity, partitions: frozenset[Place]
) -> tuple[Verdict, ...]:
    """What a request to add partitions that exist may answer."""
    if known is None:
        return (Verdict(Case.NO_SUCH_ID, "INVALID_PRODUCER_ID_MAPPING", None),)
    refusal = refusal_of(known, sender)
    if known.state.is_prepared:
        # Since 4.0 this is asked before the producer id and the epoch are (KAFKA-18660).
        waits = Verdict(Case.STILL_ENDING, "CONCURRENT_TRANSACTIONS", known)
        return (waits,) if refusal is None else (waits, refusal)
    if refusal is not None:
        return (refusal,)
    before = known.partitions if known.state is State.ONGOING else frozenset()
    after = replace(known, state=State.ONGOING, partitions=before | partitions)
    return (Verdict(Case.ADDS, "NONE", after),)


def verdicts_on_verifying(
    known: Transaction | None, sender: Identity, place: Place
) -> tuple[Verdict, ...]:
    """What the coordinator may say to a leader that asks whether a partition was added."""
    if known is None:
        return (Verdict(Case.NO_SUCH_ID, "INVALID_PRODUCER_ID_MAPPING", None),)
    refusal = refusal_of(known, sender)
    if refusal is not None:
        return (refusal,)
    if known.state.is_prepared:
        return (Verdict(Case.STILL_ENDING, "CONCURRENT_TRANSACTIONS", known),)
    if place in known.partitions:
        return (Verdict(Case.TAKEN, "NONE", known),)
    return (Verdict(Case.NOT_ADDED, "TRANSACTION_ABORTABLE", known),)


def refusal_of(known: Transaction, sender: Identity) -> Verdict | None:
    """The answer to who does not own the id."""
    if sender.producer_id != known.producer_id:
        return Verdict(Case.NO_SUCH_ID, "INVALID_PRODUCER_ID_MAPPING", known)
    if sender.epoch != known.epoch:
        return Verdict(Case.OTHER_EPOCH, "PRODUCER_FENCED", known)
    return None

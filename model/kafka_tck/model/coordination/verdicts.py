"""Which rule decides about a request, and what it leads to."""

from dataclasses import dataclass
from enum import Enum

from kafka_tck.model.coordination.transaction import Transaction


class Case(Enum):
    """The rule that decides; each has a requirement of its own."""

    NEW_ID = "the id was never used"
    LATER_LIFE = "whoever begins anew gets a later epoch"
    FENCES = "the id has an open transaction, which is aborted first"
    STILL_ENDING = "the transaction before is not complete yet"
    ASKED_AGAIN = "the epoch was raised already, and nobody else has asked since"
    OTHER_OWNER = "the producer id and epoch are not the ones that the id has"
    INTRUDES = "somebody else has an open transaction"
    NO_SUCH_ID = "the id is unknown, or has another producer id"
    OTHER_EPOCH = "the epoch is not the one that the id has"
    LATER_EPOCH = "the epoch was never given"
    ADDS = "the partitions become part of the transaction"
    UNKNOWN_PARTITION = "one of the partitions does not exist"
    ENDS = "the transaction is open"
    ENDED_SO = "the transaction was ended in this way before"
    ENDED_OTHERWISE = "there is nothing to end, or it was ended in the other way"
    ABORTS_NOTHING = "an abort without a transaction raises the epoch"
    NOT_ADDED = "the partition is not part of the transaction"
    TAKEN = "the partition is part of the transaction"
    WRITTEN_BEFORE = "it repeats a batch that is remembered"


@dataclass(frozen=True)
class Verdict:
    """The rule, the error by name, and what the coordinator holds afterwards.

    Where several verdicts are legal, each stands with its own consequences.
    """

    case: Case
    error: str
    after: Transaction | None

"""Requirements on the coordinator of transactions: who owns an id, and what it may do."""

from collections.abc import Mapping
from typing import Final

from kafka_tck.model.coordination.verdicts import Case
from kafka_tck.model.sources import KIP, Code
from kafka_tck.properties.requirement import Authority, Requirement

new_ids = Requirement(
    "transactions.a-new-id-begins-with-epoch-zero",
    "The first InitProducerId of a transactional id gives a producer id that was never given "
    "before, with epoch 0, whatever id and epoch the request names.",
    KIP(98, "InitPidRequest"),
    covers=("E-11", "E-15"),
    mutants=("new-ids-begin-with-epoch-one",),
)

later_lives = Requirement(
    "transactions.a-later-life-has-the-next-epoch",
    "InitProducerId without open transaction gives the same producer id, and the next epoch.",
    KIP(98, "InitPidRequest"),
    covers=("E-12", "E-19"),
    mutants=("init-keeps-the-epoch",),
)

fencing = Requirement(
    "transactions.beginning-anew-aborts-what-is-open",
    "InitProducerId of an id whose transaction is open is answered with CONCURRENT_TRANSACTIONS; "
    "the transaction is aborted under the next epoch.",
    KIP(98, "InitPidRequest"),
    covers=("E-13",),
    mutants=("init-forgets-the-open-transaction",),
)

beginning_waits = Requirement(
    "transactions.beginning-anew-waits-for-the-end",
    "InitProducerId of an id whose transaction is not yet complete is answered with "
    "CONCURRENT_TRANSACTIONS.",
    KIP(98, "InitPidRequest"),
    covers=("E-04", "E-14"),
)

asked_again = Requirement(
    "transactions.a-raised-epoch-is-told-again",
    "InitProducerId with the epoch before the last bump, if nobody else has asked since, gives the "
    "epoch that is valid now and raises it no further.",
    KIP(360),
    covers=("E-16", "E-70"),
    mutants=(
        "init-bumps-for-who-asks-again",
        "init-fences-who-asks-again",
    ),
)

others_do_not_begin = Requirement(
    "transactions.only-the-owner-goes-on-with-an-epoch",
    "InitProducerId with another producer id or epoch than the id has is refused with "
    "PRODUCER_FENCED, up to version 3 with INVALID_PRODUCER_EPOCH.",
    KIP(360),
    covers=("E-15",),
    mutants=("init-takes-any-epoch",),
)

others_end_nothing = Requirement(
    "transactions.who-is-fenced-ends-no-transaction-by-asking",
    "InitProducerId with an epoch that is not valid is refused while the owner has a transaction "
    "open, too, and does not abort it.",
    KIP(360),
    covers=("E-15", "E-19", "E-69"),
    mutants=("fences-for-who-is-fenced",),
)

bounds = Requirement(
    "transactions.who-begins-says-so-rightly",
    "InitProducerId is refused with INVALID_TRANSACTION_TIMEOUT if the timeout is not positive or "
    "above transaction.max.timeout.ms; with INVALID_REQUEST if the transactional id is empty, or "
    "only one of producer id and epoch is named.",
    KIP(98, "InitPidRequest"),
    covers=("E-10",),
    mutants=("takes-any-transaction-timeout",),
)

adding = Requirement(
    "transactions.partitions-are-added-by-the-owner",
    "AddPartitionsToTxn of the owner begins a transaction with these partitions, or adds them to "
    "the one that is open; repeated it is answered with NONE again.",
    KIP(98, "AddPartitionsToTxnRequest"),
    covers=("E-21", "E-70"),
    mutants=("open-transactions-take-no-partitions",),
)

others_add_nothing = Requirement(
    "transactions.others-add-no-partitions",
    "AddPartitionsToTxn of an unknown transactional id, or with another producer id than it has, "
    "is refused with INVALID_PRODUCER_ID_MAPPING; with another epoch with PRODUCER_FENCED, up to "
    "version 1 with INVALID_PRODUCER_EPOCH.",
    KIP(588),
    covers=("E-19", "E-21"),
    mutants=(
        "adds-for-other-epochs",
        "adds-for-older-epochs",
        "takes-other-producer-ids",
    ),
)

adding_waits = Requirement(
    "transactions.nothing-is-added-while-a-transaction-ends",
    "AddPartitionsToTxn of the owner is answered with CONCURRENT_TRANSACTIONS while the "
    "transaction before is not complete.",
    KIP(98, "AddPartitionsToTxnRequest"),
    covers=("E-04", "E-21"),
)

unknown_partitions = Requirement(
    "transactions.an-unknown-partition-keeps-all-from-being-added",
    "If one partition of AddPartitionsToTxn does not exist, none is added: it has "
    "UNKNOWN_TOPIC_OR_PARTITION, the others OPERATION_NOT_ATTEMPTED.",
    Code("KafkaApis.handleAddPartitionsToTxnRequest"),
    covers=("E-22",),
    authority=Authority.OBSERVED,
)

ends = Requirement(
    "transactions.the-owner-ends-a-transaction-and-keeps-its-epoch",
    "EndTxn up to version 4 commits or aborts the open transaction of the owner, also one that "
    "a newer protocol began, and leaves the epoch as it is.",
    KIP(98, "EndTxnRequest"),
    covers=("E-34", "E-35", "E-36", "E-44"),
)

ends_anew = Requirement(
    "transactions.an-end-of-the-new-protocol-raises-the-epoch",
    "EndTxn from version 5 on commits or aborts the open transaction of the owner, also one that "
    "an older protocol began, and answers with the next epoch; UNSUPPORTED_VERSION at "
    "transaction.version 0.",
    KIP(890, "bump epoch on each new transaction"),
    covers=("E-38", "E-44"),
    since=(4, 0),
    mutants=("ends-keep-the-epoch",),
)

ended_so = Requirement(
    "transactions.a-repeated-end-is-answered-as-the-first",
    "EndTxn repeated after the transaction is complete is answered with NONE again if it asks for "
    "the same end; in version 5 it has the epoch from before, and the answer the one to use next.",
    KIP(890, "bump epoch on each new transaction"),
    covers=("E-35", "E-39", "E-40", "E-70"),
    mutants=("does-not-know-a-repeated-end",),
)

ended_otherwise = Requirement(
    "transactions.an-end-is-not-changed",
    "EndTxn that asks for the other end, or where nothing was begun, is refused with "
    "INVALID_TXN_STATE.",
    Code("TransactionCoordinator.endTransaction"),
    covers=("E-35", "E-37", "E-40"),
    authority=Authority.OBSERVED,
    mutants=(
        "agrees-to-the-opposite-end",
        "ends-what-was-not-begun",
    ),
)

aborts_nothing = Requirement(
    "transactions.an-abort-without-transaction-raises-the-epoch",
    "EndTxn from version 5 on that aborts where no transaction is open is answered with NONE and "
    "the next epoch.",
    KIP(890, "bump epoch on each new transaction"),
    covers=("E-40", "E-41"),
    since=(4, 0),
    mutants=("refuses-to-abort-nothing",),
)

others_end = Requirement(
    "transactions.others-end-no-transaction",
    "EndTxn of an unknown transactional id, or with another producer id than it has, is refused "
    "with INVALID_PRODUCER_ID_MAPPING; with another epoch, later ones too, with PRODUCER_FENCED, "
    "in version 0 and 1 with INVALID_PRODUCER_EPOCH.",
    KIP(588),
    covers=("E-19", "E-34", "E-39", "E-43"),
    mutants=(
        "ends-for-newer-epochs",
        "ends-for-older-epochs",
    ),
)

ending_waits = Requirement(
    "transactions.a-repeated-end-waits-for-the-first",
    "EndTxn repeated before the transaction is complete is answered with CONCURRENT_TRANSACTIONS.",
    Code("TransactionCoordinator.endTransaction"),
    covers=("E-04", "E-35", "E-40"),
    authority=Authority.OBSERVED,
)

OF_INIT: Final[Mapping[Case, Requirement]] = {
    Case.NEW_ID: new_ids,
    Case.LATER_LIFE: later_lives,
    Case.FENCES: fencing,
    Case.STILL_ENDING: beginning_waits,
    Case.ASKED_AGAIN: asked_again,
    Case.OTHER_OWNER: others_do_not_begin,
    Case.INTRUDES: others_end_nothing,
}
OF_ADDING: Final[Mapping[Case, Requirement]] = {
    Case.ADDS: adding,
    Case.NO_SUCH_ID: others_add_nothing,
    Case.OTHER_EPOCH: others_add_nothing,
    Case.STILL_ENDING: adding_waits,
    Case.UNKNOWN_PARTITION: unknown_partitions,
}
OF_ENDING: Final[Mapping[Case, Requirement]] = {
    Case.ENDS: ends,
    Case.ENDED_SO: ended_so,
    Case.ENDED_OTHERWISE: ended_otherwise,
    Case.ABORTS_NOTHING: aborts_nothing,
    Case.NO_SUCH_ID: others_end,
    Case.OTHER_EPOCH: others_end,
    Case.STILL_ENDING: ending_waits,
}
"""The requirement behind each rule of the specification, request by request."""

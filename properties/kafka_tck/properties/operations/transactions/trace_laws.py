"""Requirements that a refused request changes nothing, nor a restart; one for each kind."""

from collections.abc import Mapping
from typing import Final

from kafka_tck.model.sources import KIP, Code
from kafka_tck.properties.requirement import Requirement

_SOURCE: Final = Code("TransactionCoordinator; a refusal appends nothing to __transaction_state")

after_init = Requirement(
    "transactions.a-refused-beginning-leaves-no-trace",
    "After a refused InitProducerId the id has the state, epoch, timeout and partitions from "
    "before, and its owner goes on.",
    _SOURCE,
    covers=("E-69",),
)

after_adding = Requirement(
    "transactions.a-refused-addition-leaves-no-trace",
    "After a refused AddPartitionsToTxn the id has the state and partitions from before, and its "
    "owner goes on.",
    _SOURCE,
    covers=("E-69",),
    mutants=("adds-some-of-the-partitions",),
)

after_ending = Requirement(
    "transactions.a-refused-end-leaves-no-trace",
    "After a refused EndTxn the transaction is as open as before, and its owner goes on and ends "
    "it.",
    _SOURCE,
    covers=("E-69",),
    mutants=("counts-refused-ends",),
)

after_writing = Requirement(
    "transactions.a-refused-batch-leaves-no-trace",
    "After a refused batch of an older epoch, or of another producer or partition, the transaction "
    "is as it was, and its owner writes the next batch and ends it.",
    KIP(890, "verify that a partition is part of the transaction"),
    covers=("E-69",),
)

after_writing_later = Requirement(
    "transactions.a-refused-batch-of-a-later-epoch-leaves-no-trace",
    "After a refused batch of an epoch that was never given, the transaction is as it was, and its "
    "owner writes the next batch and ends it.",
    KIP(890, "verify that a partition is part of the transaction"),
    covers=("E-69",),
    since=(4, 0),
)

after_restart = Requirement(
    "transactions.a-clean-restart-forgets-no-transaction",
    "After a clean restart of the coordinator each id has the state, owner, start and partitions "
    "from before; what was decided is completed so, and the owner goes on.",
    Code("TransactionStateManager.loadTransactionsForTxnTopicPartition"),
    covers=("E-05", "E-07", "E-37"),
    needs=frozenset({"fault.restart"}),
    mutants=("keeps-the-start-in-memory",),
)

ALL: Final = (after_init, after_adding, after_ending, after_writing, after_writing_later)

SAID: Final[Mapping[str, str]] = {
    after_writing_later.id: "a batch of a later epoch was refused",
    after_writing.id: "a batch was refused",
    after_ending.id: "an EndTxn was refused",
    after_adding.id: "an AddPartitionsToTxn was refused",
    after_init.id: "an InitProducerId was refused",
    after_restart.id: "the broker was restarted cleanly",
}
"""What came before, in words; what explains most of a batch comes first, of a state last."""

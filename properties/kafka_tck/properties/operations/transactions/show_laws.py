"""Requirements on what can be seen of transactions, and on how they go on by themselves."""

from kafka_tck.model.sources import KIP, Code
from kafka_tck.properties.requirement import Requirement

described = Requirement(
    "transactions.descriptions-tell-state-owner-and-partitions",
    "DescribeTransactions tells the state, the producer id and epoch, the timeout and the "
    "partitions of a transactional id as requests have left them.",
    KIP(664, "DescribeTransactions"),
    covers=("E-66",),
)

unknown_id = Requirement(
    "transactions.unknown-ids-are-not-described",
    "DescribeTransactions of an id that nobody has used is answered with "
    "TRANSACTIONAL_ID_NOT_FOUND.",
    KIP(664, "DescribeTransactions"),
    covers=("E-66",),
)

no_start = Requirement(
    "transactions.who-began-anew-has-no-start",
    "An id whose producer has begun and added nothing yet has the start time -1.",
    KIP(664, "DescribeTransactions"),
    covers=("E-66",),
)

one_start = Requirement(
    "transactions.a-transaction-starts-with-its-first-partition",
    "The start time of an open transaction is set when its first partition is added, and not "
    "changed by later ones.",
    Code("TransactionMetadata.prepareAddPartitions"),
    covers=("E-24",),
    mutants=("timeout-begins-again",),
)

decided = Requirement(
    "transactions.what-is-decided-comes-to-be",
    "A transaction that is to be committed becomes CompleteCommit, one that is to be aborted "
    "CompleteAbort, within bounded time.",
    KIP(98, "transaction coordinator"),
    covers=("E-37",),
)

timed_out = Requirement(
    "transactions.what-nobody-ends-is-aborted-in-time",
    "A transaction that is open for longer than its timeout is aborted by the coordinator, under "
    "the next epoch, and not before; within the timeout and one interval of the coordinator.",
    KIP(98, "transaction timeout"),
    covers=("E-54", "E-55"),
    mutants=(
        "own-aborts-keep-the-epoch",
        "never-times-out",
    ),
)

listed = Requirement(
    "transactions.listings-have-what-the-filters-let-through",
    "ListTransactions has the transactional ids with state and producer id, and with filters those "
    "that are in one of the states, have one of the producer ids, and match the pattern; states "
    "that do not exist are named in the answer.",
    KIP(664, "ListTransactions"),
    covers=("E-67",),
    mutants=("lists-without-filters",),
)

waits_for_markers = Requirement(
    "transactions.nothing-is-complete-before-its-markers",
    "A transaction is PrepareCommit or PrepareAbort as long as the marker of one of its partitions "
    "cannot be written; what is asked of its id meanwhile has to wait.",
    KIP(98, "transaction coordinator"),
    covers=("E-04", "E-36", "E-50"),
    needs=frozenset({"nodes.3", "fault.kill"}),
    mutants=(
        "completes-before-its-markers",
        "init-does-not-wait",
        "adds-while-completing",
    ),
)

stays_decided = Requirement(
    "transactions.what-is-decided-does-not-time-out",
    "A transaction that is PrepareCommit or PrepareAbort for longer than its timeout stays so.",
    Code("TransactionStateManager.timedOutTransactions"),
    covers=("E-56",),
    needs=frozenset({"nodes.3", "fault.kill", "time.virtual"}),
    mutants=("times-out-what-is-decided",),
)

coordinator = Requirement(
    "transactions.the-coordinator-leads-the-partition-of-the-id",
    "FindCoordinator gives for a transactional id the leader of the partition of "
    "__transaction_state whose number is the hash of the id modulo the number of partitions.",
    Code("TransactionStateManager.partitionFor"),
    covers=("E-01",),
)

elsewhere = Requirement(
    "transactions.other-nodes-are-no-coordinators",
    "A node that does not coordinate a transactional id answers requests for it with "
    "NOT_COORDINATOR.",
    KIP(98, "FindCoordinatorRequest"),
    covers=("E-01", "E-66"),
    needs=frozenset({"nodes.3"}),
)

recovered = Requirement(
    "transactions.the-next-coordinator-completes-what-was-decided",
    "A transaction that is PrepareCommit or PrepareAbort when its coordinator is restarted becomes "
    "CompleteCommit or CompleteAbort, as was decided.",
    Code("TransactionStateManager.loadTransactionsForTxnTopicPartition"),
    covers=("E-07", "E-37"),
    needs=frozenset({"nodes.3", "fault.kill", "fault.restart"}),
    mutants=("decides-again-on-recovery", "forgets-what-was-decided"),
)

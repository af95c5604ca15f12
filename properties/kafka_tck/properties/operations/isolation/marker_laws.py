"""Requirements on transaction markers, which a client may write too."""

from typing import Final

from kafka_tck.model.sources import KIP, Code
from kafka_tck.properties.requirement import Authority, Requirement

markers_end_what_is_open = Requirement(
    "markers.a-marker-ends-the-open-transaction",
    "WriteTxnMarkers appends one control batch with the outcome and the coordinator epoch to every "
    "partition that it names, whatever sequences the producer has used, and is answered when that "
    "is committed.",
    KIP(98, "WriteTxnMarkersRequest"),
    covers=("E-45", "D-19"),
    mutants=("commits-what-is-aborted",),
)

markers_of_older_epochs_are_refused = Requirement(
    "markers.older-epochs-are-refused",
    "A marker whose producer epoch is older than the one that the partition knows is refused with "
    "INVALID_PRODUCER_EPOCH; a later one becomes the epoch that it knows.",
    Code("ProducerAppendInfo.appendEndTxnMarker"),
    covers=("E-46",),
    mutants=(
        "takes-markers-of-older-epochs",
        "markers-do-not-fence",
    ),
)

older_coordinators_are_fenced = Requirement(
    "markers.older-coordinators-are-fenced",
    "A marker whose coordinator epoch is older than that of the producer's last marker is refused "
    "with TRANSACTION_COORDINATOR_FENCED.",
    Code("ProducerAppendInfo.checkCoordinatorEpoch"),
    covers=("E-46",),
    mutants=("takes-markers-of-former-coordinators",),
)

markers_need_no_transaction = Requirement(
    "markers.a-marker-without-a-transaction-is-appended",
    "A marker for a producer that has no transaction open is appended, as often as it comes; it "
    "takes an offset and decides nothing.",
    Code("ProducerAppendInfo.appendEndTxnMarker"),
    covers=("E-48", "A-05"),
    authority=Authority.OBSERVED,
    mutants=("markers-need-a-transaction",),
)

newer_markers_are_later = Requirement(
    "markers.of-the-newer-protocol-are-later-than-their-transaction",
    "A marker for a transaction of version 2 has a later epoch than the partition knows, else it "
    "is refused with INVALID_PRODUCER_EPOCH; with the same epoch and nothing open it is a "
    "repetition.",
    KIP(1228),
    covers=("E-47",),
    since=(4, 2),
    mutants=(
        "takes-markers-of-the-transaction-before",
        "refuses-repeated-markers",
    ),
)

markers_keep_or_end_the_memory = Requirement(
    "markers.a-later-epoch-ends-the-memory-of-batches",
    "A marker of the same epoch leaves the sequences and the last batches as they are known; one "
    "of a later epoch ends them, so that the next batch has that epoch and sequence 0.",
    Code("ProducerStateEntry.maybeUpdateProducerEpoch"),
    covers=("D-13", "D-19"),
    mutants=("markers-forget-batches",),
)

no_plain_batch_in_an_open_transaction = Requirement(
    "markers.no-plain-batch-in-an-open-transaction",
    "A batch without the transactional bit of a producer whose transaction is open on the "
    "partition is refused with INVALID_TXN_STATE.",
    Code("ProducerAppendInfo.appendDataBatch"),
    covers=("D-20",),
    mutants=("takes-plain-batches-in-a-transaction",),
)

partitions_tell_their_producers = Requirement(
    "markers.a-partition-tells-its-producers",
    "DescribeProducers tells of each producer that wrote to the partition or was marked there the "
    "epoch, the last sequence, the coordinator epoch of the last marker and where its open "
    "transaction began, each -1 where there is none.",
    KIP(664),
    covers=("E-68",),
    mutants=("hides-open-transactions",),
)

ALL: Final = (
    markers_end_what_is_open,
    markers_of_older_epochs_are_refused,
    older_coordinators_are_fenced,
    markers_need_no_transaction,
    newer_markers_are_later,
    markers_keep_or_end_the_memory,
    no_plain_batch_in_an_open_transaction,
    partitions_tell_their_producers,
)

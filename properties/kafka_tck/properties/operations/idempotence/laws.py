"""Requirements on idempotent producers, without transactions."""

from typing import Final

from kafka_tck.model.sequences import Case
from kafka_tck.model.sources import KIP, Code
from kafka_tck.properties.requirement import Requirement

ids_are_fresh = Requirement(
    "idempotence.producer-ids-are-given-once",
    "InitProducerId without a transactional id gives a producer id that was never given before, "
    "with epoch 0, whatever id and epoch the request names.",
    KIP(98, "InitProducerId"),
    covers=("D-01",),
    mutants=("gives-one-producer-id-to-all",),
)

repetitions = Requirement(
    "idempotence.a-repeated-batch-is-answered-as-the-first",
    "A batch with the epoch and the sequences of one of the last five that were accepted is "
    "answered with NONE and the offset of that one, and is not appended again.",
    KIP(98, "sequence numbers"),
    covers=("D-04", "D-05", "D-30"),
    mutants=(
        "forgets-what-it-took",
        "remembers-one-batch",
        "answers-a-repetition-with-the-log-end",
    ),
)

old_repetitions = Requirement(
    "idempotence.what-is-not-remembered-is-out-of-order",
    "A repetition of an older batch than the last five, or one that cuts batches otherwise, is "
    "refused with OUT_OF_ORDER_SEQUENCE_NUMBER.",
    Code("ProducerAppendInfo.checkSequence; ProducerStateEntry.NUM_BATCHES_TO_RETAIN"),
    covers=("D-06", "D-30"),
    mutants=("remembers-too-much", "takes-overlapping-batches"),
)

next_in_order = Requirement(
    "idempotence.the-next-sequence-follows-the-last",
    "Within an epoch a batch begins with the sequence after the last one, and with 0 after 2^31-1; "
    "any other is refused with OUT_OF_ORDER_SEQUENCE_NUMBER until the missing one has come.",
    KIP(98, "sequence numbers"),
    covers=("D-07", "D-08", "D-18"),
    mutants=("takes-a-gap", "does-not-begin-again-at-zero"),
)

new_epochs = Requirement(
    "idempotence.a-later-epoch-begins-at-zero",
    "The first batch of a later epoch has sequence 0; others are refused with "
    "OUT_OF_ORDER_SEQUENCE_NUMBER. It ends the memory of the earlier epoch.",
    Code("ProducerAppendInfo.checkSequence; ProducerStateEntry.maybeUpdateProducerEpoch"),
    covers=("D-09", "D-13"),
    mutants=("takes-any-sequence-of-a-later-epoch",),
)

unknown_producers = Requirement(
    "idempotence.unknown-producers-begin-anywhere",
    "A partition that knows nothing of a producer id takes any epoch and any sequence of it; it "
    "counts for each partition on its own.",
    KIP(360),
    covers=("D-10", "D-16"),
    mutants=("refuses-unknown-producers",),
)

old_epochs = Requirement(
    "idempotence.older-epochs-are-refused",
    "A batch of an older epoch is refused with INVALID_PRODUCER_EPOCH, also if it repeats one that "
    "was accepted.",
    KIP(588),
    covers=("D-11", "D-12"),
    mutants=("takes-older-epochs", "takes-the-epoch-before"),
)

refused_leave_no_trace = Requirement(
    "idempotence.a-refused-batch-changes-nothing",
    "After a batch was refused the next one is answered as if it had never been sent.",
    Code("ProducerStateManager.update"),
    covers=("D-14",),
    mutants=("counts-what-it-refuses",),
)

reloaded_producers = Requirement(
    "idempotence.a-clean-restart-forgets-no-producer",
    "After a clean restart a partition knows the epoch, the last sequence and the last batch of "
    "each producer; of the four before it may have forgotten some.",
    Code("ProducerStateManager.writeSnapshot, readSnapshot"),
    covers=("D-24",),
    needs=frozenset({"fault.restart"}),
    mutants=("forgets-producers-on-restart",),
)

LAW_OF: Final = {
    Case.REPETITION: repetitions,
    Case.OLD_REPETITION: old_repetitions,
    Case.OLD_EPOCH: old_epochs,
    Case.NEXT: next_in_order,
    Case.NEW_EPOCH: new_epochs,
    Case.UNKNOWN_PRODUCER: unknown_producers,
}
"""The requirement behind each rule of the specification."""

ALL: Final = (ids_are_fresh, refused_leave_no_trace, *LAW_OF.values())

"""The protocol, and the four that were there before it."""

from kafka_tck.model.replication.state import (
    FIRST_TRY,
    HIGH_WATERMARK,
    KIP_101,
    KIP_279,
    KIP_320,
    Replication,
    replication,
)

replication.variant(KIP_320, "Followers and leaders fence each other by epoch.", Replication())
replication.variant(
    FIRST_TRY,
    "A follower truncates when a fetch shows that its log differs; rejected for KIP-320.",
    Replication(protocol=FIRST_TRY),
    breaks=("the_isr_holds_what_is_committed", "the_assumed_isr_holds_what_is_committed"),
)
replication.variant(
    KIP_279,
    "A new follower truncates to the last record that it shares with its leader.",
    Replication(protocol=KIP_279),
    breaks=("the_isr_holds_what_is_committed", "the_assumed_isr_holds_what_is_committed"),
)
replication.variant(
    KIP_101,
    "A new follower truncates to where the leader's records of its last epoch end.",
    Replication(protocol=KIP_101),
    breaks=("the_isr_holds_what_is_committed", "the_assumed_isr_holds_what_is_committed"),
)
replication.variant(
    HIGH_WATERMARK,
    "A new follower truncates to its own high watermark, as before KIP-101.",
    Replication(protocol=HIGH_WATERMARK),
    breaks=("the_isr_holds_what_is_committed", "the_assumed_isr_holds_what_is_committed"),
)

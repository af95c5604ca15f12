"""Wrong ways to acknowledge, each of which loses records."""

from kafka_tck.model.durability.state import Durability, durability

durability.variant(
    "acks-after-minimum",
    "Wrong: acks=all is answered when min.insync.replicas copies exist, not the whole ISR.",
    Durability(min_insync_replicas=2, acks_after_minimum=True),
)
durability.variant(
    "acks-before-append",
    "Wrong: a follower tells of records before it has appended them.",
    Durability(acks_before_append=True),
)
durability.variant(
    "no-gate",
    "Wrong: the high watermark moves while the ISR is too small, though others stay eligible.",
    Durability(min_insync_replicas=2, elr=True, gate=False),
)

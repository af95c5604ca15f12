"""Why replication under KIP-320 keeps what is committed: claims that support each other.

Together with what the module promises they are inductive: they hold at the beginning, and every
action keeps them, for any number of epochs, records and offsets. `prove` shows that; the batch
reader evaluates each of them in all reachable states of small sizes.

Three ideas carry the proof. The replicas' highest epoch has one ISR, `known_isr`, within which all
later ISRs lie. A leader of an older epoch has somebody in its ISR who has moved on, so it commits
nothing any more. And who is, or may yet become, leader of an epoch has all that was committed in
earlier ones.
"""

from kafka_tck.model.replication_proof import commits, guards, isrs, leading, logs

__all__ = ["commits", "guards", "isrs", "leading", "logs"]

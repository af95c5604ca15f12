"""Why silence of an incremental fetch session means that nothing has changed."""

from kafka_tck.model.fetch_sessions import NEVER_SENT, CachedPartition, cached_partition
from kafka_tck.model.terms import Bool, all_of, implies, negate


@cached_partition.supports()
def bounds_are_offsets(p: CachedPartition) -> Bool:
    """The log start and the HW are never what stands for bounds that were not sent."""
    return all_of([p.log_start >= 0, p.hw >= 0])


@cached_partition.supports()
def what_was_sent_is_known(p: CachedPartition) -> Bool:
    """The client knows the bounds that the session sent last, and that there was no error."""
    knows = [p.known_hw == p.sent_hw, p.known_start == p.sent_start, negate(p.known_to_fail)]
    return implies(p.sent_hw != NEVER_SENT, all_of(knows))

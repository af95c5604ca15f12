"""What a partition makes of a numbered batch: KIP-98's rules for batches of one record.

`sequences.py` has the same rules for batches of any size, as plain functions for the judge; a test
holds both equal.
"""

from typing import Any

from kafka_tck.model.idempotence.state import Stream, following
from kafka_tck.model.terms import NONE, Bool, Int, all_of, any_of, choose


def behind(p: Stream, sequence: Int) -> Int:
    """How many sequences lie between this one and the last that is known: 0 for itself."""
    return choose(sequence <= p.last, p.last - sequence, p.last - sequence + p.given.turn)


def repeats(p: Stream, batch: Any) -> Bool:
    """It is one of the batches that are remembered."""
    return all_of([batch.epoch == p.known_epoch, behind(p, batch.sequence) < p.remembered])


def has_present_epoch(p: Stream, batch: Any) -> Bool:
    """Its epoch is not older than the one that is known."""
    present: Bool = p.known_epoch <= batch.epoch
    return present


def is_in_sequence(p: Stream, batch: Any) -> Bool:
    """It follows the last one, or begins a later epoch at 0; or nothing is known to follow."""
    follows = batch.sequence == following(p, p.last)
    begins = batch.sequence == 0
    return any_of([p.known_epoch == NONE, choose(p.known_epoch == batch.epoch, follows, begins)])

"""Fencing by leader epoch: a client that names the epoch it knows is told when it is not the one.

Source: Partition.checkCurrentLeaderEpoch (4.3), KIP-320.
"""

from typing import Final

NOT_GIVEN: Final = -1
"""A current leader epoch of a client that does not know one: nothing is checked."""


def error_of_current_epoch(given: int, epoch: int) -> str:
    """What a leader under `epoch` says to a client that believes in the epoch `given`."""
    if given in (NOT_GIVEN, epoch):
        return "NONE"
    return "FENCED_LEADER_EPOCH" if given < epoch else "UNKNOWN_LEADER_EPOCH"

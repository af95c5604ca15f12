"""The features of the cluster: what is supported, and what a new cluster finalizes (KIP-584)."""

from typing import Final

ELR: Final = "eligible.leader.replicas.version"
"""Whether eligible leader replicas are kept: 1, or 0 (KIP-966)."""

TRANSACTIONS: Final = "transaction.version"
"""0 and 1: the form of the coordinator's log; 2: clients raise the epoch at each end (KIP-890)."""

GROUPS: Final = "group.version"
"""Whether there are consumer groups, in which the coordinator assigns: 1, or 0 (KIP-848)."""

SUPPORTED: Final = {
    "metadata.version": (7, 30),
    GROUPS: (0, 1),
    TRANSACTIONS: (0, 2),
    ELR: (0, 1),
}
"""Lowest and highest level that this release can finalize."""

BOOTSTRAP: Final = {"metadata.version": 30, GROUPS: 1, TRANSACTIONS: 2, ELR: 1}
"""Levels of a cluster that was formatted by this release."""

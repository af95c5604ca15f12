"""The features of the cluster: what is supported, and what a new cluster finalizes (KIP-584)."""

from typing import Final

SUPPORTED: Final = {"metadata.version": (7, 30)}
"""Lowest and highest level that this release can finalize."""

BOOTSTRAP: Final = {"metadata.version": 30}
"""Levels of a cluster that was formatted by this release."""

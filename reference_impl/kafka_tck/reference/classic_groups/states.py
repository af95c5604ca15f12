"""The states of a classic group. Source: ClassicGroupState, 4.3."""

from enum import Enum


class State(Enum):
    """The values are what clients are told."""

    EMPTY = "Empty"
    PREPARING = "PreparingRebalance"
    COMPLETING = "CompletingRebalance"
    STABLE = "Stable"
    DEAD = "Dead"

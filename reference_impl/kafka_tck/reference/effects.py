"""What a state machine wants done. It never does it itself: a driver does (scheduler or TCP)."""

from dataclasses import dataclass

from kafka_tck.reference.messages import Message


@dataclass(frozen=True, slots=True)
class Send:
    """Write these bytes to a client's connection."""

    connection: int
    data: bytes


@dataclass(frozen=True, slots=True)
class Close:
    """End a client's connection."""

    connection: int


@dataclass(frozen=True, slots=True)
class WakeAt:
    """Call `wake` at this time, in milliseconds since 1970, or earlier."""

    ms: int


@dataclass(frozen=True, slots=True)
class Tell:
    """Carry a message to another node of the cluster; it may be late or lost, never changed."""

    to: int
    message: Message


Effect = Send | Close | WakeAt | Tell

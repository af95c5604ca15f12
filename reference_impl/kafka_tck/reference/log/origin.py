"""Who appends to a leader's log, which decides what is checked."""

from dataclasses import dataclass
from typing import Final


@dataclass(frozen=True, slots=True)
class Origin:
    """A client's Produce of some version, or a coordinator; a marker is of a transaction.version.

    Source: AppendOrigin.
    """

    from_client: bool
    produce_version: int = -1
    transaction_version: int = 0


COORDINATOR: Final = Origin(from_client=False)

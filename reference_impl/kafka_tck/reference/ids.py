"""Every id that a real cluster would draw at random, drawn from the seed."""

import base64
import random
from uuid import UUID


class Ids:
    """One source of ids; two with the same seed and name give the same ids in the same order."""

    def __init__(self, seed: int, name: str) -> None:
        self._random = random.Random(f"{seed}/{name}")

    def uuid(self) -> UUID:
        """A topic id: never one of the reserved ones, never one whose text starts with "-"."""
        while True:
            drawn = UUID(int=self._random.getrandbits(128), version=4)
            if not uuid_text(drawn).startswith("-"):
                return drawn

    def session_id(self) -> int:
        """A positive 32-bit number, as `FetchSessionCache.newSessionId` draws."""
        return self._random.randint(1, 2**31 - 1)

    def below(self, bound: int) -> int:
        return self._random.randrange(bound)


def uuid_text(value: UUID) -> str:
    """A UUID as Kafka writes it: 22 characters of base64 for URLs, without padding."""
    return base64.urlsafe_b64encode(value.bytes).decode().rstrip("=")

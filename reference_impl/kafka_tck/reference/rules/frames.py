"""Which frames a broker takes."""

from collections.abc import Sequence
from typing import TypeVar

T = TypeVar("T")


class FrameRules:
    """Source: SocketServer, NetworkReceive, RequestContext."""

    def size_limit(self, configured: int) -> int:
        """The largest frame in bytes, without its size field."""
        return configured

    def serves(self, version: int, oldest: int, newest: int) -> bool:
        return oldest <= version <= newest

    def closes(self, unreadable: str) -> bool:
        """Whether a request closes its connection of which this ("header", "key", "version",
        "body") cannot be read, or is not served; else it is passed over in silence."""
        return True

    def closed_by(self, broken: T, clients: Sequence[T]) -> Sequence[T]:
        """The connections that are closed when one of them is broken."""
        return [broken]

    def takes_client_id(self, client_id: str | None) -> bool:
        return True

    def refusal_closes(self) -> bool:
        """Whether a connection takes no requests after a refusal of its ApiVersions."""
        return False

    def overtakes(self) -> bool:
        """Whether a request is begun while the one before it on its connection waits."""
        return False

    def told_correlation_id(self, correlation_id: int) -> int:
        """The correlation id of an answer: that of its request."""
        return correlation_id

    def answers(self, api: str) -> bool:
        """Whether a request of an API is answered; else its connection is closed."""
        return True

    def answers_unknown_api_versions(self) -> bool:
        """ApiVersions alone is answered in every version, so that a client can step down."""
        return True

    def software_is_named(self, name: str, version: str) -> bool:
        """Whether an ApiVersions v3+ request names its client as KIP-511 wants it."""
        return _is_word(name) and _is_word(version)


def _is_word(text: str) -> bool:
    inner = text.replace("-", "a").replace(".", "a")
    return (
        bool(text)
        and inner.isascii()
        and inner.isalnum()
        and text[0].isalnum()
        and (text[-1].isalnum())
    )

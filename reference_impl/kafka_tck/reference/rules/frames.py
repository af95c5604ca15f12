"""Which frames a broker takes."""


class FrameRules:
    """Source: SocketServer, NetworkReceive, RequestContext."""

    def size_limit(self, configured: int) -> int:
        """The largest frame in bytes, without its size field."""
        return configured

    def serves(self, version: int, oldest: int, newest: int) -> bool:
        return oldest <= version <= newest

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

"""Brokers that take frames which they cannot understand, or refuse good ones."""

from collections.abc import Sequence
from typing import TypeVar

from kafka_tck.reference.mutants.mutant import wrong
from kafka_tck.reference.rules import FrameRules

T = TypeVar("T")


@wrong("takes-frames-of-any-size", "A frame may be larger than any request.", "M07")
class TakesFramesOfAnySize(FrameRules):
    def size_limit(self, configured: int) -> int:
        return 2**31 - 1


@wrong("closes-on-unknown-api-versions", "ApiVersions of a later version closes.", "KIP-511")
class ClosesOnUnknownApiVersions(FrameRules):
    def answers_unknown_api_versions(self) -> bool:
        return False


@wrong("takes-any-software-name", "A client may call itself anything.", "KIP-511")
class TakesAnySoftwareName(FrameRules):
    def software_is_named(self, name: str, version: str) -> bool:
        return True


@wrong(
    "passes-over-broken-headers",
    "A request without a whole header is passed over in silence.",
    "M36",
)
class PassesOverBrokenHeaders(FrameRules):
    def closes(self, unreadable: str) -> bool:
        return unreadable != "header"


@wrong(
    "passes-over-broken-bodies", "A request that cannot be read is passed over in silence.", "M36"
)
class PassesOverBrokenBodies(FrameRules):
    def closes(self, unreadable: str) -> bool:
        return unreadable != "body"


@wrong("passes-over-unknown-keys", "A request of an unknown API is passed over in silence.", "M36")
class PassesOverUnknownKeys(FrameRules):
    def closes(self, unreadable: str) -> bool:
        return unreadable != "key"


@wrong(
    "passes-over-unknown-versions",
    "A request of a version that is not served is passed over.",
    "M36",
)
class PassesOverUnknownVersions(FrameRules):
    def closes(self, unreadable: str) -> bool:
        return unreadable != "version"


@wrong(
    "limits-frames-below-the-limit",
    "A frame may have a sixteenth of the size that is allowed.",
    "M07",
)
class LimitsFramesBelowTheLimit(FrameRules):
    def size_limit(self, configured: int) -> int:
        return configured // 16


@wrong("clients-must-have-an-id", "A request whose client id is null closes its connection.", "M36")
class ClientsMustHaveAnId(FrameRules):
    def takes_client_id(self, client_id: str | None) -> bool:
        return client_id is not None


@wrong(
    "correlation-ids-lose-their-sign",
    "A negative correlation id comes back as a positive one.",
    "M36",
)
class CorrelationIdsLoseTheirSign(FrameRules):
    def told_correlation_id(self, correlation_id: int) -> int:
        return correlation_id & 0x7FFFFFFF


@wrong("refusals-close", "A connection ends when its version of ApiVersions is refused.", "KIP-511")
class RefusalsClose(FrameRules):
    def refusal_closes(self) -> bool:
        return True


@wrong(
    "a-broken-request-closes-all", "A request that cannot be read closes all connections.", "M36"
)
class ABrokenRequestClosesAll(FrameRules):
    def closed_by(self, broken: T, clients: Sequence[T]) -> Sequence[T]:
        return clients


@wrong(
    "requests-overtake",
    "A request is answered before the one before it, if that has to wait.",
    "M36",
)
class RequestsOvertake(FrameRules):
    def overtakes(self) -> bool:
        return True


@wrong("hangs-up-on-fetches", "Fetch closes the connection.", "M36")
class HangsUpOnFetches(FrameRules):
    def answers(self, api: str) -> bool:
        return api != "Fetch"

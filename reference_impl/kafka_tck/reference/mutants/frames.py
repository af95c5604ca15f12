"""Brokers that take frames which they cannot understand, or refuse good ones."""

from kafka_tck.reference.mutants.mutant import wrong
from kafka_tck.reference.rules import FrameRules


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

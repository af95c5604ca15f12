"""What a target says of itself: API versions, features, and the release it behaves like."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cached_property

from kafka_tck.adapters.client import Answer, Outcome, RawClient
from kafka_tck.adapters.target import Misuse
from kafka_tck.properties.requirement import Release
from kafka_tck.wire.messages import APIS, BY_KEY

_BY_METADATA_VERSION: Mapping[int, Release] = {
    7: (3, 3),
    8: (3, 4),
    11: (3, 5),
    14: (3, 6),
    19: (3, 7),
    20: (3, 8),
    21: (3, 9),
    25: (4, 0),
    27: (4, 1),
    29: (4, 2),
    30: (4, 3),
}
"""The highest metadata.version that each release supports (measured, or Features.java)."""

NEWEST: Release = (4, 3)


@dataclass(frozen=True)
class Profile:
    """API ranges by name, finalized features by name, and the release."""

    ranges: Mapping[str, tuple[int, int]]
    features: Mapping[str, int] = field(default_factory=dict)
    release: Release = NEWEST

    def newest(self, api: str) -> int:
        """The newest version that both the target and the schema have. KeyError if none."""
        low, high = self.ranges[api]
        return min(high, APIS[api].newest)

    @cached_property
    def newest_of_each(self) -> Mapping[str, int]:
        """The same of all APIs that the target has."""
        return {api: self.newest(api) for api in self.ranges}

    def oldest(self, api: str) -> int:
        low, high = self.ranges[api]
        return max(low, APIS[api].oldest)

    def versions(self, api: str) -> range:
        """All versions of an API that can be sent to the target."""
        return range(self.oldest(api), self.newest(api) + 1)

    def has(self, api: str) -> bool:
        return api in self.ranges


def parse_release(text: str) -> Release:
    """`4.3.1` or `4.3` as (4, 3). Raises `Misuse`."""
    parts = text.split(".")
    if len(parts) < 2 or not all(part.isdigit() for part in parts[:2]):
        raise Misuse(f"{text!r} is not a release: write for example 4.3")
    return int(parts[0]), int(parts[1])


def read_profile(client: RawClient, behaves_like: str | None) -> Profile:
    """Asks ApiVersions. Raises `Misuse` if the target does not answer as a Kafka does."""
    outcome = _ask(client)
    if not isinstance(outcome, Answer) or outcome.body.error_code != 0:
        raise Misuse(f"node {client.node} does not answer ApiVersions as Kafka does: {outcome}")
    body = outcome.body
    ranges = {
        BY_KEY[entry.api_key].name: (entry.min_version, entry.max_version)
        for entry in body.api_keys
        if entry.api_key in BY_KEY
    }
    features = {f.name: f.max_version_level for f in body.finalized_features or []}
    supported = {f.name: f.max_version for f in body.supported_features or []}
    release = parse_release(behaves_like) if behaves_like else _release_of(supported)
    return Profile(ranges, features, release)


def _ask(client: RawClient) -> Outcome:
    newest = client.api_versions(version=4).outcome()
    if isinstance(newest, Answer) and newest.body.error_code == 0:
        return newest
    return client.api_versions(version=3).outcome()


def _release_of(supported: Mapping[str, int]) -> Release:
    """The newest release whose metadata.version is not above what the target supports."""
    highest = supported.get("metadata.version")
    if highest is None:
        return NEWEST
    fitting = [release for level, release in _BY_METADATA_VERSION.items() if level <= highest]
    return max(fitting, default=NEWEST)

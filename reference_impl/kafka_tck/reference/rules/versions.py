"""What ApiVersions tells of the APIs and of the cluster's features."""

from collections.abc import Mapping

Range = tuple[int, int]


class VersionRules:
    """Source: ApiVersionsResponse, ApiMessageType, BrokerFeatures."""

    def told_range(self, api: str, served: Range, version: int) -> Range:
        """The lowest and highest version of an API, the same in every version of the answer."""
        return served

    def told_supported(self, supported: Mapping[str, Range], version: int) -> Mapping[str, Range]:
        """Features that may be at level 0 are told from version 4 on: older clients choke."""
        return {name: both for name, both in supported.items() if both[0] > 0 or version > 3}

    def told_finalized(self, levels: Mapping[str, int]) -> Mapping[str, int]:
        """A feature at level 0 is not told."""
        return {name: level for name, level in levels.items() if level > 0}

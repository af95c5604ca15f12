"""Releases of Apache Kafka: their names and what they need."""

import re
from typing import Final

from kafka_tck.adapters.target import Misuse

DEFAULT: Final = "4.3.1"
OLDEST: Final = (3, 3)
"""KRaft is ready for production since 3.3 (KIP-833); older releases are not started."""

_NAME: Final = re.compile(r"(\d+)\.(\d+)\.(\d+)")


def numbers(release: str) -> tuple[int, int, int]:
    """`4.3.1` as (4, 3, 1). Raises `Misuse` if it is no release that can be started."""
    match = _NAME.fullmatch(release)
    if match is None:
        raise Misuse(f"{release!r} is no release of Apache Kafka: write, say, apache-kafka:4.3.1")
    major, minor, patch = (int(part) for part in match.groups())
    if (major, minor) < OLDEST:
        raise Misuse(f"Apache Kafka {release} needs ZooKeeper; the oldest release here is 3.3.1")
    return major, minor, patch


def oldest_java(release: str) -> int:
    """The Java that brokers of the release need: 17 since 4.0 (KIP-1013), 11 before."""
    return 17 if numbers(release) >= (4, 0, 0) else 11


def formats_features(release: str) -> bool:
    """Whether `StorageTool format` takes `--feature` (KIP-1022, since 3.9)."""
    return numbers(release) >= (3, 9, 0)


def advertises_controllers(release: str) -> bool:
    """Whether controllers are in `advertised.listeners` (KIP-853, since 3.9)."""
    return numbers(release) >= (3, 9, 0)

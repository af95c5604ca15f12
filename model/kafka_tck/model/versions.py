"""Versions of requests that Kafka has removed."""

from collections.abc import Mapping
from typing import Final

OLDEST_SINCE_4_0: Final[Mapping[str, int]] = {
    "Fetch": 4,
    "ListOffsets": 1,
    "OffsetCommit": 2,
    "OffsetFetch": 1,
    "CreateTopics": 2,
    "DeleteTopics": 1,
    "OffsetForLeaderEpoch": 2,
    "DescribeConfigs": 1,
    "DescribeAcls": 1,
    "CreateAcls": 1,
    "DeleteAcls": 1,
    "AlterReplicaLogDirs": 1,
    "DescribeLogDirs": 1,
}
"""The lowest version of an API that KIP-896 left, for those that lost some."""

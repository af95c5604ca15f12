"""Real brokers for tests: skipped where there is no Java or no jar."""

from collections.abc import Iterator

import pytest

from kafka_tck.adapters.apache_kafka.kafka_target import (
    ApacheKafkaTarget,
    find_runtime,
    start_target,
)
from kafka_tck.adapters.target import Misuse, TargetOptions


@pytest.fixture(scope="session")
def apache_kafka_is_here() -> None:
    """Skips the test with the reason if the default release cannot be had."""
    try:
        find_runtime()
    except Misuse as misuse:
        pytest.skip(str(misuse))


@pytest.fixture(scope="session")
def apache_kafka(apache_kafka_is_here: None) -> Iterator[ApacheKafkaTarget]:
    """One node of the default release. Whoever injects faults brings it back to service."""
    target = start_target(None, TargetOptions())
    yield target
    target.close()


@pytest.fixture(scope="module")
def three(apache_kafka_is_here: None) -> Iterator[ApacheKafkaTarget]:
    """Three nodes without ELR. Whoever injects faults brings them back to service."""
    features = {"eligible.leader.replicas.version": 0}
    target = start_target(None, TargetOptions(nodes=3, features=features))
    yield target
    target.close()

"""The two clusters that are compared, with the same settings."""

from typing import Final

from tests.differential.sides import Side

from kafka_tck.adapters.open import open_target
from kafka_tck.adapters.target import TargetOptions

RELEASE: Final = "4.3.1"

SETTINGS: Final = {
    "auto.create.topics.enable": "true",
    "num.partitions": "1",
    "default.replication.factor": "1",
    "min.insync.replicas": "1",
    "unclean.leader.election.enable": "false",
    # Nothing may happen on its own while a program runs.
    "log.retention.ms": "-1",
    "log.retention.check.interval.ms": "86400000",
    "offsets.retention.check.interval.ms": "86400000",
    "log.cleaner.backoff.ms": "86400000",
    "log.segment.delete.delay.ms": "60000",
    "log.index.size.max.bytes": "1048576",
    "offset.metadata.max.bytes": "8",
    "max.incremental.fetch.session.cache.slots": "100000",
}

SESSION = {"broker.session.timeout.ms": "3000", "broker.heartbeat.interval.ms": "200"}
"""What the adapter sets for Apache Kafka, so that a restart is quick."""


def bundled(seed: int = 0, mutant: str | None = None) -> Side:
    """The bundled broker, or one of its wrong ones."""
    spec = "reference" if mutant is None else f"reference:{mutant}"
    return Side(open_target(spec, TargetOptions(seed=seed, config={**SESSION, **SETTINGS})), True)


def apache_kafka() -> Side:
    """Raises `Misuse` where it cannot be had."""
    config = SETTINGS | {"controller.quorum.append.linger.ms": "0"}
    return Side(open_target(f"apache-kafka:{RELEASE}", TargetOptions(config=config)), False)

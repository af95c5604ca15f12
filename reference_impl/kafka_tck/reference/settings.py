"""The broker settings that are honoured, by Kafka's names. An unknown one is refused.

Source: KafkaConfig and ServerConfigs, 4.3.
"""

from collections.abc import Mapping
from typing import Final

from kafka_tck.reference.definitions import (
    INT_MAX,
    LONG_MAX,
    BadConfig,
    Definition,
    Kind,
    Value,
    at_least,
    between,
    gzip_level,
    nearest,
    one_of,
    some_of,
    table,
)

CODECS: Final = ("uncompressed", "zstd", "lz4", "snappy", "gzip", "producer")

_INT, _LONG, _BOOLEAN = Kind.INT, Kind.LONG, Kind.BOOLEAN


def _topics() -> list[Definition]:
    return [
        Definition("auto.create.topics.enable", _BOOLEAN, "true"),
        Definition("num.partitions", _INT, "1", at_least(1)),
        Definition("default.replication.factor", _INT, "1"),
        Definition("delete.topic.enable", _BOOLEAN, "true"),
        Definition("min.insync.replicas", _INT, "1", at_least(1), dynamic=True),
        Definition("unclean.leader.election.enable", _BOOLEAN, "false", dynamic=True),
    ]


def _requests() -> list[Definition]:
    return [
        Definition("socket.request.max.bytes", _INT, "104857600", at_least(1)),
        Definition("request.timeout.ms", _INT, "30000"),
        Definition("request.timeout.ms", _INT, "30000"),
        Definition("fetch.max.bytes", _INT, "57671680", at_least(1024)),
        Definition("max.incremental.fetch.session.cache.slots", _INT, "1000", at_least(0)),
        Definition("max.request.partition.size.limit", _INT, "2000", at_least(1)),
    ]


def _producers() -> list[Definition]:
    return [
        Definition("producer.id.expiration.ms", _INT, "86400000", at_least(1), dynamic=True),
        Definition(
            "producer.id.expiration.check.interval.ms", _INT, "600000", at_least(1), hidden=True
        ),
    ]


def _transactions() -> list[Definition]:
    cleanup = "transaction.cleanup.interval.ms"
    retry = "add.partitions.to.txn.retry.backoff"
    return [
        Definition("transaction.max.timeout.ms", _INT, "900000", at_least(1)),
        Definition("transactional.id.expiration.ms", _INT, "604800000", at_least(1)),
        Definition("transaction.partition.verification.enable", _BOOLEAN, "true", dynamic=True),
        Definition(f"transaction.abort.timed.out.{cleanup}", _INT, "10000", at_least(1)),
        Definition(f"transaction.remove.expired.{cleanup}", _INT, "3600000", at_least(1)),
        Definition(f"{retry}.ms", _INT, "20", at_least(1)),
        Definition(f"{retry}.max.ms", _INT, "100", at_least(0)),
    ]


def _internal_topics() -> list[Definition]:
    return [
        Definition("offsets.topic.num.partitions", _INT, "50", at_least(1)),
        Definition("offsets.topic.replication.factor", Kind.SHORT, "3", at_least(1)),
        Definition("offsets.topic.segment.bytes", _INT, "104857600", at_least(1)),
        Definition("offset.metadata.max.bytes", _INT, "4096"),
        Definition("offsets.commit.timeout.ms", _INT, "5000", at_least(1)),
        Definition("transaction.state.log.num.partitions", _INT, "50", at_least(1)),
        Definition("transaction.state.log.replication.factor", Kind.SHORT, "3", at_least(1)),
        Definition("transaction.state.log.min.isr", _INT, "2", at_least(1)),
        Definition("transaction.state.log.segment.bytes", _INT, "104857600", at_least(1)),
    ]


def _groups() -> list[Definition]:
    return [
        Definition("group.min.session.timeout.ms", _INT, "6000"),
        Definition("group.max.session.timeout.ms", _INT, "1800000"),
        Definition("group.initial.rebalance.delay.ms", _INT, "3000"),
        Definition("group.max.size", _INT, str(INT_MAX), at_least(1)),
        Definition("offsets.retention.minutes", _INT, "10080", at_least(1)),
        Definition("offsets.retention.check.interval.ms", _LONG, "600000", at_least(1)),
    ]


def _consumer_groups() -> list[Definition]:
    policies = one_of("disabled", "bidirectional", "upgrade", "downgrade")
    assignors = some_of("uniform", "range")
    return [
        Definition("group.consumer.session.timeout.ms", _INT, "45000", at_least(1)),
        Definition("group.consumer.min.session.timeout.ms", _INT, "45000", at_least(1)),
        Definition("group.consumer.max.session.timeout.ms", _INT, "60000", at_least(1)),
        Definition("group.consumer.heartbeat.interval.ms", _INT, "5000", at_least(1)),
        Definition("group.consumer.min.heartbeat.interval.ms", _INT, "5000", at_least(1)),
        Definition("group.consumer.max.heartbeat.interval.ms", _INT, "15000", at_least(1)),
        Definition("group.consumer.max.size", _INT, str(INT_MAX), at_least(1)),
        Definition("group.consumer.assignors", Kind.LIST, "uniform,range", assignors),
        Definition(
            "group.consumer.assignment.interval.ms", _INT, "1000", at_least(0), dynamic=True
        ),
        Definition("group.consumer.min.assignment.interval.ms", _INT, "0", at_least(0)),
        Definition("group.consumer.max.assignment.interval.ms", _INT, "15000", at_least(0)),
        Definition("group.consumer.migration.policy", Kind.STRING, "bidirectional", policies),
        Definition(
            "group.consumer.regex.refresh.interval.ms",
            _INT,
            "600000",
            at_least(10000),
            hidden=True,
        ),
    ]


def _appends() -> list[Definition]:
    types = one_of("CreateTime", "LogAppendTime")
    return [
        Definition("compression.type", Kind.STRING, "producer", one_of(*CODECS), dynamic=True),
        Definition("compression.gzip.level", _INT, "-1", gzip_level, dynamic=True),
        Definition("compression.lz4.level", _INT, "9", between(1, 17), dynamic=True),
        Definition("compression.zstd.level", _INT, "3", between(-131072, 22), dynamic=True),
        Definition("message.max.bytes", _INT, "1048588", at_least(0), dynamic=True),
        Definition("log.message.timestamp.type", Kind.STRING, "CreateTime", types, dynamic=True),
        Definition(
            "log.message.timestamp.before.max.ms",
            _LONG,
            str(LONG_MAX),
            at_least(0),
            dynamic=True,
        ),
        Definition(
            "log.message.timestamp.after.max.ms", _LONG, "3600000", at_least(0), dynamic=True
        ),
    ]


def _replication() -> list[Definition]:
    return [
        Definition("replica.lag.time.max.ms", _LONG, "30000"),
        Definition("replica.selector.class", Kind.STRING, None),
        Definition("replica.fetch.wait.max.ms", _INT, "500"),
        Definition("replica.fetch.min.bytes", _INT, "1"),
        Definition("replica.fetch.max.bytes", _INT, "1048576", at_least(0)),
        Definition("replica.fetch.response.max.bytes", _INT, "10485760", at_least(0)),
        Definition("replica.fetch.backoff.ms", _INT, "1000", at_least(0)),
        Definition("replica.socket.timeout.ms", _INT, "30000"),
        Definition("broker.heartbeat.interval.ms", _INT, "2000"),
        Definition("broker.session.timeout.ms", _INT, "9000"),
    ]


def _segments() -> list[Definition]:
    return [
        Definition("log.segment.bytes", _INT, "1073741824", at_least(1048576), dynamic=True),
        Definition("log.roll.ms", _LONG, None, dynamic=True),
        Definition("log.roll.hours", _INT, "168", at_least(1)),
        Definition("log.roll.jitter.ms", _LONG, None, dynamic=True),
        Definition("log.roll.jitter.hours", _INT, "0", at_least(0)),
        Definition("log.index.interval.bytes", _INT, "4096", at_least(0), dynamic=True),
        Definition("log.index.size.max.bytes", _INT, "10485760", at_least(4), dynamic=True),
        Definition("log.segment.delete.delay.ms", _LONG, "60000", at_least(0), dynamic=True),
        Definition("log.preallocate", _BOOLEAN, "false", dynamic=True),
        Definition("log.flush.interval.messages", _LONG, str(LONG_MAX), at_least(1), dynamic=True),
        Definition("log.flush.interval.ms", _LONG, None, dynamic=True),
        Definition("log.flush.scheduler.interval.ms", _LONG, str(LONG_MAX)),
        Definition("log.flush.offset.checkpoint.interval.ms", _INT, "60000", at_least(0)),
        Definition("log.flush.start.offset.checkpoint.interval.ms", _INT, "60000", at_least(0)),
        Definition("replica.high.watermark.checkpoint.interval.ms", _LONG, "5000"),
    ]


def _retention() -> list[Definition]:
    policies = some_of("compact", "delete")
    ratio = between(0, 1)
    return [
        Definition("log.retention.ms", _LONG, None, dynamic=True),
        Definition("log.retention.minutes", _INT, None),
        Definition("log.retention.hours", _INT, "168"),
        Definition("log.retention.bytes", _LONG, "-1", dynamic=True),
        Definition("log.retention.check.interval.ms", _LONG, "300000", at_least(1)),
        Definition("log.cleanup.policy", Kind.LIST, "delete", policies, dynamic=True),
        Definition("log.cleaner.enable", _BOOLEAN, "true"),
        Definition("log.cleaner.backoff.ms", _LONG, "15000", at_least(0), dynamic=True),
        Definition("log.cleaner.delete.retention.ms", _LONG, "86400000", dynamic=True),
        Definition("log.cleaner.min.cleanable.ratio", Kind.DOUBLE, "0.5", ratio, dynamic=True),
        Definition("log.cleaner.min.compaction.lag.ms", _LONG, "0", dynamic=True),
        Definition("log.cleaner.max.compaction.lag.ms", _LONG, str(LONG_MAX), dynamic=True),
        Definition("log.local.retention.bytes", _LONG, "-2", dynamic=True),
        Definition("log.local.retention.ms", _LONG, "-2", dynamic=True),
    ]


SETTINGS: Final[Mapping[str, Definition]] = table(
    _topics()
    + _requests()
    + _producers()
    + _transactions()
    + _internal_topics()
    + _groups()
    + _consumer_groups()
    + _appends()
    + _replication()
    + _segments()
    + _retention()
)

__all__ = ["INT_MAX", "SETTINGS", "Settings"]


class Settings:
    """The settings a broker was started with. Raises `BadConfig` for an unknown or wrong one."""

    def __init__(self, given: Mapping[str, str]) -> None:
        for name in given:
            if name not in SETTINGS:
                raise BadConfig(f"unknown broker setting {name}{nearest(name, SETTINGS)}")
        self.given: Final = dict(given)
        self._values = {name: _value(SETTINGS[name], given) for name in SETTINGS}

    def value(self, name: str) -> Value:
        return self._values[name]

    def number(self, name: str) -> int:
        """A setting of type int or long; KeyError if there is no such setting."""
        value = self._values[name]
        assert isinstance(value, int)
        return value

    def flag(self, name: str) -> bool:
        return self._values[name] is True


def _value(definition: Definition, given: Mapping[str, str]) -> Value:
    text = given.get(definition.name, definition.default)
    return None if text is None else definition.parse(text)


def for_internal_topics(brokers: int) -> dict[str, str]:
    """Where three replicas cannot be, there are fewer (as in Kafka's own example of one node)."""
    copies, enough = str(min(brokers, 3)), str(min(brokers, 2))
    return {
        "offsets.topic.replication.factor": copies,
        "transaction.state.log.replication.factor": copies,
        "transaction.state.log.min.isr": enough,
    }

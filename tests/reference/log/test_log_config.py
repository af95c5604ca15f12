"""Settings by Kafka's names."""

import pytest

from kafka_tck.reference.log import LogConfig


def test_the_defaults_are_those_of_kafka() -> None:
    assert LogConfig.of({}) == LogConfig()
    assert LogConfig().max_message_bytes == 1024 * 1024 + 12
    assert (LogConfig().deletes, LogConfig().compacts) == (True, False)


def test_settings_are_read_and_those_of_others_left() -> None:
    config = LogConfig.of(
        {
            "segment.bytes": "1000",
            "internal.segment.bytes": "500",
            "cleanup.policy": "compact, delete",
            "min.cleanable.dirty.ratio": "0.25",
            "preallocate": "TRUE",
            "message.timestamp.type": "LogAppendTime",
            "min.insync.replicas": "2",
            "internal": "true",
        }
    )
    assert config == LogConfig(
        segment_bytes=500,
        cleanup_policy=frozenset({"compact", "delete"}),
        min_cleanable_dirty_ratio=0.25,
        preallocate=True,
        message_timestamp_type="LogAppendTime",
    )
    assert config.stamps_append_time


def test_no_policy_is_a_policy() -> None:
    assert LogConfig.of({"cleanup.policy": ""}).cleanup_policy == frozenset()


def test_what_is_no_number_is_refused() -> None:
    with pytest.raises(ValueError, match="invalid literal"):
        LogConfig.of({"retention.ms": "soon"})

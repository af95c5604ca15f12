"""The configuration of one partition's log. Source: LogConfig, TopicConfig, 4.3."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, fields
from typing import Any, Final

LONG_MAX: Final = 2**63 - 1
TRIMMED: Final = "".join(map(chr, range(33)))
"""What Java's String.trim takes away at both ends."""

INT_MAX: Final = 2**31 - 1

CREATE_TIME: Final = "CreateTime"
LOG_APPEND_TIME: Final = "LogAppendTime"

_DAY_MS: Final = 86_400_000


@dataclass(frozen=True)
class LogConfig:
    """Sizes in bytes, times in ms; a field is named as the topic configuration it holds."""

    segment_bytes: int = 1_073_741_824
    segment_ms: int = 7 * _DAY_MS
    segment_index_bytes: int = 10_485_760
    index_interval_bytes: int = 4096
    retention_ms: int = 7 * _DAY_MS
    retention_bytes: int = -1
    cleanup_policy: frozenset[str] = frozenset({"delete"})
    min_compaction_lag_ms: int = 0
    max_compaction_lag_ms: int = LONG_MAX
    min_cleanable_dirty_ratio: float = 0.5
    delete_retention_ms: int = _DAY_MS
    message_timestamp_type: str = CREATE_TIME
    message_timestamp_before_max_ms: int = LONG_MAX
    message_timestamp_after_max_ms: int = 3_600_000
    max_message_bytes: int = 1_048_588
    compression_type: str = "producer"
    flush_messages: int = LONG_MAX
    flush_ms: int = LONG_MAX
    preallocate: bool = False
    producer_id_expiration_ms: int = _DAY_MS
    internal: bool = field(default=False, metadata={"is_setting": False})

    @property
    def compacts(self) -> bool:
        return "compact" in self.cleanup_policy

    @property
    def deletes(self) -> bool:
        return "delete" in self.cleanup_policy

    @property
    def stamps_append_time(self) -> bool:
        return self.message_timestamp_type == LOG_APPEND_TIME

    @classmethod
    def of(cls, settings: Mapping[str, str], *, internal: bool = False) -> "LogConfig":
        """From settings by Kafka's names (`segment.bytes`); names that are not the log's are left.

        `internal.segment.bytes` (4.1) stands for `segment.bytes`. ValueError for a value that is
        not one of its type.
        """
        known = {
            entry.name: _parse(entry.type, text)
            for entry in fields(cls)
            if (text := settings.get(entry.name.replace("_", "."))) is not None
            and entry.metadata.get("is_setting", True)
        }
        if "internal.segment.bytes" in settings:
            known["segment_bytes"] = int(settings["internal.segment.bytes"])
        return cls(**known, internal=internal)


def _policies(text: str) -> frozenset[str]:
    return frozenset(name for part in text.split(",") if (name := part.strip(TRIMMED)))


_PARSERS: Final[dict[Any, Callable[[str], Any]]] = {
    int: int,
    float: float,
    str: str,
    bool: lambda text: text.lower() == "true",
    frozenset[str]: _policies,
}


def _parse(kind: Any, text: str) -> Any:
    return _PARSERS[kind](text.strip(TRIMMED))

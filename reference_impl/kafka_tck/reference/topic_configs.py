"""Topic configs: definitions with Kafka 4.3's defaults, and where a value in force comes from.

Source: LogConfig, ServerTopicConfigSynonyms, DynamicBrokerConfig, 4.3.
"""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from enum import IntEnum
from typing import Final

from kafka_tck.reference.definitions import (
    LONG_MAX,
    Check,
    Definition,
    Kind,
    at_least,
    between,
    gzip_level,
    one_of,
    some_of,
    table,
    throttled,
)
from kafka_tck.reference.image import Image
from kafka_tck.reference.settings import CODECS, SETTINGS, Settings

_INT, _LONG, _BOOLEAN, _STRING = Kind.INT, Kind.LONG, Kind.BOOLEAN, Kind.STRING
_NATURAL: Final = at_least(0)
_MAX: Final = str(LONG_MAX)


class Source(IntEnum):
    """Where a value comes from, with the code that DescribeConfigs gives it."""

    TOPIC = 1
    DYNAMIC_BROKER = 2
    DYNAMIC_DEFAULT_BROKER = 3
    STATIC_BROKER = 4
    DEFAULT = 5


def _from(server: str) -> tuple[str, ...]:
    return SYNONYMS_OF_SETTINGS.get(server, (server,))


SYNONYMS_OF_SETTINGS: Final[Mapping[str, tuple[str, ...]]] = {
    "log.roll.ms": ("log.roll.ms", "log.roll.hours"),
    "log.roll.jitter.ms": ("log.roll.jitter.ms", "log.roll.jitter.hours"),
    "log.flush.interval.ms": ("log.flush.interval.ms", "log.flush.scheduler.interval.ms"),
    "log.retention.ms": ("log.retention.ms", "log.retention.minutes", "log.retention.hours"),
}
"""A setting and those that stand in for it, in Kafka's order."""

_UNITS: Final = {"hours": 3_600_000, "minutes": 60_000}


def _def(
    name: str, kind: Kind, default: str, server: str | None = None, check: Check | None = None
) -> Definition:
    synonyms = () if server is None else _from(server)
    return Definition(name, kind, default, check, synonyms, server)


def _appends() -> list[Definition]:
    types = one_of("CreateTime", "LogAppendTime")
    before, after = "message.timestamp.before.max.ms", "message.timestamp.after.max.ms"
    return [
        _def("compression.type", Kind.STRING, "producer", "compression.type", one_of(*CODECS)),
        _def("compression.gzip.level", _INT, "-1", "compression.gzip.level", gzip_level),
        _def("compression.lz4.level", _INT, "9", "compression.lz4.level", between(1, 17)),
        _def("compression.zstd.level", _INT, "3", "compression.zstd.level", between(-131072, 22)),
        _def("preallocate", _BOOLEAN, "false", "log.preallocate"),
        _def("message.timestamp.type", _STRING, "CreateTime", "log.message.timestamp.type", types),
        _def(before, _LONG, _MAX, f"log.{before}", at_least(0)),
        _def(after, _LONG, "3600000", f"log.{after}", at_least(0)),
    ]


def _segments() -> list[Definition]:
    return [
        _def("segment.bytes", _INT, "1073741824", "log.segment.bytes", at_least(1048576)),
        _def("segment.ms", _LONG, "604800000", "log.roll.ms", at_least(1)),
        _def("segment.jitter.ms", _LONG, "0", "log.roll.jitter.ms", at_least(0)),
        _def("segment.index.bytes", _INT, "10485760", "log.index.size.max.bytes", at_least(4)),
        _def("flush.messages", _LONG, _MAX, "log.flush.interval.messages", at_least(1)),
        _def("flush.ms", _LONG, _MAX, "log.flush.interval.ms", at_least(0)),
    ]


def _retention() -> list[Definition]:
    cleaner = "log.cleaner"
    policies, ratio = some_of("compact", "delete"), "min.cleanable.dirty.ratio"
    unclean, most = "unclean.leader.election.enable", "max.compaction.lag.ms"
    return [
        _def("retention.bytes", _LONG, "-1", "log.retention.bytes"),
        _def("retention.ms", _LONG, "604800000", "log.retention.ms", at_least(-1)),
        _def("max.message.bytes", _INT, "1048588", "message.max.bytes", at_least(0)),
        _def("index.interval.bytes", _INT, "4096", "log.index.interval.bytes", at_least(0)),
        _def("delete.retention.ms", _LONG, "86400000", f"{cleaner}.delete.retention.ms", _NATURAL),
        _def("min.compaction.lag.ms", _LONG, "0", f"{cleaner}.min.compaction.lag.ms", _NATURAL),
        _def(most, _LONG, _MAX, f"{cleaner}.max.compaction.lag.ms", at_least(1)),
        _def("file.delete.delay.ms", _LONG, "60000", "log.segment.delete.delay.ms", _NATURAL),
        _def(ratio, Kind.DOUBLE, "0.5", f"{cleaner}.min.cleanable.ratio", between(0, 1)),
        _def("cleanup.policy", Kind.LIST, "delete", "log.cleanup.policy", policies),
        _def(unclean, _BOOLEAN, "false", unclean),
        _def("min.insync.replicas", _INT, "1", "min.insync.replicas", at_least(1)),
    ]


def _elsewhere() -> list[Definition]:
    """Throttling and tiering: taken, shown, and without effect."""
    local = "log.local.retention"
    return [
        _def("leader.replication.throttled.replicas", Kind.LIST, "", None, throttled),
        _def("follower.replication.throttled.replicas", Kind.LIST, "", None, throttled),
        _def("remote.storage.enable", _BOOLEAN, "false"),
        _def("local.retention.ms", _LONG, "-2", f"{local}.ms", at_least(-2)),
        _def("local.retention.bytes", _LONG, "-2", f"{local}.bytes", at_least(-2)),
        _def("remote.log.copy.disable", _BOOLEAN, "false"),
        _def("remote.log.delete.on.disable", _BOOLEAN, "false"),
    ]


TOPIC_CONFIGS: Final[Mapping[str, Definition]] = table(
    _segments() + _retention() + _appends() + _elsewhere()
)
"""In the order in which they are checked."""

INTERNAL_TOPIC_CONFIGS: Final[Mapping[str, Definition]] = table(
    [_def("internal.segment.bytes", _INT, "1073741824")]
)
"""Configs that are listed only where they are set."""


@dataclass(frozen=True, slots=True)
class Entry:
    """One place where a config has a value; of several, the first is in force."""

    name: str
    text: str | None
    source: Source


def entries(
    definition: Definition, topic: Mapping[str, str], settings: Settings, image: Image, node: int
) -> Iterator[Entry]:
    """All values of a topic config, the one in force first."""
    if definition.name in topic:
        yield Entry(definition.name, topic[definition.name], Source.TOPIC)
    yield from setting_entries(definition.synonyms, settings, image, node)


def setting_entries(
    names: Iterable[str], settings: Settings, image: Image, node: int
) -> Iterator[Entry]:
    """All values of broker settings that stand for one another."""
    every = list(names)
    defaults = {name: SETTINGS[name].default for name in every}
    for source, configs in (
        (Source.DYNAMIC_BROKER, image.broker_configs(str(node))),
        (Source.DYNAMIC_DEFAULT_BROKER, image.broker_configs("")),
        (Source.STATIC_BROKER, settings.given),
        (Source.DEFAULT, {name: text for name, text in defaults.items() if text is not None}),
    ):
        yield from (Entry(name, configs[name], source) for name in every if name in configs)


def shown_entries(
    name: str, names: Iterable[str], settings: Settings, image: Image, node: int
) -> list[Entry]:
    """What DescribeConfigs lists for a setting: nothing before an entry of that very name."""
    every = list(setting_entries(names, settings, image, node))
    first = next((at for at, entry in enumerate(every) if entry.name == name), len(every))
    return every[first:]


def text_in_force(
    definition: Definition, topic: Mapping[str, str], settings: Settings, image: Image, node: int
) -> str:
    """The value that applies on this broker, in the unit of the topic config."""
    first = next(entries(definition, topic, settings, image, node), None)
    if first is None or first.text is None:
        return definition.default or ""
    unit = _UNITS.get(first.name.rpartition(".")[2])
    if unit is None:
        return first.text
    amount = int(first.text)
    return str(min(amount * unit, LONG_MAX) if amount >= 0 else -1)


def texts_in_force(
    topic: Mapping[str, str], settings: Settings, image: Image, node: int
) -> dict[str, str]:
    """Every topic config with the value that applies on this broker."""
    texts = {
        name: text_in_force(definition, topic, settings, image, node)
        for name, definition in TOPIC_CONFIGS.items()
    }
    return texts | {name: topic[name] for name in INTERNAL_TOPIC_CONFIGS if name in topic}

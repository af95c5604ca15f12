"""The configs of consumer groups: what is set on a group goes before the brokers' settings.

Source: GroupConfig, GroupConfigManager, 4.3.
"""

from collections.abc import Mapping
from typing import Final

from kafka_tck.reference.definitions import BadConfig, Definition, Kind, table
from kafka_tck.reference.image import Image
from kafka_tck.reference.log import Refusal
from kafka_tck.reference.settings import Settings

GROUP_RESOURCE: Final = 32

SESSION: Final = "consumer.session.timeout.ms"
HEARTBEAT: Final = "consumer.heartbeat.interval.ms"
ASSIGNMENT: Final = "consumer.assignment.interval.ms"

GROUP_CONFIGS: Final[Mapping[str, Definition]] = table(
    Definition(name, Kind.INT, None) for name in (SESSION, HEARTBEAT, ASSIGNMENT)
)


def in_force(name: str, group: str, image: Image, settings: Settings) -> int:
    """A config of a group: what is set on it, or the setting of the brokers."""
    given = image.configs.get((GROUP_RESOURCE, group), {})
    return int(given[name]) if name in given else settings.number(f"group.{name}")


def check_group_configs(given: Mapping[str, str], settings: Settings) -> None:
    """Raises `Refusal` (INVALID_CONFIG) for what a group's configs may not be."""
    try:
        for name, text in given.items():
            if name not in GROUP_CONFIGS:
                raise BadConfig(f"Unknown group config name: {name}")
            _check_bounds(name, GROUP_CONFIGS[name].parse(text), settings)
        times = {n: int(given.get(n, settings.number(f"group.{n}"))) for n in (SESSION, HEARTBEAT)}
        if times[SESSION] <= times[HEARTBEAT]:
            raise BadConfig(f"{SESSION} must be greater than {HEARTBEAT}")
    except BadConfig as fault:
        raise Refusal("INVALID_CONFIG", str(fault)) from None


def _check_bounds(name: str, value: object, settings: Settings) -> None:
    """The brokers say between which values each of them may be."""
    assert isinstance(value, int)
    kind = name.removeprefix("consumer.")
    least = settings.number(f"group.consumer.min.{kind}")
    most = settings.number(f"group.consumer.max.{kind}")
    if value < least:
        raise BadConfig(f"{name} must be greater than or equal to group.consumer.min.{kind}")
    if value > most:
        raise BadConfig(f"{name} must be less than or equal to group.consumer.max.{kind}")

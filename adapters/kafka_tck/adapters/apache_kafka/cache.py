"""Where things are kept that are slow to make and good for ever."""

import os
import tempfile
from collections.abc import Callable
from pathlib import Path


def cache_directory(release: str) -> Path:
    """The folder for one release: in KAFKA_TCK_CACHE, else in the user's cache."""
    return _root() / f"apache-kafka-{release}"


def _root() -> Path:
    own = os.environ.get("KAFKA_TCK_CACHE")
    if own:
        return Path(own)
    return Path(os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache") / "kafka-tck"


def cached(path: Path, make: Callable[[Path], None]) -> Path:
    """The file at `path`; where it is missing, `make` writes it to the path it is given.

    It appears at once and whole, so that several processes may do this at the same time.
    """
    if path.exists():
        return path
    path.parent.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(dir=path.parent) as folder:
        fresh = Path(folder) / path.name
        make(fresh)
        fresh.replace(path)
    return path

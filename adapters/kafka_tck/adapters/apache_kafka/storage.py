"""A fresh data directory, formatted by hand: two small files instead of a run of Java.

The feature levels are records in `bootstrap.checkpoint`, which depends neither on the node nor
on the cluster: it is made once per release and set of features by Kafka's own tool, and kept.
"""

import base64
import hashlib
import re
import shutil
import uuid
from collections.abc import Mapping
from functools import partial
from pathlib import Path
from typing import Final

from kafka_tck.adapters.apache_kafka.cache import cache_directory, cached
from kafka_tck.adapters.apache_kafka.config import Address, node_config, write_properties
from kafka_tck.adapters.apache_kafka.java_command import Runtime, ToolFailure
from kafka_tck.adapters.apache_kafka.releases import formats_features
from kafka_tck.adapters.target import Misuse

_CHECKPOINT: Final = "bootstrap.checkpoint"
_UNKNOWN: Final = re.compile(r"Unsupported feature: ([\w.]+?)\.? ")


def fresh_uuid() -> str:
    """A UUID as Kafka writes it: 22 characters of URL-safe base64, the first of them no dash.

    Kafka's tools take a leading dash for an option (`Uuid.randomUuid` avoids it, too).
    """
    text = base64.urlsafe_b64encode(uuid.uuid4().bytes).decode().rstrip("=")
    return fresh_uuid() if text.startswith("-") else text


def format_directory(data: Path, node: int, cluster_id: str, checkpoint: Path) -> None:
    """Makes the directory what `StorageTool format` would have made it."""
    data.mkdir()
    (data / "meta.properties").write_text(
        f"version=1\ncluster.id={cluster_id}\nnode.id={node}\ndirectory.id={fresh_uuid()}\n"
    )
    shutil.copyfile(checkpoint, data / _CHECKPOINT)


def bootstrap_checkpoint(runtime: Runtime, features: Mapping[str, int]) -> Path:
    """The remembered checkpoint with these feature levels; the rest as the release likes it.

    Level 0 of a feature that the release does not know is what it has. Raises `Misuse` with the
    tool's own words if it does not have another.
    """
    release = runtime.jars.release
    if not formats_features(release):
        features = {name: level for name, level in features.items() if level}
    if features and not formats_features(release):
        raise Misuse(f"Apache Kafka {release} cannot be formatted with features: 3.9 and later can")
    chosen = [f"{name}={level}" for name, level in sorted(features.items())]
    digest = hashlib.sha256(" ".join(chosen).encode()).hexdigest()[:12] if chosen else "default"
    path = cache_directory(release) / f"bootstrap-{digest}.checkpoint"
    return cached(path, partial(_format_once, runtime, chosen))


def _format_once(runtime: Runtime, chosen: list[str], path: Path) -> None:
    try:
        _format(runtime, chosen, path)
    except ToolFailure as failure:
        known = _without_unknown_zero(chosen, failure)
        if known == chosen:
            said = f"StorageTool format {' '.join(_flags(chosen))}: {failure.reason}"
            raise Misuse(f"Apache Kafka {runtime.jars.release}, {said}") from failure
        _format_once(runtime, known, path)


def _format(runtime: Runtime, chosen: list[str], path: Path) -> None:
    address = Address(1, 9092, 9093)
    data = path.parent / "data"
    properties = path.parent / "node.properties"
    write_properties(properties, node_config(address, (address,), data, {}))
    arguments = ["format", "-t", fresh_uuid(), "-c", str(properties), *_flags(chosen)]
    runtime.run("kafka.tools.StorageTool", *arguments, cwd=path.parent)
    (data / _CHECKPOINT).replace(path)


def _without_unknown_zero(chosen: list[str], failure: ToolFailure) -> list[str]:
    """What was chosen without the feature that the tool does not know, if that was level 0."""
    unknown = _UNKNOWN.search(failure.reason)
    return [feature for feature in chosen if not unknown or feature != f"{unknown[1]}=0"]


def _flags(chosen: list[str]) -> list[str]:
    return [word for feature in chosen for word in ("--feature", feature)]

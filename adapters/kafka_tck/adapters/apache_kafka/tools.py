"""Kafka's own command-line tools, run with the jars of a release."""

import tempfile
from collections.abc import Iterable
from dataclasses import replace
from pathlib import Path
from typing import Final

from kafka_tck.adapters.apache_kafka.jars import Jars, add_artifact
from kafka_tck.adapters.apache_kafka.java_command import Runtime
from kafka_tck.adapters.apache_kafka.kafka_target import find_runtime
from kafka_tck.adapters.apache_kafka.releases import numbers

_MOVED: Final = (4, 3, 0)
"""Since this release the tool is not in the core jar any more, and in another package."""


def dump_log(
    files: Iterable[Path], *, release: str | None = None, kafka_home: str | None = None
) -> str:
    """What Kafka's DumpLogSegments says about log, index and snapshot files, record by record.

    Raises `Misuse` without jars or Java and `ToolFailure` if the tool fails.
    """
    names = ",".join(str(file.resolve()) for file in files)
    arguments = ["--deep-iteration", "--print-data-log", "--files", names]
    runtime, main = _dumper(find_runtime(release, kafka_home))
    with tempfile.TemporaryDirectory() as folder:
        return runtime.run(main, *arguments, cwd=Path(folder))


def _dumper(runtime: Runtime) -> tuple[Runtime, str]:
    """The runtime and the class to run."""
    if numbers(runtime.jars.release) < _MOVED:
        return runtime, "kafka.tools.DumpLogSegments"
    return replace(
        runtime, jars=_with_tools(runtime.jars)
    ), "org.apache.kafka.tools.DumpLogSegments"


def _with_tools(jars: Jars) -> Jars:
    """A distribution has the jar; the coordinates of a broker do not bring it."""
    if any(path.name == f"kafka-tools-{jars.release}.jar" for path in jars.paths):
        return jars
    return add_artifact(jars, "kafka-tools")

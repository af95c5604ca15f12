"""Kafka's own command-line tools, run with the jars of a release."""

import tempfile
from collections.abc import Iterable
from pathlib import Path

from kafka_tck.adapters.apache_kafka.kafka_target import find_runtime


def dump_log(
    files: Iterable[Path], *, release: str | None = None, kafka_home: str | None = None
) -> str:
    """What `kafka.tools.DumpLogSegments` says about log, index and snapshot files, deeply.

    Raises `Misuse` without jars or Java and `ToolFailure` if the tool fails.
    """
    names = ",".join(str(file.resolve()) for file in files)
    arguments = ["--deep-iteration", "--print-data-log", "--files", names]
    with tempfile.TemporaryDirectory() as folder:
        runtime = find_runtime(release, kafka_home)
        return runtime.run("kafka.tools.DumpLogSegments", *arguments, cwd=Path(folder))

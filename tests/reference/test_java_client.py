"""Kafka's own client for Java against the bundled cluster."""

import subprocess
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from kafka_tck.adapters.apache_kafka.jars import find_jars
from kafka_tck.adapters.apache_kafka.java import find_java
from kafka_tck.adapters.target import Misuse

if TYPE_CHECKING:
    from tests.reference.conftest import Serving

RELEASE = "4.3.1"
PROGRAM = Path(__file__).parent / "java" / "RoundTrip.java"
CODECS = ("none", "gzip", "snappy", "lz4", "zstd")


@pytest.fixture
def java() -> list[str]:
    """The start of a command that runs a program from its source, with Kafka's jars."""
    try:
        command = str(find_java(RELEASE).command)
        paths = find_jars(RELEASE, None).class_path
    except Misuse as missing:
        pytest.skip(str(missing))
    modules = subprocess.run(
        [command, "--list-modules"], capture_output=True, text=True, timeout=60, check=True
    )
    if "jdk.compiler" not in modules.stdout:
        pytest.skip(f"{command} has no compiler")
    return [command, "-Xmx256m", "-cp", str(paths)]


def test_a_round_trip_with_every_codec(java: list[str], serving: Callable[..., "Serving"]) -> None:
    with serving(brokers=3) as served:
        done = subprocess.run(
            [*java, str(PROGRAM), served.address], capture_output=True, text=True, timeout=180
        )
    assert done.returncode == 0, done.stderr
    expected = [f"{codec}{number}" for codec in CODECS for number in range(20)]
    assert done.stdout.split() == expected

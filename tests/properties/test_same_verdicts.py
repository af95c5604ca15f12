"""The bundled broker behind TCP gets the verdicts that it gets in this process."""

import re
import subprocess
import sys
from collections.abc import Iterator

import pytest

from kafka_tck.adapters.target import TargetOptions
from kafka_tck.properties import deviations
from kafka_tck.properties.machines import all_machines
from kafka_tck.properties.operations.transactions.sides import WHILE_ENDING
from kafka_tck.properties.session import Verdict
from kafka_tck.properties.suite import Suite

OFTEN = (
    "--config=log.retention.check.interval.ms=500",
    "--config=log.cleaner.backoff.ms=500",
)
"""Chores at intervals that a test can wait for on wall time."""

BY_THE_CLOCK = ("retention", "compaction")
"""Areas whose requirements may stay unknown where time cannot be moved."""

NOT_COMPARED = ("classic-groups", "member-offsets", "consumer-groups")
"""Members of groups wait for each other on wall time: that takes minutes more."""

MOMENTS = frozenset(requirement.id for requirement in WHILE_ENDING)
"""What is asked before a marker is written: on wall time that is a matter of luck."""


@pytest.fixture
def served() -> Iterator[str]:
    """The address of `kafka-tck serve` in a process of its own."""
    command = [sys.executable, "-c", "from kafka_tck.cli.main import main; main()"]
    path = ":".join(p for p in sys.path if p)
    with subprocess.Popen(
        [*command, "serve", "--port", "0", *OFTEN],
        stdout=subprocess.PIPE,
        text=True,
        env={"PYTHONPATH": path, "PYTHONUNBUFFERED": "1"},
    ) as server:
        assert server.stdout is not None
        try:
            line = server.stdout.readline()
            address = re.search(r"127\.0\.0\.1:\d+", line)
            assert address, line
            yield address.group()
        finally:
            server.terminate()


def verdicts(spec: str) -> dict[str, Verdict]:
    """Every requirement's verdict after a quick run."""
    suite = Suite(spec, TargetOptions(seed=3), "quick", deviations.shipped())
    try:
        suite.open()
        machines = [m for m in all_machines() if not m.requirements[0].id.startswith(NOT_COMPARED)]
        suite.run(machines, lambda line: None)
        requirements = [r for machine in machines for r in machine.requirements]
        return {r.id: suite.verdict_on(r).verdict for r in requirements}
    finally:
        suite.close()


def _may_lack(name: str, verdict: Verdict) -> bool:
    may_be_unknown = name.startswith(BY_THE_CLOCK) or name in MOMENTS
    unknown = verdict is Verdict.UNKNOWN and may_be_unknown
    return unknown or verdict is Verdict.SKIPPED


def test_verdicts_in_process_and_over_tcp_are_the_same(served: str) -> None:
    inside = verdicts("reference")
    outside = verdicts(f"wire:{served}")
    lacking = {name for name, verdict in outside.items() if _may_lack(name, verdict)}
    assert len(inside) - len(lacking) > 40
    different = {
        name: (inside[name], outside[name])
        for name in inside
        if name not in lacking and inside[name] is not outside[name]
    }
    assert different == {}

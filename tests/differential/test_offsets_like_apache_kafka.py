"""The bundled group coordinator answers about offsets as Apache Kafka 4.3.1 does."""

from collections.abc import Iterator
from contextlib import closing

import pytest
from tests.differential import clusters
from tests.differential.offset_requests import write_offset_program
from tests.differential.running import Finding, Runner

from kafka_tck.adapters.target import Misuse

PROGRAMS = 25
LENGTH = 40


@pytest.fixture(scope="module")
def runner() -> Iterator[Runner]:
    """Both clusters, with coordinators; skips, with the reason, without Apache Kafka."""
    try:
        real = clusters.apache_kafka()
    except Misuse as misuse:
        pytest.skip(str(misuse))
    with closing(real), closing(clusters.bundled()) as bundled:
        for side in (bundled, real):
            side.await_coordinators()
        yield Runner(bundled, real)


@pytest.mark.apache_kafka
def test_offsets_of_groups_are_answered_as_apache_kafka_does(runner: Runner) -> None:
    for seed in range(PROGRAMS):
        steps = write_offset_program(seed, LENGTH)
        found = runner.run(steps)
        if found is not None:
            at, differences = found
            finding = Finding(seed, tuple(steps[: at + 1]), differences)
            pytest.fail(runner.shrink(finding).say(), pytrace=False)
    assert runner.sent > PROGRAMS * LENGTH // 2

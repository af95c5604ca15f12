"""The bundled broker answers generated requests as Apache Kafka 4.3.1 does, field by field.

What may differ is listed in `allowed.py`, each entry with its reason. To look for longer, or at
other programs: `python -m tests.differential --help`.
"""

from collections.abc import Iterator
from contextlib import closing

import pytest
from tests.differential import clusters
from tests.differential.running import Runner

from kafka_tck.adapters.target import Misuse

PROGRAMS = 100
LENGTH = 35
FEWEST = 3000
"""Requests that are compared; a program may end early at an allowed difference."""


@pytest.fixture(scope="module")
def runner() -> Iterator[Runner]:
    """Both clusters; skips, with the reason, where Apache Kafka cannot be had."""
    try:
        real = clusters.apache_kafka()
    except Misuse as misuse:
        pytest.skip(str(misuse))
    with closing(real), closing(clusters.bundled()) as bundled:
        yield Runner(bundled, real)


@pytest.mark.apache_kafka
def test_the_bundled_broker_answers_as_apache_kafka_does(runner: Runner) -> None:
    for seed in range(PROGRAMS):
        finding = runner.find(seed, LENGTH)
        if finding is not None:
            pytest.fail(runner.shrink(finding).say(), pytrace=False)
    assert runner.sent > FEWEST

"""The comparison itself: it sees what is wrong, and nothing where nothing is."""

from contextlib import closing

import pytest
from tests.differential import clusters
from tests.differential.running import Runner

LENGTH = 35

WRONG_BROKERS = ("answers-the-leo", "epoch-ends-one-short", "respects-zero-max-bytes")
"""Mutants that differ on a produce, a lookup and a fetch."""


def test_the_bundled_broker_agrees_with_itself_under_other_ids() -> None:
    with closing(clusters.bundled(1)) as one, closing(clusters.bundled(2)) as other:
        runner = Runner(one, other)
        findings = [runner.find(seed, LENGTH) for seed in range(15)]
    assert runner.sent > 400
    assert [finding.say() for finding in findings if finding is not None] == []


@pytest.mark.parametrize("mutant", WRONG_BROKERS)
def test_a_wrong_broker_is_found_and_its_program_made_small(mutant: str) -> None:
    with closing(clusters.bundled(1, mutant)) as wrong, closing(clusters.bundled(2)) as right:
        runner = Runner(wrong, right)
        found = next(f for seed in range(60) if (f := runner.find(seed, LENGTH)) is not None)
        small = runner.shrink(found)
    assert 0 < len(small.steps) <= len(found.steps)
    assert {d.path for d in small.differences}, small.say()
    assert small.steps[-1].api in small.say()

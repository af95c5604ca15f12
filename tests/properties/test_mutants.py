"""Every wrong broker is caught, by a requirement that names it, in a short trace."""

import pytest

from kafka_tck.properties.hunts import hunt, requirements_that_catch
from kafka_tck.properties.machines import all_machines
from kafka_tck.properties.requirement import REGISTRY
from kafka_tck.reference.mutants import MUTANTS

MOST_STEPS = 15


def test_requirements_name_only_wrong_brokers_that_exist() -> None:
    all_machines()
    named = {mutant for r in REGISTRY.values() for mutant in r.mutants}
    assert named - set(MUTANTS) == set()


@pytest.mark.parametrize("mutant", sorted(MUTANTS))
def test_a_wrong_broker_is_caught(mutant: str) -> None:
    assert requirements_that_catch(mutant), f"no requirement says that it catches {mutant}"
    caught = hunt(mutant)
    assert caught.finding is not None, f"{mutant} was not caught by {sorted(caught.wanted)}"
    assert caught.steps <= MOST_STEPS

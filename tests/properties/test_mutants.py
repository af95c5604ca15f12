"""Every wrong broker is caught, by a requirement that names it, in a short trace."""

import re
from pathlib import Path
from statistics import median

import pytest

from kafka_tck.properties.hunts import hunt, requirements_that_catch
from kafka_tck.properties.machines import all_machines
from kafka_tck.properties.requirement import REGISTRY
from kafka_tck.reference.mutants import MUTANTS, SEEN, SLIPS

ROOT = Path(__file__).parents[2]
MOST_STEPS = 15
STEPS = re.compile(r"^\| `[^`]+` \|.*\| (\d+) \| \d+ \|$", re.MULTILINE)
ROW = re.compile(r"^\| `([^`]+)` \| ([^|]+) \| [^|]+ \| `([^`]+)` \|", re.MULTILINE)


def test_requirements_name_only_wrong_brokers_that_exist() -> None:
    all_machines()
    named = {mutant for r in REGISTRY.values() for mutant in r.mutants}
    assert named - set(MUTANTS) == set()


@pytest.mark.parametrize("mutant", sorted(MUTANTS))
def test_a_wrong_broker_is_like_something_known(mutant: str) -> None:
    for source in MUTANTS[mutant].source.split(", "):
        if source.endswith(" (finding)"):
            name = source.removesuffix(" (finding)")
            assert (ROOT / "docs" / "findings" / f"{name}.md").is_file()
        else:
            row = re.sub(r"\([a-z]\)$", "", source)
            assert row in {*SEEN, *SLIPS} or re.fullmatch(r"(KIP|KAFKA)-\d+|Redpanda #\d+", row)


def test_the_page_of_wrong_brokers_is_complete() -> None:
    """What it says of catches stays true: the requirement still names the wrong broker."""
    rows = ROW.findall((ROOT / "docs" / "mutants.md").read_text("utf-8"))
    assert {name: sentence for name, sentence, _ in rows} == {
        mutant.name: mutant.sentence for mutant in MUTANTS.values()
    }
    for name, _, requirement in rows:
        assert requirement in requirements_that_catch(name)


@pytest.mark.parametrize("mutant", sorted(MUTANTS))
def test_a_wrong_broker_is_caught(mutant: str) -> None:
    assert requirements_that_catch(mutant), f"no requirement says that it catches {mutant}"
    caught = hunt(mutant, enough=MOST_STEPS)
    assert caught.finding is not None, f"{mutant} was not caught by {sorted(caught.wanted)}"
    assert caught.steps <= MOST_STEPS


def test_wrong_replicas_are_caught_in_few_steps() -> None:
    """Of replication and elections there are many, and half of them take a handful of steps."""
    page = (ROOT / "docs" / "mutants.md").read_text("utf-8")
    areas = [
        page.split(f"## {area}\n")[1].split("\n## ")[0] for area in ("replication", "elections")
    ]
    steps = [int(found) for area in areas for found in STEPS.findall(area)]
    assert len(steps) >= 35
    assert median(steps) <= 8

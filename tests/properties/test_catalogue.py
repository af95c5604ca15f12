"""The catalogue, what covers it, and the page that shows both."""

from pathlib import Path

import pytest

from kafka_tck.properties import coverage, spec_page
from kafka_tck.properties.catalogue import Entry, catalogue
from kafka_tck.properties.requirement import REGISTRY

ROOT = Path(__file__).parents[2]


def core_of_groups() -> list[Entry]:
    known = catalogue().entries.values()
    return [e for e in known if e.group in coverage.GROUPS and e.is_core_on_the_wire]


def test_the_catalogue_is_complete_and_in_order() -> None:
    entries = catalogue().entries
    assert len(entries) == 446
    assert sum(entry.measured for entry in entries.values()) == 221
    for group in catalogue().groups:
        numbers = [int(entry.id[2:]) for entry in entries.values() if entry.group == group]
        assert numbers == list(range(1, len(numbers) + 1))
    assert {entry.section for entry in entries.values()} == set(catalogue().sections)


def test_requirements_cover_entries_that_exist() -> None:
    coverage.listed()
    unknown = {
        (requirement.id, entry)
        for requirement in REGISTRY.values()
        for entry in requirement.covers
        if entry not in catalogue().entries
    }
    assert not unknown


def test_every_requirement_is_listed_by_one_machine() -> None:
    machines = coverage.listed()
    assert not set(REGISTRY) - set(machines), "requirements that no machine lists"
    assert not {id_: names for id_, names in machines.items() if len(names) > 1}


@pytest.mark.parametrize("entry", core_of_groups(), ids=lambda entry: str(entry.id))
def test_a_core_entry_is_covered_or_has_a_reason(entry: Entry) -> None:
    assert entry.id in coverage.covering() or coverage.reasons().of(entry)


def test_reasons_speak_of_entries_that_nothing_covers() -> None:
    known = coverage.reasons()
    assert set(known.entries) <= set(catalogue().entries)
    assert set(known.sections) <= set(catalogue().sections)
    assert not set(known.entries) & set(coverage.covering()), "covered: remove the reason"


def test_most_of_the_counted_sections_is_exercised() -> None:
    assert coverage.count().missing_percent <= 15


def test_the_page_is_up_to_date() -> None:
    written = (ROOT / "SPEC.md").read_text("utf-8")
    assert written == spec_page.render(), "run `python -m kafka_tck.properties.spec_page`"

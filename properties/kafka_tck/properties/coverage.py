"""Which entries of the catalogue are covered by requirements that some machine exercises."""

import tomllib
from dataclasses import dataclass
from functools import cache
from importlib import resources
from typing import Final

from kafka_tck.properties.catalogue import Entry, catalogue
from kafka_tck.properties.machines import all_machines
from kafka_tck.properties.requirement import REGISTRY, Requirement

GROUPS: Final = ("A", "B", "C", "D", "E", "F", "G")
"""The groups whose entries are listed."""

COUNTED: Final = (
    *("A.1", "A.2", "A.3", "A.4", "A.5", "A.7"),
    *("B.1", "B.2", "B.3", "B.4", "B.5", "B.6", "B.7"),
    *("C.1", "C.2", "C.3", "C.4"),
    *("D.1", "D.2", "D.3", "D.4"),
    *("E.1", "E.2", "E.3", "E.4", "E.5", "E.6", "E.7", "E.8", "E.9"),
    *("F.1", "F.2", "F.3", "F.4", "F.5", "F.6", "F.8"),
    *("G.1", "G.2", "G.3"),
)
"""The sections that must be exercised but for a small rest."""


def listed() -> dict[str, tuple[str, ...]]:
    """The requirements that machines list, each with those machines' names."""
    found: dict[str, tuple[str, ...]] = {}
    for machine in all_machines():
        for requirement in machine.requirements:
            found[requirement.id] = (*found.get(requirement.id, ()), machine.__name__)
    return found


def requirements() -> list[Requirement]:
    """All requirements that are exercised, by area and then in the order of their ids."""
    return [REGISTRY[id_] for id_ in sorted(listed())]


def covering() -> dict[str, tuple[str, ...]]:
    """The ids of the requirements that cover each entry."""
    covered: dict[str, tuple[str, ...]] = {}
    for requirement in requirements():
        for entry in dict.fromkeys(requirement.covers):
            covered[entry] = (*covered.get(entry, ()), requirement.id)
    return covered


@dataclass(frozen=True)
class Reasons:
    """Why entries are not exercised: by entry, and by section for all the rest of one."""

    entries: dict[str, str]
    sections: dict[str, str]

    def of(self, entry: Entry) -> str | None:
        return self.entries.get(entry.id) or self.sections.get(entry.section)


@cache
def reasons() -> Reasons:
    """The reasons that travel with the suite."""
    text = resources.files("kafka_tck.properties").joinpath("catalogue_reasons.toml").read_text()
    found = tomllib.loads(text)
    return Reasons(found["entries"], found["sections"])


@dataclass(frozen=True)
class Count:
    """Core entries on the wire in the counted sections, and how many of them are covered."""

    covered: int
    total: int

    @property
    def missing_percent(self) -> float:
        return 100 * (self.total - self.covered) / self.total


def count() -> Count:
    covered = covering()
    wanted = [e for s in COUNTED for e in catalogue().of_section(s) if e.is_core_on_the_wire]
    return Count(sum(entry.id in covered for entry in wanted), len(wanted))

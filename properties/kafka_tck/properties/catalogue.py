"""The catalogue of what a broker must do: the entries that requirements cover."""

import json
from dataclasses import dataclass
from functools import cache
from importlib import resources
from typing import Any


@dataclass(frozen=True)
class Entry:
    """One entry. `observability` is W (on the wire), W* (by polling), I (internal), M (model)."""

    id: str
    section: str
    observability: str
    measured: bool
    """Whether its core was confirmed on real releases."""
    supplementary: bool
    """Derived from others, mostly client-side, hard to provoke, or a preview (P2)."""
    statement: str
    since: str
    source: str
    faults: tuple[str, ...]

    @property
    def group(self) -> str:
        return self.id.partition("-")[0]

    @property
    def is_wire_visible(self) -> bool:
        return self.observability in ("W", "W*")

    @property
    def is_core_on_the_wire(self) -> bool:
        """Whether the suite has to exercise it, or to say why not."""
        return self.is_wire_visible and not self.supplementary


@dataclass(frozen=True)
class Catalogue:
    """Entries by id, in order, with the titles of groups and sections."""

    groups: dict[str, str]
    sections: dict[str, str]
    entries: dict[str, Entry]

    def of_section(self, section: str) -> tuple[Entry, ...]:
        return tuple(entry for entry in self.entries.values() if entry.section == section)


@cache
def catalogue() -> Catalogue:
    """The catalogue that travels with the suite."""
    text = resources.files("kafka_tck.properties").joinpath("catalogue.json").read_text("utf-8")
    read = json.loads(text)
    entries = [_entry(found) for found in read["entries"]]
    return Catalogue(read["groups"], read["sections"], {entry.id: entry for entry in entries})


def _entry(found: dict[str, Any]) -> Entry:
    return Entry(**found | {"faults": tuple(found["faults"])})

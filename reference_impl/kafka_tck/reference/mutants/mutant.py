"""What a wrong broker is, and how one is listed."""

from collections.abc import Callable
from dataclasses import dataclass, fields, replace
from typing import Any, Final, TypeVar

from kafka_tck.reference.rules import Rules

Area = TypeVar("Area", bound=type[Any])


@dataclass(frozen=True)
class Mutant:
    """`source` says where it comes from: a key of `SLIPS` or `SEEN`, a KIP, a JIRA, a finding.

    A letter in brackets tells variants of one row apart; several sources stand with commas.
    """

    name: str
    sentence: str
    source: str
    area: str
    """The module of this package that has it."""
    rules: Callable[[], Rules]


MUTANTS: Final[dict[str, Mutant]] = {}
"""By name; filled by the modules of this package."""

_AREAS: Final = {area.name: type(getattr(Rules(), area.name)) for area in fields(Rules)}


def wrong(name: str, sentence: str, source: str) -> Callable[[Area], Area]:
    """Lists a subclass of one or more rules classes as a wrong broker.

    Its name, what it does wrong, and where such a thing comes from (see `Mutant`).
    """

    def listed(rules: Area) -> Area:
        if name in MUTANTS:
            raise ValueError(f"two wrong brokers are named {name}")
        area = rules.__module__.rpartition(".")[2]
        MUTANTS[name] = Mutant(name, sentence, source, area, lambda: _with(rules))
        return rules

    return listed


def _with(rules: type[Any]) -> Rules:
    """Kafka's rules, but these in every area that they are made for. Rules may hold state."""
    made = rules()
    areas: dict[str, Any] = {area: made for area, kind in _AREAS.items() if issubclass(rules, kind)}
    return replace(Rules(), **areas)

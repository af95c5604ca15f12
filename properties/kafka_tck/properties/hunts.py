"""Hunting wrong brokers, and many seeds on a clean one: tests of the suite itself."""

from collections.abc import Iterator
from dataclasses import dataclass

from kafka_tck.adapters.target import TargetOptions
from kafka_tck.properties.machines import all_machines, machines_for
from kafka_tck.properties.requirement import REGISTRY
from kafka_tck.properties.session import Finding
from kafka_tck.properties.suite import Suite


@dataclass(frozen=True)
class Catch:
    """How a wrong broker was caught; `finding` is None if it was not."""

    mutant: str
    wanted: frozenset[str]
    finding: Finding | None

    @property
    def steps(self) -> int:
        return len(self.finding.steps) if self.finding else 0


def requirements_that_catch(mutant: str) -> frozenset[str]:
    """The requirements that name this wrong broker."""
    all_machines()
    return frozenset(r.id for r in REGISTRY.values() if mutant in r.mutants)


def hunt(mutant: str, *, seed: int = 0, effort: str = "quick") -> Catch:
    """Runs the machines of the requirements that must catch a wrong broker, until one does."""
    wanted = requirements_that_catch(mutant)
    for machine in machines_for(set(wanted)):
        suite = Suite(f"reference:{mutant}", TargetOptions(seed=seed), effort)
        try:
            session = suite.open()
            suite.run([machine], lambda line: None)
        finally:
            suite.close()
        caught = [f for name, f in session.broken.items() if name in wanted]
        if caught:
            return Catch(mutant, wanted, min(caught, key=lambda f: len(f.steps)))
    return Catch(mutant, wanted, None)


def sweep(spec: str, seeds: range) -> Iterator[tuple[int, list[Finding]]]:
    """One short schedule of every machine for each seed, on a fresh target; what was found."""
    for seed in seeds:
        suite = Suite(spec, TargetOptions(seed=seed), "seed")
        try:
            session = suite.open()
            suite.run(all_machines(), lambda line: None)
        finally:
            suite.close()
        yield seed, list(session.broken.values())

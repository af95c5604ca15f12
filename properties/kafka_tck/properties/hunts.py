"""Hunting wrong brokers, and many seeds on a clean one: tests of the suite itself."""

from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ProcessPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass
from itertools import repeat
from multiprocessing import get_context
from signal import SIG_IGN, SIGINT, signal
from typing import Final

from kafka_tck.adapters.target import TargetOptions
from kafka_tck.properties.machine import EFFORTS, Machine, first_finding, replay
from kafka_tck.properties.machines import all_machines, machines_for
from kafka_tck.properties.requirement import REGISTRY
from kafka_tck.properties.session import Finding, Session
from kafka_tck.properties.suite import Suite
from kafka_tck.properties.world import TargetGone

HONEST: Final = "reference"
EFFORTS_IN_TURN: Final = ("quick",) * 6 + ("full",) * 4
"""Schedules before a wrong broker counts as not caught, each with a seed of its own."""


@dataclass(frozen=True)
class Catch:
    """How a wrong broker was caught; `finding` is None if it was not."""

    mutant: str
    wanted: frozenset[str]
    finding: Finding | None
    schedules: int = 0
    """How many it took; each runs the machines once."""
    effort: str = "quick"
    """That of the last schedule."""

    @property
    def caught_by(self) -> str | None:
        """The requirement that it broke."""
        return self.finding.requirement if self.finding else None

    @property
    def steps(self) -> int:
        return len(self.finding.steps) if self.finding else 0


def requirements_that_catch(mutant: str) -> frozenset[str]:
    """The requirements that name this wrong broker."""
    all_machines()
    return frozenset(r.id for r in REGISTRY.values() if mutant in r.mutants)


def hunt(mutant: str, *, seed: int = 0, enough: int = 0) -> Catch:
    """Runs the machines of the requirements that must catch a wrong broker, until one does.

    The finding is shortened to steps that the honest broker answers as it must, or to `enough`.
    """
    wanted = requirements_that_catch(mutant)
    for nth, effort in enumerate(EFFORTS_IN_TURN):
        for machine in _machines(wanted):
            finding = _find(mutant, machine, wanted, seed + nth, effort, enough)
            if finding is not None:
                return Catch(mutant, wanted, finding, nth + 1, effort)
    return Catch(mutant, wanted, None, len(EFFORTS_IN_TURN), EFFORTS_IN_TURN[-1])


def _machines(wanted: frozenset[str]) -> list[type[Machine]]:
    """The machines that list one of these, then their neighbours, that may claim them too."""
    listing = machines_for(set(wanted))
    files = {machine.__module__ for machine in listing}
    near = [m for m in all_machines() if m.__module__ in files and m not in listing]
    return listing + near


def _nodes(wanted: frozenset[str]) -> int:
    """As many as one of the requirements needs."""
    needs = (need for name in wanted for need in REGISTRY[name].needs)
    return max((int(n.removeprefix("nodes.")) for n in needs if n.startswith("nodes.")), default=1)


def _find(
    mutant: str,
    machine: type[Machine],
    wanted: frozenset[str],
    seed: int,
    effort: str,
    enough: int,
) -> Finding | None:
    options = TargetOptions(nodes=_nodes(wanted), seed=seed)
    wrong = Suite(f"{HONEST}:{mutant}", options, effort)
    honest = Suite(HONEST, options, effort)
    try:
        session = wrong.open()
        session.muted = set(REGISTRY) - wanted
        found = first_finding(machine, session, EFFORTS[effort])
        if found is None:
            return None
        other = honest.open()
        # A trace that the honest broker fails too is a false alarm, and catches nothing.
        finding = _differs(session, other, [seen.step for seen in found.steps], found)
        if finding is None:
            return None
        return shortened(finding, lambda steps: _differs(session, other, steps, found), enough)
    except TargetGone:
        return None
    finally:
        wrong.close()
        honest.close()


Steps = Sequence[object]


def shortened(
    finding: Finding, still: Callable[[Steps], Finding | None], enough: int = 0
) -> Finding:
    """The finding without the steps that it does not need: long runs of them first.

    It may keep some where it has no more than `enough`.
    """
    run = len(finding.steps) // 2
    while run and len(finding.steps) > enough:
        shorter = _shortened_by(finding, still, run)
        if run == 1 and len(shorter.steps) == len(finding.steps):
            return finding
        finding, run = shorter, max(1, run // 2)
    return finding


def _shortened_by(finding: Finding, still: Callable[[Steps], Finding | None], run: int) -> Finding:
    """Without each run of so many steps that it does not need, from the last on."""
    at = len(finding.steps) - run
    while at >= 0:
        steps = [seen.step for seen in finding.steps]
        shorter = still(steps[:at] + steps[at + run :])
        finding = finding if shorter is None else shorter
        at = min(at, len(finding.steps)) - run
    return finding


def _differs(session: Session, honest: Session, steps: Steps, known: Finding) -> Finding | None:
    """What the steps show of the wrong broker, if that is the same and the honest one is right."""
    try:
        finding = replay(session, list(steps), known.machine)
        if finding is None or finding.requirement != known.requirement:
            return None
        return finding if replay(honest, list(steps), known.machine) is None else None
    except (LookupError, AssertionError, AttributeError, ValueError):
        return None  # a step that another one needs is gone


def sweep(
    spec: str, seeds: range, nodes: int = 1, jobs: int = 1
) -> Iterator[tuple[int, list[Finding]]]:
    """One short schedule of every machine for each seed, on a fresh target; what was found.

    In order of the seeds, whichever of the `jobs` processes was faster.
    """
    if jobs == 1:
        yield from ((seed, _swept(spec, seed, nodes)) for seed in seeds)
        return
    all_machines()  # their requirements are what findings are explained by
    with ProcessPoolExecutor(jobs, get_context("spawn")) as pool:
        try:
            with _sigint_left_to_parent():
                found = pool.map(_swept, repeat(spec), seeds, repeat(nodes))
            yield from zip(seeds, found, strict=True)
        finally:
            pool.shutdown(cancel_futures=True)


@contextmanager
def _sigint_left_to_parent() -> Iterator[None]:
    """Processes that start meanwhile inherit that SIGINT says nothing to them."""
    before = signal(SIGINT, SIG_IGN)
    try:
        yield
    finally:
        signal(SIGINT, before)


def _swept(spec: str, seed: int, nodes: int) -> list[Finding]:
    suite = Suite(spec, TargetOptions(nodes=nodes, seed=seed), "seed")
    try:
        session = suite.open()
        suite.run(all_machines(), lambda line: None)
    finally:
        suite.close()
    return list(session.broken.values())

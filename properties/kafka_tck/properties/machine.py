"""The Hypothesis state machine that all property files build on, and how one is run."""

from dataclasses import dataclass
from typing import Any, ClassVar

from hypothesis import HealthCheck, Phase, Verbosity, seed, settings
from hypothesis.errors import Flaky
from hypothesis.stateful import RuleBasedStateMachine, run_state_machine_as_test

from kafka_tck.properties.belief import Belief
from kafka_tck.properties.claims import Seen
from kafka_tck.properties.operations.operation import Operation, from_json
from kafka_tck.properties.requirement import Requirement
from kafka_tck.properties.session import Finding, Run, Session, Violation
from kafka_tck.properties.world import TargetGone


@dataclass(frozen=True)
class Effort:
    """How much a profile of the suite tries: programs per machine and steps per program."""

    examples: int
    steps: int


EFFORTS = {
    "seed": Effort(2, 15),
    "quick": Effort(25, 20),
    "full": Effort(150, 30),
    "soak": Effort(2000, 50),
}


FEWEST = 2
"""Programs of a machine: Hypothesis begins with the simplest one, whatever the seed."""


class Machine(RuleBasedStateMachine):
    """A set of rules that emit steps. Subclasses name the requirements that they exercise."""

    requirements: tuple[Requirement, ...] = ()
    weight: ClassVar[float] = 1.0
    """Share of a profile's examples; a machine with slow steps takes fewer."""
    real_weight: ClassVar[float | None] = None
    """The same where time passes only by waiting; None: the same."""
    real_steps: ClassVar[int | None] = None
    """Most steps of a program where time passes only by waiting; None: as many as the profile."""

    leaves_nothing: ClassVar[bool] = False
    """Whether topics go when a program ends: many that are replicated make every fetch slow."""

    def __init__(self, session: Session) -> None:
        super().__init__()
        self.session = session
        self.run = Run(session, type(self).__name__)

    @property
    def belief(self) -> Belief:
        return self.run.belief

    def do(self, operation: Operation) -> Seen:
        """Executes and judges one step."""
        return self.run.do(operation)

    def teardown(self) -> None:
        if self.leaves_nothing:
            self.run.world.remove_topics()
        self.run.close()


@dataclass(frozen=True)
class Outcome:
    """How a machine's run ended: what was broken, and why it could not go on, if so."""

    findings: tuple[Finding, ...]
    gone: str | None = None


def run_machine(machine: type[Machine], session: Session, effort: Effort) -> Outcome:
    """Runs a machine until it finds nothing new; each finding is shrunk, then muted."""
    found: list[Finding] = []
    while True:
        try:
            _run_once(machine, session, effort)
            return Outcome(tuple(found))
        except Violation as violation:
            finding = violation.finding
        except Flaky as flaky:
            doubts = len(session.doubtful)
            repeated = _of(flaky, session, found)
            if repeated is None and len(session.doubtful) > doubts:
                return Outcome(tuple(found))
            if repeated is None:
                return Outcome(tuple(found), f"the target answers differently each time: {flaky}")
            finding = repeated
        except TargetGone as gone:
            return Outcome(tuple(found), str(gone))
        found.append(session.broken.get(finding.requirement, finding))
        session.muted.add(finding.requirement)


def first_finding(machine: type[Machine], session: Session, effort: Effort) -> Finding | None:
    """The first unmuted requirement that a machine breaks, as it was found: not shrunk.

    Raises `TargetGone`.
    """
    try:
        _run_once(machine, session, effort, shrinks=False)
    except Violation as violation:
        return violation.finding
    except Flaky:
        return next((f for r, f in session.broken.items() if r not in session.muted), None)
    return None


def _run_once(
    machine: type[Machine], session: Session, effort: Effort, *, shrinks: bool = True
) -> None:
    def start() -> Machine:
        return machine(session)

    weight, steps = machine.weight, effort.steps
    if "time.virtual" not in session.target.capabilities:
        weight = machine.real_weight or weight
        steps = min(steps, machine.real_steps or steps)
    chosen = settings(
        max_examples=max(FEWEST, round(effort.examples * weight)),
        stateful_step_count=steps,
        database=None,
        deadline=None,
        report_multiple_bugs=False,
        print_blob=False,
        verbosity=Verbosity.quiet,
        phases=(Phase.generate, Phase.shrink) if shrinks else (Phase.generate,),
        suppress_health_check=list(HealthCheck),
    )
    # The seed goes to the factory: Hypothesis reads it there when it builds the test.
    factory: Any = seed(session.seed)(start)
    run_state_machine_as_test(factory, settings=chosen)


def _of(flaky: Flaky, session: Session, found: list[Finding]) -> Finding | None:
    """A finding that did not come back at once counts only if its own steps repeat it."""
    known = {finding.requirement for finding in found} | session.muted
    for requirement, finding in list(session.broken.items()):
        if requirement not in known:
            again = _repeated(session, finding)
            if again is not None and again.requirement == requirement:
                return again
            session.doubtful[requirement] = session.broken.pop(requirement)
    return None


def _repeated(session: Session, finding: Finding) -> Finding | None:
    try:
        return replay(session, [seen.step for seen in finding.steps], finding.machine)
    except TargetGone:
        return finding  # it broke the requirement and cannot be asked any more: that is enough


def replay(session: Session, steps: list[object], machine: str = "replay") -> Finding | None:
    """Executes and judges recorded steps; the finding they lead to, if they do."""
    run = Run(session, machine)
    try:
        for step in steps:
            run.do(from_json(step))  # type: ignore[arg-type]
    except Violation as violation:
        return violation.finding
    finally:
        run.close()
    return None

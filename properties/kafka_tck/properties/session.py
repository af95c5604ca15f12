"""One session of the suite against one target: what is counted, muted and found."""

from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from enum import Enum

from kafka_tck.adapters.target import Target
from kafka_tck.evidence.events import Event, ProgramStarted, StepDone
from kafka_tck.properties.belief import Belief
from kafka_tck.properties.claims import Claim, Judgement, Seen
from kafka_tck.properties.operations.operation import Operation
from kafka_tck.properties.operations.relearning import relearn
from kafka_tck.properties.profile import Profile
from kafka_tck.properties.requirement import REGISTRY, Requirement
from kafka_tck.properties.world import Namespace, TargetGone, World


class Verdict(Enum):
    """What a run says of one requirement."""

    PASS = "passed"
    FAIL = "failed"
    SKIPPED = "skipped"
    DEVIATES = "deviates"
    UNKNOWN = "unknown"


@dataclass(frozen=True)
class Finding:
    """A broken claim with the steps that led to it."""

    claim: Claim
    steps: tuple[Seen, ...]
    machine: str

    @property
    def requirement(self) -> str:
        return self.claim.requirement


class Violation(Exception):
    """The target broke a requirement."""

    def __init__(self, finding: Finding) -> None:
        super().__init__(finding.requirement)
        self.finding = finding


@dataclass
class Session:
    """Shared by all machines that run against one target."""

    target: Target
    profile: Profile
    namespace: Namespace
    seed: int = 0
    record: Callable[[Event], None] = lambda event: None
    exercised: Counter[str] = field(default_factory=Counter)
    broken: dict[str, Finding] = field(default_factory=dict)
    """The shortest finding per requirement so far."""
    doubtful: dict[str, Finding] = field(default_factory=dict)
    """Findings that their own steps did not repeat: neither failed nor passed."""
    muted: set[str] = field(default_factory=set)
    operations: int = 0
    """Requests sent, those that wait for readiness included."""
    programs: int = 0
    timeouts: int = 0
    _applying: dict[str, bool] = field(default_factory=dict)
    """What `applies` has said: it is asked for every claim."""

    def missing(self, requirement: Requirement) -> frozenset[str]:
        """What the target lacks for it: capabilities, APIs as `api.EndTxn`, levels of features.

        `feature.group.version` is there from level 1 on, and `without.group.version` before.
        """
        served = {f"api.{name}" for name in self.profile.ranges}
        levels = {name: self.profile.features.get(name, 0) for name in FEATURES}
        levels |= self.profile.features
        known = {f"{'feature' if level else 'without'}.{name}" for name, level in levels.items()}
        return requirement.missing(self.target.capabilities | served | known)

    def applies(self, requirement: str) -> bool:
        """Whether the requirement speaks of this target's release and can be checked on it."""
        if requirement not in self._applying:
            known = REGISTRY[requirement]
            holds = known.holds_in(self.profile.release) and not self.missing(known)
            self._applying[requirement] = holds
        return self._applying[requirement]


FEATURES = ("group.version",)
"""Features that releases before them do not know, and that nothing is served without."""

MOST_TIMEOUTS = 3
"""A target that leaves this many requests unanswered is not asked any further."""


class Run:
    """One program in lockstep: each step is executed and judged at once."""

    def __init__(self, session: Session, machine: str) -> None:
        self.session = session
        self.machine = machine
        self.world = World(session.target, session.profile, session.namespace)
        self.beliefs: tuple[Belief, ...] = (Belief(),)
        self.trace: list[Seen] = []
        session.programs += 1
        session.record(ProgramStarted(machine, session.programs))

    @property
    def belief(self) -> Belief:
        """The likeliest belief: what rules look at to choose their arguments."""
        return self.beliefs[0]

    def do(self, operation: Operation) -> Seen:
        """Executes one step and judges it. Raises `Violation` for a broken, unmuted claim."""
        if self.session.timeouts >= MOST_TIMEOUTS:
            raise TargetGone("the target left too many requests unanswered")
        self.world.began_ms = self.world.now_ms()
        answer = operation.perform(self.world)
        judged = [j for b in self.beliefs for j in operation.judge(self.world, b, answer)]
        broken, claims = self._settle(judged)
        seen = Seen(len(self.trace) + 1, operation.to_json(), operation.say(), answer, claims)
        self.trace.append(seen)
        self._count(seen, claims)
        for claim in broken:
            self._report(claim)
        if broken:
            self.beliefs = (relearn(self.world, self.belief),)
        return seen

    def _settle(self, judged: Sequence[Judgement]) -> tuple[tuple[Claim, ...], tuple[Claim, ...]]:
        """Keeps the beliefs that fit; if none does, the one with the fewest broken claims."""
        applying = [
            Judgement(tuple(c for c in j.claims if self.session.applies(c.requirement)), j.belief)
            for j in judged
        ]
        fewest = min(len(j.broken) for j in applying)
        fitting = [j for j in applying if len(j.broken) == fewest]
        self.beliefs = tuple(j.belief for j in fitting)[:MOST_BELIEFS]
        return fitting[0].broken, fitting[0].claims

    def _count(self, seen: Seen, claims: Sequence[Claim]) -> None:
        session = self.session
        if seen.answer.get("silence") == "timed out":
            session.timeouts += 1
        session.exercised.update(c.requirement for c in claims)
        held = tuple(c.requirement for c in claims if c.holds)
        broken = tuple(c.requirement for c in claims if not c.holds)
        session.record(StepDone(seen.number, seen.step, seen.answer, held, broken))

    def _report(self, claim: Claim) -> None:
        finding = Finding(claim, tuple(self.trace), self.machine)
        known = self.session.broken.get(claim.requirement)
        if known is None or len(finding.steps) <= len(known.steps):
            self.session.broken[claim.requirement] = finding
        if claim.requirement not in self.session.muted:
            raise _violation_of(claim.requirement)(finding)

    def close(self) -> None:
        self.session.operations += self.world.operations
        self.world.close()


MOST_BELIEFS = 64
"""Beliefs kept at once; more would need as many indefinite answers in one short program."""

_KINDS: dict[str, type[Violation]] = {}


def _violation_of(requirement: str) -> type[Violation]:
    """A type of its own per requirement, so that shrinking never slips from one to another."""
    if requirement not in _KINDS:
        _KINDS[requirement] = type(f"Violation of {requirement}", (Violation,), {})
    return _KINDS[requirement]

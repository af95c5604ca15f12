"""One run of the suite: opens the target, runs the machines, gives a verdict per requirement."""

import traceback
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path

from kafka_tck.adapters.client import RawClient
from kafka_tck.adapters.open import open_target
from kafka_tck.adapters.target import Misuse, Target, TargetOptions, Unreachable
from kafka_tck.evidence.events import Event, RunStarted, VerdictGiven
from kafka_tck.properties.deviations import Deviation, for_target
from kafka_tck.properties.explain import explain
from kafka_tck.properties.machine import EFFORTS, Machine, replay, run_machine
from kafka_tck.properties.machines import all_machines
from kafka_tck.properties.profile import read_profile
from kafka_tck.properties.replays import read_replay, write_replay
from kafka_tck.properties.requirement import Requirement
from kafka_tck.properties.session import Session, Verdict
from kafka_tck.properties.world import Namespace


def suite_version() -> str:
    try:
        return version("kafka-tck")
    except PackageNotFoundError:
        return "a bare clone"


@dataclass(frozen=True)
class Judged:
    """The verdict on one requirement, with its reason in words."""

    requirement: Requirement
    verdict: Verdict
    reason: str
    exercised: int


@dataclass
class Suite:
    """What one pytest session, or one command, runs."""

    spec: str
    options: TargetOptions
    profile_name: str = "quick"
    deviations: Sequence[Deviation] = ()
    record: Callable[[Event], None] = lambda event: None
    target: Target | None = None
    session: Session | None = None
    judged: dict[str, Judged] = field(default_factory=dict)
    gone: str | None = None
    crashed: dict[str, str] = field(default_factory=dict)
    """Requirements whose machine broke down by a fault of ours, with the traceback."""

    def open(self) -> Session:
        """Opens the target and reads its profile. Raises `Misuse` with one line."""
        all_machines()  # every requirement is registered once its property file is imported
        self.target = open_target(self.spec, self.options)
        try:
            client = RawClient(self.target, self.target.nodes()[0])
        except Unreachable as error:
            raise Misuse(f"target {self.spec}: {error}") from None
        try:
            profile = read_profile(client, self.options.behaves_like or self.target.release)
        finally:
            client.close()
        start = self.target.clock.now_ms()
        # On real clusters names must differ from run to run, on virtual time they must not.
        prefix = f"tck{self.options.seed}-{start % 10**9}"
        self.known = for_target(list(self.deviations), self.target.name)
        self.session = Session(
            self.target,
            profile,
            Namespace(prefix),
            seed=self.options.seed,
            record=self.record,
            muted=set(self.known),
        )
        release = ".".join(map(str, profile.release))
        self.record(
            RunStarted(
                self.target.name, release, self.options.seed, self.profile_name, suite_version()
            )
        )
        return self.session

    def run(self, machines: Iterable[type[Machine]], say: Callable[[str], None]) -> None:
        """Runs every machine that can say something of this target.

        A target that is gone leaves the rest unknown.
        """
        assert self.session is not None
        for machine in machines:
            if self.gone is not None:
                return
            if not any(self.session.applies(r.id) for r in machine.requirements):
                continue
            say(machine.__name__)
            try:
                outcome = run_machine(machine, self.session, EFFORTS[self.profile_name])
            except Exception:  # a fault of ours must not hide what other machines find
                trace = f"the suite broke, not the target:\n{traceback.format_exc()}"
                self.crashed |= dict.fromkeys((r.id for r in machine.requirements), trace)
                continue
            self.gone = outcome.gone

    def verdict_on(self, requirement: Requirement) -> Judged:
        """The verdict, given once and recorded."""
        if requirement.id not in self.judged:
            verdict, reason = self._judge(requirement)
            assert self.session is not None
            exercised = self.session.exercised[requirement.id]
            judged = Judged(requirement, verdict, reason, exercised)
            self.judged[requirement.id] = judged
            self.record(VerdictGiven(requirement.id, verdict.value, exercised, reason))
        return self.judged[requirement.id]

    def _judge(self, requirement: Requirement) -> tuple[Verdict, str]:
        session = self.session
        assert session is not None
        if not requirement.holds_in(session.profile.release):
            since, until = requirement.since, requirement.until
            span = f"since {_said(since)}" + (f" until {_said(until)}" if until else "")
            return Verdict.SKIPPED, f"holds {span}; this is {_said(session.profile.release)}"
        missing = session.missing(requirement)
        if missing:
            return Verdict.SKIPPED, f"the target lacks {', '.join(sorted(missing))}"
        finding = session.broken.get(requirement.id)
        deviation = self.known.get(requirement.id)
        if finding is not None and deviation is not None:
            return Verdict.DEVIATES, deviation.reason
        if finding is not None:
            path = write_replay(finding, session.target.name)
            command = self._replay_command(path)
            return Verdict.FAIL, explain(finding, session.target.name, command)
        if requirement.id in session.doubtful:
            return Verdict.UNKNOWN, "it was broken once, but the same steps did not break it again"
        if requirement.id in self.crashed:
            return Verdict.FAIL, self.crashed[requirement.id]
        if not session.exercised[requirement.id]:
            return Verdict.UNKNOWN, self.gone or "it was not exercised in this run"
        if deviation is not None:
            return Verdict.FAIL, f"the declared deviation was not seen: {deviation.reason}"
        return Verdict.PASS, ""

    def _replay_command(self, path: Path) -> str:
        nodes = f" --nodes {self.options.nodes}" if self.options.nodes != 1 else ""
        return f"pytest --target={self.spec}{nodes} --replay={path}"

    def replay_file(self, path: Path) -> str | None:
        """Re-runs a recorded finding; what it shows, or None if nothing is broken."""
        assert self.session is not None
        head, steps = read_replay(path)
        # A declared deviation too is shown to who asks for it.
        self.session.muted.discard(str(head["replay"]))
        finding = replay(self.session, list(steps), str(head.get("machine", "replay")))
        if finding is None:
            return None
        command = self._replay_command(path)
        return explain(finding, self.session.target.name, command)

    def close(self) -> None:
        if self.target is not None:
            self.target.close()


def _said(release: tuple[int, int]) -> str:
    return ".".join(map(str, release))

"""A storm as a step of the suite: its claims, and findings that stand."""

import pytest

from kafka_tck.adapters.target import TargetOptions
from kafka_tck.properties.histories import running
from kafka_tck.properties.histories.checks import REQUIREMENTS
from kafka_tck.properties.histories.rounds import BUNDLED_CONFIG
from kafka_tck.properties.histories.running import RunStorm
from kafka_tck.properties.operations.operation import from_json
from kafka_tck.properties.session import Run, Session, Violation
from kafka_tck.properties.suite import Suite


def session_of(target: str) -> tuple[Suite, Session]:
    suite = Suite(target, TargetOptions(nodes=3, config=BUNDLED_CONFIG))
    return suite, suite.open()


def test_a_storm_claims_every_requirement_once() -> None:
    suite, session = session_of("reference")
    run = Run(session, "test")
    seen = run.do(RunStorm(1, 60, 2))
    assert [claim.requirement for claim in seen.claims] == [r.id for r in REQUIREMENTS]
    assert all(claim.holds for claim in seen.claims)
    assert seen.answer["requests"] > 60
    assert not run.world.faults.any()
    run.close()
    suite.close()


def test_a_step_is_data() -> None:
    step = RunStorm(7, operations=60)
    assert from_json(step.to_json()) == step


def test_what_a_broker_did_once_stands(monkeypatch: pytest.MonkeyPatch) -> None:
    """The numbers of a storm that broke something give its history again, not another storm."""
    suite, session = session_of("reference:acknowledges-for-the-leader-alone")
    session.muted = {r.id for r in REQUIREMENTS}
    run = Run(session, "test")
    seeds = range(10)
    broken = next(s for s in seeds if any(not c.holds for c in run.do(RunStorm(s)).claims))
    monkeypatch.setattr(running, "run_storm", lambda *given: pytest.fail("another storm"))
    session.muted = set()
    with pytest.raises(Violation) as raised:
        run.do(RunStorm(broken))
    assert "acks=all" in raised.value.finding.claim.actual
    run.close()
    suite.close()

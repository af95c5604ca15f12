"""A right broker removes members that a slow machine kept waiting: nothing is claimed of them."""

from collections.abc import Iterator

import pytest

from kafka_tck.adapters.target import TargetOptions
from kafka_tck.properties.operations.classic_groups.asking import Heartbeat
from kafka_tck.properties.operations.classic_groups.believed import known_of
from kafka_tck.properties.operations.classic_groups.dues import NEVER, PHASE, earliest
from kafka_tck.properties.operations.classic_groups.joining import JoinGroup, SyncGroup
from kafka_tck.properties.operations.classic_groups.stepping import GroupStep
from kafka_tck.properties.operations.consumer_groups.expiring import SetTimes
from kafka_tck.properties.operations.consumer_groups.heartbeating import HeartbeatAsMember
from kafka_tck.properties.operations.consumer_groups.showing import DescribeConsumerGroup
from kafka_tck.properties.operations.operation import Operation
from kafka_tck.properties.operations.topics.topics import MakeTopic
from kafka_tck.properties.session import Run
from kafka_tck.properties.suite import Suite

SESSION_MS, PHASE_MS = 600, 1_200
JOIN = JoinGroup(name="m", sends_id=False, version=3, session_ms=SESSION_MS, rebalance_ms=PHASE_MS)
PATIENT = JoinGroup(name="m", sends_id=False, version=3, rebalance_ms=PHASE_MS)
SYNC = SyncGroup(name="m", generation=1, version=3, assignments=(("m", "all"),))
BEAT = Heartbeat(name="m", generation=1)


@pytest.fixture
def run() -> Iterator[Run]:
    suite = Suite("reference", TargetOptions())
    run = Run(suite.open(), "slow")
    yield run
    run.close()
    suite.close()


def do(run: Run, *steps: Operation) -> tuple[str, ...]:
    """What the last step was held against."""
    for step in steps:
        if isinstance(step, GroupStep):
            step = step.awaiting(run.world, run.beliefs)
        seen = run.do(step)
    return tuple(claim.requirement for claim in seen.claims)


def wait(run: Run, ms: int) -> None:
    run.world.until(lambda: None, ms / 1000)


@pytest.mark.parametrize("ms", [0, SESSION_MS - 10])
def test_a_heartbeat_in_time_is_judged(run: Run, ms: int) -> None:
    do(run, JOIN, SYNC)
    wait(run, ms)
    assert do(run, BEAT)
    assert not known_of(run.belief, "g").lost


@pytest.mark.parametrize(
    ("before", "ms", "late"),
    [
        pytest.param((JOIN, SYNC), SESSION_MS, BEAT, id="after-the-session-timeout"),
        pytest.param((PATIENT,), PHASE_MS, SYNC, id="after-the-rebalance-timeout"),
    ],
)
def test_nothing_is_claimed_of_a_step_that_comes_late(
    run: Run, before: tuple[Operation, ...], ms: int, late: Operation
) -> None:
    do(run, *before)
    wait(run, ms)
    assert do(run, late) == ()
    assert run.trace[-1].answer != {}
    assert known_of(run.belief, "g").lost


def test_a_coordinator_that_went_away_says_nothing_of_its_group(run: Run) -> None:
    do(run, JOIN)
    seen = {"answered": {"m sync": {"error": "NOT_COORDINATOR"}}}
    (judged,) = SYNC.judge(run.world, run.belief, seen)
    assert judged.claims == ()
    assert known_of(judged.belief, "g").lost


def test_timers_begin_anew_for_who_is_heard_of(run: Run) -> None:
    do(run, JOIN, SYNC)
    first = known_of(run.belief, "g")
    wait(run, SESSION_MS // 2)
    do(run, BEAT)
    then = known_of(run.belief, "g")
    assert then.dues["m"] - first.dues["m"] == pytest.approx(SESSION_MS // 2, abs=20)
    assert earliest(then.group, then.dues) == then.dues["m"]
    assert earliest(then.group, then.dues, but=("m",)) == NEVER
    assert PHASE in then.dues


def test_a_look_at_members_that_may_be_gone_claims_nothing(run: Run) -> None:
    do(run, MakeTopic("t", 2), SetTimes("k", 1_000, 100))
    joined = HeartbeatAsMember("k", "a", "join", topics=("t",), rebalance_ms=1_000)
    assert do(run, joined)
    assert do(run, DescribeConsumerGroup("k"))
    wait(run, 1_000)
    assert do(run, DescribeConsumerGroup("k")) == ()

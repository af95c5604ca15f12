"""Storms on the bundled cluster: no alarm on right brokers, wrong ones found, seeds repeat."""

import os
from dataclasses import dataclass, field
from random import Random

import pytest

from kafka_tck.adapters.target import TargetOptions
from kafka_tck.properties.histories.checks import judge
from kafka_tck.properties.histories.events import Asked, Fault, from_line, to_line
from kafka_tck.properties.histories.history import NEVER, read_histories
from kafka_tck.properties.histories.plan import MOVES, Pace, Plan, possible_moves
from kafka_tck.properties.histories.rounds import Round, Rounds, Size
from kafka_tck.properties.histories.troubles import Troubles

SEEDS = int(os.environ.get("KAFKA_TCK_STORM_SEEDS", "25"))
"""Seeds that right brokers are tried with; more by the environment."""


def storm(seed: int, target: str = "reference", size: Size | None = None) -> Round:
    rounds = Rounds(target, TargetOptions(nodes=3), size or Size(operations=120))
    try:
        return rounds.run(seed)
    finally:
        rounds.close()


def test_right_brokers_raise_no_alarm() -> None:
    assert [(seed, found) for seed in range(SEEDS) for found in storm(seed).found] == []


@pytest.mark.parametrize(
    ("wrong", "requirements"),
    [
        (
            "acknowledges-for-the-leader-alone",
            {"acknowledged-records-stay", "latest-offsets-cover-what-was-acknowledged"},
        ),
        ("commits-for-the-leader-alone", {"acknowledged-records-stay", "what-was-read-stays"}),
        (
            "shows-what-is-not-committed",
            {"high-watermarks-rise-within-an-epoch", "what-was-read-stays"},
        ),
        ("commits-with-too-few", {"what-was-read-stays", "one-offset-has-one-record"}),
        ("elects-without-a-new-epoch", {"one-leader-per-epoch"}),
        ("never-takes-a-follower-in", {"clusters-recover"}),
    ],
)
def test_storms_of_few_seeds_find_a_wrong_broker(wrong: str, requirements: set[str]) -> None:
    missing = set(requirements)
    for seed in range(40):
        found = storm(seed, f"reference:{wrong}").found
        missing -= {one.requirement.removeprefix("history.") for one in found}
        if not missing:
            return
    pytest.fail(f"not found: {missing}")


def test_a_seed_gives_the_same_history_again() -> None:
    for seed in range(3):
        assert storm(seed).lines == storm(seed).lines


def test_other_seeds_give_other_histories() -> None:
    assert len({storm(seed).digest for seed in range(4)}) == 4


def test_a_saved_history_is_judged_as_the_one_that_was_recorded() -> None:
    one = storm(2, "reference:acknowledges-for-the-leader-alone")
    two = storm(3)
    first, second = read_histories((one.lines + two.lines).splitlines())
    assert one.found
    assert judge(first) == list(one.found)
    assert judge(second) == []
    assert [to_line(event) for event in first.events] == one.lines.splitlines()


def test_a_storm_has_all_that_it_is_for() -> None:
    """Requests in flight at once, answers of every kind, faults of every kind, and a calm end."""
    done = [storm(seed, size=Size(moves=tuple(MOVES))) for seed in range(12)]
    ops = [op for one in done for op in one.history.ops]
    kinds = {(op.request["do"], op.error or op.outcome.get("silence")) for op in ops}
    assert {do for do, _ in kinds} == {
        "produce", "fetch", "latest", "earliest", "epoch_end", "metadata",
    }  # fmt: skip
    assert kinds >= {
        ("produce", "NONE"),
        ("produce", "REQUEST_TIMED_OUT"),
        ("produce", "NOT_ENOUGH_REPLICAS"),
        ("produce", "NOT_LEADER_OR_FOLLOWER"),
        ("produce", "connection closed"),
        ("fetch", "FENCED_LEADER_EPOCH"),
        ("fetch", "NONE"),
    }
    faults = {fault.what for one in done for _, fault in one.history.faults}
    assert faults == {
        "kill", "start", "restart", "pause", "resume", "cut", "heal", "delay", "lose_power",
    }  # fmt: skip
    assert all(one.history.settled is not None for one in done)
    assert max(_at_once(one) for one in done) >= 4


def _at_once(one: Round) -> int:
    """The most requests that waited for an answer at one time."""
    ops = [op for op in one.history.ops if op.ended_at < NEVER]
    steps = sorted([(op.asked_at, 1) for op in ops] + [(op.ended_at, -1) for op in ops])
    waiting = most = 0
    for _, step in steps:
        waiting += step
        most = max(most, waiting)
    return most


def test_values_are_sent_once() -> None:
    values = [
        value
        for event in storm(1).history.events
        if isinstance(event, Asked)
        for value in event.request.get("values", ())
    ]
    assert len(values) > 50
    assert len(values) == len(set(values))


@pytest.mark.parametrize("line", ["no json", "[]", '{"event": "x"}', '{"event": "calm"}'])
def test_a_line_that_is_no_event_is_refused(line: str) -> None:
    with pytest.raises(ValueError, match=r"."):
        from_line(line)


# Faults that may come.


def test_power_fails_only_where_replicas_are_eligible_leaders() -> None:
    every = {capability for needs in MOVES.values() for capability in needs}
    assert "lose_power" in possible_moves(every, {"eligible.leader.replicas.version": 1})
    assert "lose_power" not in possible_moves(every, {})
    assert possible_moves({"fault.kill"}, {}) == ("kill",)


@dataclass
class Paper:
    """Writes down what is to be injected."""

    in_sync: bool
    nodes: tuple[int, ...] = (1, 2, 3)
    reaches_controllers: bool = True
    now: int = 0
    done: list[Fault] = field(default_factory=list)

    def now_ms(self) -> int:
        return self.now

    def leaders(self) -> list[int]:
        return [2, 2, 3]

    def inject(self, what: str, nodes: tuple[int, ...], ms: int = 0) -> None:
        self.done.append(Fault(self.now, what, nodes, ms))

    def is_busy(self) -> bool:
        return False

    def all_in_sync(self) -> bool:
        return self.in_sync


def troubles(paper: Paper, moves: tuple[str, ...], seed: int) -> None:
    """Runs the faults of a plan to their end."""
    them = Troubles(paper, Plan(seed, faults=30, moves=moves), Pace(2000, 1000), Random(seed))
    while (due := them.next_ms()) is not None:
        paper.now = max(paper.now, due)
        them.act()
    assert them.is_over()


def test_power_does_not_fail_while_anything_else_is_wrong() -> None:
    for seed in range(20):
        paper = Paper(in_sync=True)
        troubles(paper, tuple(MOVES), seed)
        wrong = set[tuple[int, ...]]()
        for fault in paper.done:
            if fault.what == "lose_power":
                assert not wrong, f"seed {seed}"
            if fault.what in ("kill", "pause", "cut", "lose_power") or fault.ms:
                wrong.add(fault.nodes)
            else:
                wrong.discard(fault.nodes)


def test_power_does_not_fail_while_someone_is_behind() -> None:
    paper = Paper(in_sync=False)
    troubles(paper, ("lose_power", "pause"), 1)
    assert {fault.what for fault in paper.done} == {"pause", "resume"}


def test_one_node_at_most_is_away_and_all_come_back() -> None:
    for seed in range(20):
        paper = Paper(in_sync=True)
        troubles(paper, tuple(MOVES), seed)
        away = set[int]()
        for fault in paper.done:
            if fault.what in ("kill", "pause", "lose_power"):
                away.add(fault.nodes[0])
            elif fault.what in ("start", "resume"):
                away.discard(fault.nodes[0])
            assert len(away) <= 1
        assert not away
        cuts = [fault.nodes for fault in paper.done if fault.what == "cut"]
        assert set(cuts) == {fault.nodes for fault in paper.done if fault.what == "heal"}

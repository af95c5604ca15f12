"""Classic groups: what always holds at three members, and what each wrong setting permits."""

from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner

from kafka_tck.cli.main import main
from kafka_tck.model.batch.search import Search
from kafka_tck.model.explore import Exploration, explore
from kafka_tck.model.finite import Finite
from kafka_tck.model.groups_classic import Groups, groups_classic
from kafka_tck.model.groups_classic.state import COOPERATIVE, PREPARING
from kafka_tck.model.modules import load_with_proof
from kafka_tck.model.prove.induction import Proof
from kafka_tck.model.prove.results import Verdict
from kafka_tck.model.run import Done, attempt

SPLIT = "a_partition_is_owned_by_nobody"
GHOST = "a_partition_goes_to_a_ghost"
REST = "the_group_is_at_rest"
STATIC: dict[str, Any] = {"static": True}
COOPERATION: dict[str, Any] = {"protocol": COOPERATIVE}
TWO: dict[str, Any] = {"nodes": 2}
IN_TIME: dict[str, Any] = {
    **STATIC,
    **COOPERATION,
    "restarts_in_place": False,
    "admits_late": False,
}
CALM = {"fail_overs": 0}


def explored(settings: dict[str, Any], bounds: dict[str, int]) -> Exploration:
    return explore(groups_classic, Groups(**settings), bounds, until_broken=False)


@pytest.mark.parametrize(
    ("settings", "bounds", "states", "depth"),
    [
        ({}, {}, 549_320, 30),
        ({"protocol": COOPERATIVE}, {}, 642_340, 30),
        (STATIC, CALM, 406_092, 27),
        (IN_TIME, CALM, 222_350, 24),
        ({**TWO, "protocol": COOPERATIVE}, {"generations": 4, "fail_overs": 2}, 516_851, 35),
        ({**TWO, **STATIC}, {"generations": 4, "fail_overs": 2}, 110_797, 37),
    ],
    ids=["eager", "cooperative", "static", "in-time", "two-cooperative", "two-static"],
)
def test_all_holds_in_every_state(
    settings: dict[str, Any], bounds: dict[str, int], states: int, depth: int
) -> None:
    found = explored(settings, bounds)
    assert found.outcome.complete
    assert found.broken == {}
    assert not len(found.outcome.hopeless[REST])
    assert SPLIT not in found.reached
    assert GHOST not in found.reached
    assert (found.outcome.states, found.outcome.depth) == (states, depth)


@pytest.mark.parametrize(
    ("variant", "nodes", "bounds"),
    [
        ("static-cooperative", 3, {}),
        ("not-withheld", 3, CALM),
        ("one-generation", 2, CALM),
        ("any-generation", 3, CALM),
        ("unfenced", 2, CALM),
        ("swap-in-memory", 2, {}),
        ("told-first", 2, {"generations": 3}),
        ("no-sync-timeout", 2, {}),
    ],
)
def test_what_a_variant_breaks(variant: str, nodes: int, bounds: dict[str, int]) -> None:
    of = groups_classic.variants[variant]
    found = explored({**vars(of.given), "nodes": nodes}, bounds)
    assert found.outcome.complete
    assert set(found.broken) == of.breaks


@pytest.mark.parametrize(
    ("anomaly", "settings", "steps"),
    [
        (SPLIT, {**STATIC, "restarts_rebalance": False}, 10),
        (SPLIT, {**IN_TIME, "restarts_in_place": True}, 15),
        (SPLIT, {"checks_generation": False}, 11),
        (GHOST, {"member_id_required": False}, 7),
    ],
)
def test_what_permits_a_split_assignment(
    anomaly: str, settings: dict[str, Any], steps: int
) -> None:
    """The settings that forbid it are searched to the end above."""
    found = explore(
        groups_classic,
        Groups(**settings),
        CALM,
        find=frozenset({anomaly}),
        until_broken=False,
    )
    assert len(found.reached[anomaly].steps) == steps


@pytest.mark.parametrize(
    ("settings", "claim", "steps"),
    [
        ({"expires_syncs": False}, REST, 6),
        ({**IN_TIME, "admits_late": True}, "a_partition_has_one_owner", 12),
    ],
    ids=["no-sync-timeout", "late"],
)
def test_how_soon_a_claim_breaks(settings: dict[str, Any], claim: str, steps: int) -> None:
    found = explore(groups_classic, Groups(**settings), CALM)
    assert len(found.broken[claim].steps) == steps


def test_who_restarts_at_a_bad_moment_gets_nothing() -> None:
    """The trace to the split assignment, and the same steps where they lead elsewhere."""
    wrong = Groups(static=True, restarts_rebalance=False)
    trace = explore(groups_classic, wrong, CALM, find=frozenset({SPLIT})).reached[SPLIT]
    assert [step.action for step in trace.steps] == [
        *("consumer_joins", "coordinator_admits_member") * 2,
        "coordinator_completes_join",
        "consumer_joins",
        "coordinator_replaces_member",
        "leader_assigns",
        *("coordinator_answers_sync",) * 2,
    ]
    former = trace.steps[6].parameters["former"]
    last = trace.steps[-1].after
    assert last[f"assignment.{former}"] == former
    assert not last[f"members.{former}"]
    state = trace.first
    for step in trace.steps[:7]:
        done = attempt(groups_classic, step.action, state, Groups(static=True), **step.parameters)
        assert isinstance(done, Done)
        state = done.state
    assert state["state"] == PREPARING


@pytest.mark.parametrize(
    ("settings", "nodes"),
    [({}, 1), ({}, 3), ({}, 4), (STATIC, 3), (STATIC, 4), (COOPERATION, 3), (COOPERATION, 4)],
)
def test_a_group_is_proved_for_any_number_of_generations(
    settings: dict[str, Any], nodes: int
) -> None:
    proof = Proof(load_with_proof("groups_classic"), Groups(**settings, nodes=nodes))
    assert proof.run().verdict is Verdict.PROVED


@pytest.mark.parametrize("settings", [TWO, {**TWO, **STATIC}, {**TWO, **COOPERATION}])
def test_what_supports_the_proof_holds_in_every_state(settings: dict[str, Any]) -> None:
    module = load_with_proof("groups_classic")
    finite = Finite(module, Groups(**settings))
    claims = finite.claims({**module.supporting_claims, **module.always_claims})
    outcome = Search(finite, {name: finite.make.negate(of) for name, of in claims.items()}).run()
    assert outcome.complete
    assert outcome.reached == {}


@pytest.mark.parametrize(
    "variant",
    [
        *("not-withheld", "one-generation", "any-generation"),
        *("unfenced", "swap-in-memory", "told-first"),
    ],
)
def test_a_wrong_coordinator_is_not_proved(variant: str) -> None:
    given = groups_classic.variants[variant].given
    assert Proof(load_with_proof("groups_classic"), given).run().verdict is Verdict.REFUTED


def test_the_page_shows_what_is_printed() -> None:
    page = (Path(__file__).parents[2] / "docs" / "groups.md").read_text()
    section = page[page.index("## A split assignment") :].split("\n## ")[0]
    settings = "static=true,restarts.rebalance=false"
    arguments = ["--set", settings, "--bounds", "fail_overs=0", "--find", "owned-by-nobody"]
    told = CliRunner().invoke(main, ["explore", "groups_classic", *arguments]).output
    lines = [line.rstrip() for line in told.splitlines() if _is_step(line)]
    assert len(lines) == 10
    for line in lines:
        assert line in section


def _is_step(line: str) -> bool:
    return line.split(".")[0].isdigit()

"""The TLA+ export: golden files, what it says, and that a parser of TLA+ reads it."""

import os
import warnings
from typing import Any

import pytest
from tests.model.say.goldens import GOLDENS, Golden

from kafka_tck.model.modules import WHERE, load
from kafka_tck.model.say.tla import tla
from kafka_tck.model.say.tla_terms import Unsayable
from kafka_tck.model.shapes import Shape, each, flag, node, number, sequence
from kafka_tck.model.spec import Module, Step, nodes, when, whole
from kafka_tck.model.terms import NONE, Bool, Int, Seq, implies

RENEW = "RENEW_GOLDEN"


@pytest.mark.parametrize("golden", GOLDENS, ids=str)
def test_the_export_is_the_golden_file(golden: Golden) -> None:
    exported = golden.exported()
    if os.environ.get(RENEW):
        golden.directory.mkdir(parents=True, exist_ok=True)
        exported.write(golden.directory)
    kept = golden.directory / f"{golden.module}.tla"
    advice = f"if this is meant, renew with {RENEW}=1 pytest {__file__}, and look at the difference"
    assert exported.text == kept.read_text("utf-8"), advice
    assert exported.cfg == kept.with_suffix(".cfg").read_text("utf-8"), advice


@pytest.fixture(scope="module")
def parser() -> Any:
    """A parser of TLA+. What it cannot read it marks as errors."""
    tree_sitter = pytest.importorskip("tree_sitter")
    grammar = pytest.importorskip("tree_sitter_tlaplus")
    with warnings.catch_warnings():
        warnings.simplefilter(
            "ignore", DeprecationWarning
        )  # the grammar is handed over as a number
        return tree_sitter.Parser(tree_sitter.Language(grammar.language()))


def _errors(parser: Any, text: str) -> list[str]:
    tree = parser.parse(text.encode())
    found, waiting = [], [tree.root_node]
    while waiting:
        here = waiting.pop()
        if here.is_error or here.is_missing:
            found.append(f"line {here.start_point[0] + 1}: {here.text.decode()[:60]}")
        waiting += here.children
    return found


@pytest.mark.parametrize("symmetric", [False, True], ids=["numbered", "symmetric"])
@pytest.mark.parametrize("name", sorted(WHERE))
def test_every_module_parses(name: str, symmetric: bool, parser: Any) -> None:
    exported = tla(load(name), symmetric=symmetric)
    assert _errors(parser, exported.text) == []


@pytest.mark.parametrize("variant", sorted(load("replication").variants))
def test_every_variant_of_replication_parses(variant: str, parser: Any) -> None:
    module = load("replication")
    exported = tla(module, module.variants[variant].given)
    assert _errors(parser, exported.text) == []
    assert f"protocol = {variant}" in exported.text


def test_the_parser_finds_what_is_wrong(parser: Any) -> None:
    text = GOLDENS[0].exported().text
    assert _errors(parser, text.replace("Next == Step", "Next = = Step")) != []


def test_every_action_guard_and_claim_has_its_name() -> None:
    module = load("replication")
    text = tla(module).text
    state = module.shape.variables(module.given)
    for action in module.actions.values():
        if action.enabled(module.given):
            assert f"{action.name}(" in text
            assert f"\\* {action.sentence}" in text
            step = action.step(state, **next(action.instances(module.sizes(module.given))))
            said = [guard for guard in step.guards if guard not in ("matches",)]
            assert [guard for guard in said if f"\\* {guard}\n" not in text] == []
    assert "follower_truncates" not in text, "it is an action of another variant"
    for name in module.always_claims:
        assert f"\n{name} ==" in text
    for name in module.sometimes_claims:
        assert f"never_{name} == ~{name}" in text


def test_ghosts_are_left_out_unless_they_are_asked_for() -> None:
    module = load("replication")
    assert module.shape.ghosts
    for ghost in module.shape.ghosts:
        assert f"{ghost}'" not in tla(module).text
        assert f"{ghost}'" in tla(module, ghosts=True).text


def test_sizes_are_constants_and_nodes_can_be_exchanged() -> None:
    numbered, symmetric = (golden.exported() for golden in GOLDENS[:2])
    assert "CONSTANTS epochs, log_size, records, nodes\n" in numbered.text
    assert "  epochs = 2\n" in numbered.cfg
    assert "SYMMETRY" not in numbered.cfg
    assert "Nodes == {n0, n1, n2}" in symmetric.text
    assert "SYMMETRY Symmetry" in symmetric.cfg
    assert "  n1 = n1\n" in symmetric.cfg


def test_a_pinned_node_stays_where_it_is() -> None:
    assert "Permutations(Nodes \\ {n0})" in tla(load("async_isr"), symmetric=True).text


class Clashing(Shape):
    """A field named as a parameter, as an action, as a claim and as a size."""

    leader: Int = node()
    moves: tuple[Bool, ...] = each(flag())
    steps: Int = number(0, "steps")
    told: Seq = sequence("steps", by=node())


def _clashing(compares: bool) -> Module[Clashing]:
    start = {"leader": NONE, "moves": (False,) * 3, "steps": 0, "told": ()}
    module = Module("clashing", Clashing, lambda given: start, bounds={"steps": 2})

    @module.action(leader=nodes, steps=whole(1, "steps"))
    def moves(s: Clashing, leader: int, steps: int) -> Step[Clashing]:
        """A node moves."""
        fits = s.leader <= leader if compares else s.leader != leader
        return when(fits=fits).then(
            s.having(leader=leader, steps=s.steps + steps, told=s.told.append(by=leader))
        )

    @module.always()
    def told(s: Clashing) -> Bool:
        """Who moved has told."""
        return implies(s.leader >= 0, s.told.length > 0)

    return module


def test_a_name_stands_for_one_thing(parser: Any) -> None:
    exported = tla(_clashing(compares=False))
    assert _errors(parser, exported.text) == []
    assert "moves_(leader_, steps_) ==" in exported.text
    assert "VARIABLES leader, moves, steps, told" in exported.text
    assert "CONSTANTS most_steps, nodes" in exported.text
    assert "\\E leader_ \\in Nodes : \\E steps_ \\in 1..most_steps : moves_(" in exported.text
    assert "\ntold_ ==" in exported.text
    assert "  told_\n" in exported.cfg


def test_nodes_that_are_counted_with_cannot_be_exchanged() -> None:
    assert "leader <= leader_" in tla(_clashing(compares=True)).text
    with pytest.raises(Unsayable, match="compared by order"):
        tla(_clashing(compares=True), symmetric=True)
    assert "leader # Nobody" in tla(_clashing(compares=False), symmetric=True).text

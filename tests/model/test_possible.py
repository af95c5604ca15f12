"""What stays possible from every reachable state: planted flaws, and graphs that are known."""

import json
from typing import Any

import numpy as np
import pytest
from click.testing import CliRunner

from kafka_tck.cli.main import main
from kafka_tck.model.batch.possible import NotSymmetric
from kafka_tck.model.batch.search import Search
from kafka_tck.model.explore import explore
from kafka_tck.model.finite import Finite
from kafka_tck.model.flaws import flaws
from kafka_tck.model.graphs import always_possible, state_graph
from kafka_tck.model.modules import WHERE, load
from kafka_tck.model.replication import Partition, leads_truly
from kafka_tck.model.say.tla import tla
from kafka_tck.model.shapes import Shape, each, flag, node, number
from kafka_tck.model.spec import Module, Step, nodes, when
from kafka_tck.model.terms import NONE, Bool, Int, all_of, any_of, choose, negate

TINY = {"log_size": 1, "records": 1, "epochs": 2}


class Room(Shape):
    """Nodes that wait for one lock, and how often it was taken."""

    holder: Int = node()
    gone: tuple[Bool, ...] = each(flag())
    taken: Int = number(0, "taken")


def room(
    *, up_to: tuple[str, ...] = ("taken",), forgets: bool = False, only: int | None = None
) -> Module[Room]:
    """A lock that can always be free again, unless its holder goes and it is not released."""
    start = {"holder": NONE, "gone": (False,) * 3, "taken": 0}
    module = Module("room", Room, lambda given: start, bounds={"taken": 2})

    @module.action(node=nodes)
    def node_takes(s: Room, node: int) -> Step[Room]:
        """A node takes the lock."""
        return when(is_free=s.holder == NONE, is_there=negate(s.gone[node])).then(
            s.having(holder=node, taken=s.taken + 1)
        )

    @module.action(node=nodes)
    def node_releases(s: Room, node: int) -> Step[Room]:
        """The holder releases it."""
        return when(holds=s.holder == node, is_there=negate(s.gone[node])).then(
            s.having(holder=NONE)
        )

    @module.action(node=nodes)
    def node_goes(s: Room, node: int) -> Step[Room]:
        """A node goes for good; another one is left."""
        others = [negate(gone) for n, gone in enumerate(s.gone) if n != node]
        gone = tuple(True if n == node else was for n, was in enumerate(s.gone))
        return when(is_there=negate(s.gone[node]), is_not_last=any_of(others)).then(
            s.having(gone=gone, holder=s.holder if forgets else _released(s, node))
        )

    @module.possible(up_to=up_to)
    def a_node_takes_the_lock(s: Room) -> Bool:
        """The lock comes to a node that is there."""
        held = [all_of([s.holder == n, negate(gone)]) for n, gone in enumerate(s.gone)]
        return any_of(held if only is None else held[only : only + 1])

    return module


def _released(s: Room, node: int) -> Int:
    return choose(s.holder == node, NONE, s.holder)


NAME = "a_node_takes_the_lock"


@pytest.mark.parametrize("symmetric", [True, False])
def test_what_stays_possible_has_no_flaw(symmetric: bool) -> None:
    found = explore(room(), symmetric=symmetric)
    assert found.outcome.complete
    assert not found.broken
    assert not len(found.outcome.hopeless[NAME])
    assert flaws(room()) == []


@pytest.mark.parametrize("symmetric", [True, False])
def test_a_planted_flaw_is_told_with_a_shortest_way(symmetric: bool) -> None:
    found = explore(room(forgets=True), symmetric=symmetric)
    assert [step.action for step in found.broken[NAME].steps] == ["node_takes", "node_goes"]
    last = found.broken[NAME].steps[-1].after
    assert last[f"gone.{last['holder']}"]
    assert flaws(room(forgets=True)) == [f"{NAME} is broken"]
    assert flaws(room(forgets=True), breaks=frozenset({NAME})) == []


def test_the_end_of_a_bound_counts_only_where_it_is_named() -> None:
    found = explore(room(up_to=()))
    ways = found.broken[NAME].steps
    assert [step.action for step in ways] == ["node_takes", "node_releases"] * 2
    assert [step.after["taken"] for step in ways][-1] == found.finite.sizes["taken"]
    with pytest.raises(ValueError, match="has no field tocken"):
        room(up_to=("tocken",))


def test_nothing_is_told_before_the_end() -> None:
    found = explore(room(forgets=True), most_states=2)
    assert not found.outcome.complete
    assert not found.outcome.hopeless
    assert not found.broken


def test_a_claim_that_tells_nodes_apart_is_refused() -> None:
    with pytest.raises(NotSymmetric, match=NAME):
        explore(room(only=0))
    apart = explore(room(only=0, up_to=()), symmetric=False)
    first = apart.broken[NAME].steps[0]
    assert (first.action, first.parameters) == ("node_goes", {"node": 0})


def _somebody_leads(p: Partition) -> Bool:
    return any_of(leads_truly(p, n) for n in range(p.given.nodes))


@pytest.mark.parametrize("goal", [_somebody_leads, lambda p: p.requests.length == 2])
def test_the_search_and_the_graph_agree(goal: Any) -> None:
    """Without symmetry state by state; with it, a class is hopeless as its states are."""
    module = load("replication")
    finite = Finite(module, module.given, TINY, ghosts=False)
    graph = state_graph(finite)
    term = finite.scalar(goal(finite.module.shape.variables(finite.given)))
    plain = Search(finite, goals={"goal": term}).run()
    hopeless = always_possible(graph, goal).hopeless
    assert len(plain.hopeless["goal"]) == len(hopeless)
    classes = Search(finite, goals={"goal": term}, symmetric=True).run()
    merged = Search(finite, {"found": term}, symmetric=True)
    prints = merged.tables.least(
        merged.tables.of_states(np.array([graph.rows[n] for n in hopeless], np.int8).T)
        if hopeless
        else np.empty((0, len(merged.tables.renamings)), np.uint64)
    )
    assert len(classes.hopeless["goal"]) == len(np.unique(prints))


def test_every_reader_tells_of_it() -> None:
    exported = tla(room())
    assert "\\* Always possible (AG EF" in exported.text
    assert f"\n{NAME} ==" in exported.text
    assert NAME not in exported.cfg


def test_the_commands_tell_of_it(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(WHERE, "room", "tests.model.test_possible:FORGETFUL")
    told = CliRunner().invoke(main, ("explore", "room"))
    assert told.exit_code == 1
    assert "possible   GIVEN UP  a-node-takes-the-lock: The lock comes" in told.output
    assert "node_goes(" in told.output
    document = json.loads(CliRunner().invoke(main, ("explore", "room", "--json")).output)
    assert document["hopeless_states"][NAME] > 0
    assert [one["action"] for one in document["traces"][NAME]] == ["node_takes", "node_goes"]
    assert "always possible\n  a-node-takes" in CliRunner().invoke(main, ("modules", "room")).output


FORGETFUL = room(forgets=True)

"""Graphs of state spaces whose answers are known, and replication at tiny bounds."""

from functools import cache

import pytest

from kafka_tck.model.batch.search import Search
from kafka_tck.model.finite import Finite
from kafka_tck.model.graphs import (
    START,
    StateGraph,
    TooLarge,
    always_possible,
    components,
    dot,
    final_components,
    needed_actions,
    needed_states,
    state_graph,
)
from kafka_tck.model.modules import load
from kafka_tck.model.replication import Partition, leads_truly
from kafka_tck.model.shapes import Shape, flag, number
from kafka_tck.model.spec import Module, Step, when
from kafka_tck.model.terms import Bool, Int, all_of, any_of, negate


class Door(Shape):
    """A door, a key that can be lost, and how far someone has come."""

    place: Int = number(0, 2)
    has_key: Bool = flag()


def _door() -> Module[Door]:
    """Places: 0 before the door, 1 in the room, 2 in the garden, from where nobody comes back."""
    module = Module("door", Door, place=0, has_key=True)

    @module.action()
    def guest_enters(s: Door) -> Step[Door]:
        """A guest with a key enters the room."""
        return when(before=s.place == 0, has_key=s.has_key).then(s.having(place=1))

    @module.action()
    def guest_leaves(s: Door) -> Step[Door]:
        """A guest leaves the room."""
        return when(inside=s.place == 1).then(s.having(place=0))

    @module.action()
    def guest_loses_key(s: Door) -> Step[Door]:
        """A guest loses the key."""
        return when(has_key=s.has_key, outside=s.place == 0).then(s.having(has_key=False))

    @module.action()
    def guest_climbs_out(s: Door) -> Step[Door]:
        """A guest climbs from the room into the garden."""
        return when(inside=s.place == 1).then(s.having(place=2))

    return module


@cache
def _graph() -> StateGraph:
    module = _door()
    return state_graph(Finite(module, module.given))


def _garden(s: Door) -> Bool:
    return s.place == 2


def test_every_state_and_step_is_there() -> None:
    graph = _graph()
    states = [graph.finite.values(row) for row in graph.rows]
    found = {(state["place"], state["has_key"]) for state in states}
    assert found == {(0, True), (1, True), (0, False), (2, True)}
    assert graph.edges.number_of_edges() == 4
    assert graph.rows[START] == graph.finite.initial


def test_components_are_what_goes_round() -> None:
    graph = _graph()
    before = graph.where(lambda s: all_of([s.place < 2, s.has_key]))
    assert components(graph)[0] == before
    assert [len(part) for part in components(graph)] == [2, 1, 1]
    ends = graph.where(lambda s: any_of([s.place == 2, negate(s.has_key)]))
    assert {state for part in final_components(graph) for state in part} == ends


def test_what_stays_possible_and_what_does_not() -> None:
    graph = _graph()
    lost = always_possible(graph, _garden)
    assert not lost.holds
    assert lost.hopeless == graph.where(lambda s: negate(s.has_key))
    assert lost.way is not None
    assert [step.action for step in lost.way.steps] == ["guest_loses_key"]
    either = always_possible(graph, lambda s: any_of([s.place == 2, negate(s.has_key)]))
    assert either.holds
    assert either.way is None
    assert always_possible(graph, range(len(graph.rows))).holds
    assert len(always_possible(graph, frozenset()).hopeless) == len(graph.rows)


def test_what_every_way_needs() -> None:
    graph = _graph()
    garden = graph.where(_garden)
    assert needed_actions(graph, garden) == ["guest_enters", "guest_climbs_out"]
    passed = [graph.finite.values(graph.rows[n])["place"] for n in needed_states(graph, garden)]
    assert passed == [0, 1, 2]
    ends = graph.where(lambda s: any_of([s.place == 2, negate(s.has_key)]))
    assert needed_states(graph, ends) == [START]
    assert needed_actions(graph, ends) == []
    with pytest.raises(ValueError, match="no way to no state"):
        needed_states(graph, [])


def test_a_graph_has_its_limit() -> None:
    module = load("replication")
    with pytest.raises(TooLarge, match="replication has more than 50 states"):
        state_graph(Finite(module, module.given), 50)


def test_small_graphs_are_drawn() -> None:
    graph = _graph()
    text = dot(graph, graph.where(_garden))
    assert text.startswith('digraph "door" {\n')
    assert text.count(" -> ") == 4
    assert '[label="guest_climbs_out()"]' in text
    assert text.count("style=filled") == 1
    assert 'label="0"' in text
    assert "place = 2" in text
    with pytest.raises(TooLarge, match="are drawn"):
        dot(_replication())


@cache
def _replication() -> StateGraph:
    module = load("replication")
    bounds = {"log_size": 1, "records": 1, "epochs": 2}
    return state_graph(Finite(module, module.given, bounds, ghosts=False))


def _somebody_leads(p: Partition) -> Bool:
    return any_of(leads_truly(p, n) for n in range(p.given.nodes))


def _somebody_committed(p: Partition) -> Bool:
    return any_of(own.hw > 0 for own in p.replicas)


def _epochs_are_spent(p: Partition) -> Bool:
    return p.requests.length == 2


def test_the_graph_of_replication_is_what_the_search_finds() -> None:
    graph = _replication()
    found = Search(graph.finite).run()
    assert len(graph.rows) == found.states == 6_787
    assert max(map(graph.depth, graph.edges)) + 1 == found.depth
    assert sum(len(how) for _, _, how in graph.edges.edges(data="instances")) == found.generated


def test_no_partition_is_without_hope_while_there_are_epochs_left() -> None:
    """Losing leader after leader spends the bound on epochs, and nothing else does."""
    graph = _replication()
    spent = graph.where(_epochs_are_spent)
    for goal, count in ((_somebody_leads, 273), (_somebody_committed, 318)):
        lost = always_possible(graph, goal)
        assert len(lost.hopeless) == count
        assert lost.hopeless <= spent
        assert lost.way is not None
        assert [step.action for step in lost.way.steps] == ["controller_shrinks_isr"] * 2


def test_no_commit_without_election_write_and_advance() -> None:
    graph = _replication()
    committed = graph.where(_somebody_committed)
    assert needed_actions(graph, committed) == [
        "controller_elects_leader",
        "broker_becomes_leader",
        "leader_appends",
        "leader_advances_hw",
    ]
    assert needed_states(graph, committed) == [START]


def test_what_goes_round_in_replication_is_the_isr() -> None:
    """A leader takes followers out of it and in again; all else goes on for good."""
    graph = _replication()
    largest = components(graph)[0]
    assert 1 < len(largest) < 10
    isr = {tuple(graph.finite.values(graph.rows[n])[f"isr.{k}"] for k in range(3)) for n in largest}
    assert len(isr) > 1

"""Graphs of small state spaces: what can still be reached, what goes round, what is needed."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Iterator
from dataclasses import dataclass
from functools import cached_property
from typing import Any, Final

import networkx as nx
import numpy as np

from kafka_tck.model.batch.code import compiled
from kafka_tck.model.finite import Finite, Row
from kafka_tck.model.say.tables import difference
from kafka_tck.model.say.trace import Trace, trace_of
from kafka_tck.model.terms import Bool, all_of

MOST_STATES: Final = 100_000
MOST_DRAWN: Final = 200
START: Final = 0
"""The initial state's number."""

_SINK: Final = -1


class TooLarge(ValueError):
    """The state space has more states than a graph of it may have."""


@dataclass(frozen=True)
class StateGraph:
    """Every reachable state by number, and the steps between them.

    An edge's `instances` are the numbers of the finite reading's instances that lead along it.
    """

    finite: Finite
    rows: tuple[Row, ...]
    edges: Any
    """A networkx DiGraph over the states' numbers."""

    def where(self, claim: Callable[[Any], Bool]) -> frozenset[int]:
        """The states of which a claim is true."""
        term = self.finite.scalar(claim(self.finite.module.shape.variables(self.finite.given)))
        values, _ = _evaluated(self.finite, [term], _columns(self.rows))
        return frozenset(int(n) for n in np.flatnonzero(np.broadcast_to(values[0], len(self.rows))))

    @cached_property
    def nearest(self) -> dict[int, int]:
        """Each state's predecessor on a shortest way from the initial state."""
        return {child: parent for parent, child in nx.bfs_edges(self.edges, START)}

    def way_to(self, state: int) -> Trace:
        """A shortest way to a state."""
        states = [state]
        while states[-1] != START:
            states.append(self.nearest[states[-1]])
        states.reverse()
        pairs = zip(states, states[1:], strict=False)
        return trace_of(self.finite, [self.edges.edges[pair]["instances"][0] for pair in pairs])

    def depth(self, state: int) -> int:
        """How many steps a shortest way to a state has."""
        count = 0
        while state != START:
            state, count = self.nearest[state], count + 1
        return count


def state_graph(finite: Finite, most_states: int = MOST_STATES) -> StateGraph:
    """The graph of all reachable states. Raises `TooLarge` beyond `most_states`."""
    numbers: dict[Row, int] = {finite.initial: START}
    rows = [finite.initial]
    edges: dict[tuple[int, int], list[int]] = {}
    begin = 0
    while begin < len(rows):
        level, first = rows[begin:], begin
        begin = len(rows)
        for parent, instance, row in _successors(finite, level):
            child = numbers.setdefault(row, len(rows))
            if child == len(rows):
                rows.append(row)
                if len(rows) > most_states:
                    raise TooLarge(f"{finite.module.name} has more than {most_states:,} states")
            edges.setdefault((first + parent, child), []).append(instance)
    graph = nx.DiGraph()
    graph.add_nodes_from(range(len(rows)))
    graph.add_edges_from((*pair, {"instances": tuple(how)}) for pair, how in edges.items())
    return StateGraph(finite, tuple(rows), graph)


def _successors(finite: Finite, rows: list[Row]) -> Iterator[tuple[int, int, Row]]:
    """From each state what each instance makes of it: position, instance, successor."""
    columns = _columns(rows)
    for number, one in enumerate(finite.instances):
        may = finite.scalar(all_of([*one.guards.values(), one.within]))
        values, _ = _evaluated(finite, [may, *one.changes.values()], columns)
        chosen = np.flatnonzero(np.broadcast_to(values[0], len(rows)))
        new = columns[:, chosen].copy()
        for column, value in zip(one.changes, values[1:], strict=True):
            new[column] = np.broadcast_to(value, len(rows))[chosen]
        for position, row in zip(chosen, new.T, strict=True):
            yield int(position), number, tuple(row.tolist())


def _columns(rows: Collection[Row]) -> Any:
    return np.array(list(rows), np.int8).T


def _evaluated(finite: Finite, terms: list[Any], columns: Any) -> tuple[Any, Any]:
    """The values of scalar terms over columns."""
    flags = frozenset(n for n, column in enumerate(finite.columns) if column.is_flag)
    work_out, reads = compiled(terms, finite.number, flags)
    seen = {n: columns[n].view(np.bool_) if n in flags else columns[n] for n in reads}
    return work_out({n: np.ascontiguousarray(values) for n, values in seen.items()}), reads


# What goes round, and what has an end


def components(graph: StateGraph) -> list[frozenset[int]]:
    """The strongly connected components: states that can all reach each other; largest first."""
    found = [frozenset(part) for part in nx.strongly_connected_components(graph.edges)]
    return sorted(found, key=lambda part: (-len(part), min(part)))


def final_components(graph: StateGraph) -> list[frozenset[int]]:
    """Those components that no step leads out of: where every run that is long enough may end."""
    return [
        part
        for part in components(graph)
        if all(child in part for state in part for child in graph.edges.successors(state))
    ]


# From every state the goal can be reached


@dataclass(frozen=True)
class Possibility:
    """Whether a goal stays possible, from how many states it does not, and the way to one."""

    hopeless: frozenset[int]
    way: Trace | None
    """A shortest way to a state from which the goal cannot be reached."""

    @property
    def holds(self) -> bool:
        return not self.hopeless


def always_possible(
    graph: StateGraph, goal: Callable[[Any], Bool] | Collection[int]
) -> Possibility:
    """Whether from every reachable state some state of the goal can be reached (AG EF)."""
    targets = graph.where(goal) if callable(goal) else frozenset(goal)
    hopeless = frozenset(graph.edges) - _leading_to(graph, targets)
    if not hopeless:
        return Possibility(hopeless, None)
    return Possibility(hopeless, graph.way_to(min(hopeless, key=graph.depth)))


def _leading_to(graph: StateGraph, targets: Iterable[int]) -> set[int]:
    """The states from which one of these can be reached, these included."""
    found = set(targets)
    waiting = list(found)
    while waiting:
        new = [n for n in graph.edges.predecessors(waiting.pop()) if n not in found]
        found.update(new)
        waiting += new
    return found


# What every way needs


def needed_states(graph: StateGraph, targets: Collection[int]) -> list[int]:
    """The states that every way from the initial state to one of these passes, in order.

    They are the dominators of a sink behind the targets. ValueError if there are no targets.
    """
    if not targets:
        raise ValueError("there is no way to no state")
    sunk = nx.DiGraph(graph.edges)
    sunk.add_edges_from((target, _SINK) for target in targets)
    parent = nx.immediate_dominators(sunk, START)
    found = [parent[_SINK]]
    while found[-1] != START:
        found.append(parent[found[-1]])
    return found[::-1]


def needed_actions(graph: StateGraph, targets: Collection[int]) -> list[str]:
    """The actions that are taken on every way from the initial state to one of these."""
    wanted = frozenset(targets)
    names = dict.fromkeys(one.action for one in graph.finite.instances)
    return [name for name in names if not _reaches_without(graph, name, wanted)]


def _reaches_without(graph: StateGraph, action: str, targets: frozenset[int]) -> bool:
    instances = graph.finite.instances
    found, waiting = {START}, [START]
    while waiting:
        state = waiting.pop()
        if state in targets:
            return True
        for child, how in graph.edges.adj[state].items():
            if child not in found and any(instances[n].action != action for n in how["instances"]):
                found.add(child)
                waiting.append(child)
    return False


# Drawing


def dot(graph: StateGraph, marked: Collection[int] = ()) -> str:
    """The graph in the DOT language; marked states are filled. `TooLarge` beyond 200 states."""
    if len(graph.rows) > MOST_DRAWN:
        raise TooLarge(f"{len(graph.rows):,} states: no more than {MOST_DRAWN} are drawn")
    lines = [f'digraph "{graph.finite.module.name}" {{', "  node [shape=box, fontname=monospace];"]
    lines += [f"  {n}{_node(graph, n, n in marked)};" for n in range(len(graph.rows))]
    lines += [f"  {a} -> {b} [label={_quoted(_said(graph, a, b))}];" for a, b in graph.edges.edges]
    return "\n".join([*lines, "}", ""])


def _node(graph: StateGraph, number: int, is_marked: bool) -> str:
    """A state by what differs from the first."""
    finite = graph.finite
    first, here = (finite.values(graph.rows[n]) for n in (START, number))
    ghostly = finite.module.initial_state(finite.given)
    changes = difference(finite.module, {**ghostly, **first}, {**ghostly, **here}, finite.given)
    said = "\n".join([str(number), *(f"{one.field} = {one.after}" for one in changes)])
    return f" [label={_quoted(said)}{', style=filled' if is_marked else ''}]"


def _said(graph: StateGraph, parent: int, child: int) -> str:
    how = graph.edges.edges[parent, child]["instances"]
    return "\n".join(graph.finite.instances[n].said for n in how)


def _quoted(text: str) -> str:
    escaped = text.replace("\\", "\\\\").replace('"', '\\"').replace("\n", "\\n")
    return f'"{escaped}"'

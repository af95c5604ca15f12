"""The best that any assignment can be: how even, and then how sticky. A minimum-cost flow.

Every wanted partition is a unit of flow through one of its subscribers. A member's k-th partition
costs 2k - 1, so that an assignment costs the sum of the squares of its sizes, which is least where
sizes are most even; a partition taken from its owner costs so little beside that, that only among
the most even ones the number of moves decides.
"""

from typing import Any, NamedTuple

import networkx as nx

from kafka_tck.model.assignors.claims import owners
from kafka_tck.model.assignors.group import Assignment, Group


class Worth(NamedTuple):
    """What an assignment is worth; less is better, the first before the second."""

    squares: int
    """The sum of the squares of the members' sizes."""
    moves: int
    """Partitions that are not left with the owner they may stay with."""


def worth(group: Group, assignment: Assignment) -> Worth:
    """What this assignment is worth."""
    moves = sum(p not in assignment.get(member, ()) for p, member in owners(group).items())
    return Worth(sum(len(partitions) ** 2 for partitions in assignment.values()), moves)


def optimum(group: Group) -> Worth:
    """What the best assignment is worth that gives every wanted partition to a subscriber."""
    weight = len(group.wanted) + 1
    flow = nx.max_flow_min_cost(_network(group, weight), "source", "sink")
    assignment = {
        member.id: frozenset(p for p in group.wanted if flow[p].get(member.id))
        for member in group.members
    }
    return worth(group, assignment)


def _network(group: Group, weight: int) -> Any:
    stay = owners(group)
    network = nx.DiGraph()
    network.add_nodes_from(["source", "sink"])
    for partition in group.wanted:
        network.add_edge("source", partition, capacity=1, weight=0)
        for member in group.subscribers(partition.topic):
            moved = stay.get(partition, member.id) != member.id
            network.add_edge(partition, member.id, capacity=1, weight=int(moved))
    for member in group.members:
        for k in range(1, len(group.wanted) + 1):
            seat = (member.id, k)
            network.add_edge(member.id, seat, capacity=1, weight=weight * (2 * k - 1))
            network.add_edge(seat, "sink", capacity=1, weight=0)
    return network

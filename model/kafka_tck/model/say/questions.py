"""What rows of terms that are not alike may be told apart by."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterator
from itertools import combinations

from kafka_tck.model.say.expr import Expr, name, node, number
from kafka_tck.model.say.leaves import Environment, Rows

Question = tuple[Expr, Callable[[Environment], bool]]
"""What rows may be told apart by."""


def same_nodes(rows: Rows, node_names: Collection[str]) -> Iterator[Question]:
    said = [one for one in rows[0][0] if one in node_names]
    for a, b in combinations(reversed(said), 2):
        yield (
            Expr("eq", (name(a, True), name(b, True))),
            lambda env, a=a, b=b: env[a] == env[b],  # type: ignore[misc]
        )


def values(rows: Rows, node_names: Collection[str], by_index: bool) -> Iterator[Question]:
    """Single values, nobody first; nodes by their indexes only if that is wanted."""
    asked = [(one, value) for one in rows[0][0] for value in {env[one] for env, _ in rows}]
    for one, value in sorted(asked, key=lambda pair: (pair[1] >= 0, pair)):
        of_node = one in node_names
        if not (of_node and value >= 0 and not by_index):
            known = node(value) if of_node else number(value)
            yield (
                Expr("eq", (name(one, of_node), known)),
                lambda env, one=one, value=value: env[one] == value,  # type: ignore[misc]
            )

"""From the terms of all instances of an action, one expression that speaks of its parameters.

An action is written as a Python function that loops over nodes, so its terms are written out. Here
they are laid side by side, one row per instance, and read back: what equals a parameter in every
row is that parameter, and a conjunction with one part per node says `for every node`. Each such
reading is checked on every row, so the expression is exactly the terms at these settings.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from kafka_tck.model.say.expr import (
    Expr,
    conjunction,
    either,
    mentions,
    name,
    negation,
    parts_of,
    swapped,
    unordered,
)
from kafka_tck.model.say.leaves import (
    BOUND,
    Differ,
    Environment,
    Leaves,
    Rows,
    without_indexes,
)
from kafka_tck.model.say.questions import Question, same_nodes, values
from kafka_tck.model.shapes import Each, Node, Place
from kafka_tck.model.terms import NONE, POSITIONAL, Bool, Term, int_var

_QUANTIFIER = {
    "and": "forall",
    "or": "exists",
    "least": "least_of",
    "most": "most_of",
    "add": "count",
}


class Reader(Leaves):
    """Reads rows of terms of one module at given settings."""

    def __init__(
        self, places: Sequence[Place], nodes: int, node_names: frozenset[str], taken: frozenset[str]
    ) -> None:
        super().__init__(places, nodes, node_names)
        self.taken = taken
        self._rolling = 0
        self._known: dict[Any, Expr | None] = {}
        self._environments: dict[tuple[tuple[str, int], ...], int] = {}
        self._alive: list[Rows] = []

    def read(self, rows: Rows, is_node: bool = False) -> Expr:
        """The expression that equals the term in every row. Raises `Differ` while rolling."""
        envs = tuple(self._same_environment(env) for env, _ in rows)
        key = (envs, tuple(id(term) for _, term in rows), is_node, self._rolling > 0)
        if key not in self._known:
            self._alive.append(rows)
            try:
                self._known[key] = self._read(rows, is_node)
            except Differ:
                self._known[key] = None
        found = self._known[key]
        if found is None:
            raise Differ
        return found

    def _read(self, rows: Rows, is_node: bool) -> Expr:
        try:
            return self._alike(rows, is_node)
        except Differ:
            return self._split(rows, is_node)

    def _same_environment(self, env: Environment) -> int:
        """A number that equal environments share."""
        return self._environments.setdefault(tuple(env.items()), len(self._environments))

    # rows that are alike

    def _alike(self, rows: Rows, is_node: bool) -> Expr:
        first = rows[0][1]
        if any(term.op != first.op for _, term in rows):
            raise Differ
        match first.op:
            case "const":
                return self.constant(rows, is_node)
            case "var":
                return self.variable(rows)
            case "cell":
                return self._cell(rows)
            case "append" | "put":
                return self._written(rows)
            case "and" | "or":
                return self._joined(rows)
            case "choose":
                return self._chosen(rows, is_node)
            case "least" | "most" | "add":
                rolled = self._folded(rows)
                if rolled is not None:
                    return rolled
        if first.op in POSITIONAL:
            return self._positional(rows)
        return self._applied(rows)

    def _applied(self, rows: Rows) -> Expr:
        op = rows[0][1].op
        count = 2 if op == "cut" else self._arity(rows)
        of_nodes = any(self.is_node(arg) for _, term in rows for arg in term.args[:count])
        parts = [self._argument(rows, n, of_nodes) for n in range(count)]
        return negation(parts[0]) if op == "not" else Expr(op, tuple(parts))

    def _arity(self, rows: Rows) -> int:
        counts = {len(term.args) for _, term in rows}
        if len(counts) > 1:
            raise Differ
        return counts.pop()

    def _argument(self, rows: Rows, n: int, is_node: bool = False) -> Expr:
        return self.read([(env, term.args[n]) for env, term in rows], is_node)

    def _chosen(self, rows: Rows, is_node: bool) -> Expr:
        is_node = is_node or any(self.is_node(term) for _, term in rows)
        return either(*(self._argument(rows, n, is_node and n > 0) for n in range(3)))

    def _cell(self, rows: Rows) -> Expr:
        field = self.same([without_indexes(self.sequence_of(term.args[0])[0]) for _, term in rows])
        parts = self.parts([(env, term.args[2]) for env, term in rows])
        seq, where = self._argument(rows, 0), self._argument(rows, 1)
        return Expr("cell", (seq, where, parts, field), self.is_node(rows[0][1]))

    def _written(self, rows: Rows) -> Expr:
        """A sequence with a record more, or with another record at a position."""
        op = rows[0][1].op
        _, kind = self.sequence_of(rows[0][1])
        records = [(env, term.args[-2]) for env, term in rows]
        fields, at = [], 0
        for field, of in kind.record.items():
            width = rows[0][1].args[-1][field]
            count = width if isinstance(width, int) else 1
            leaves = [[(env, leaves[n]) for env, leaves in records] for n in range(at, at + count)]
            is_node = isinstance(of, Node)
            said = self.function(leaves) if isinstance(of, Each) else self.read(leaves[0], is_node)
            fields.append((field, said))
            at += count
        before = [self._argument(rows, n) for n in range(1 if op == "append" else 2)]
        return Expr(op, (*before, tuple(fields)))

    def function(self, by_node: Sequence[Rows], is_node: bool = False) -> Expr:
        """A function from nodes to what these rows say, one list of rows per node."""
        with_node, said = self._bound(by_node, range(len(by_node)))
        body = self.read(with_node, is_node)
        self.node_names.discard(said)
        return _reduced(said, body)

    # what speaks of all nodes

    def _joined(self, rows: Rows) -> Expr:
        rolled, apart = self._rolled(rows), None
        if rolled is not None and not _asks(rolled):
            return rolled
        try:
            parts = [self._argument(rows, n) for n in range(self._arity(rows))]
            apart = conjunction(rows[0][1].op, parts)
        except Differ:
            pass
        found = [one for one in (rolled, apart) if one is not None]
        if not found:
            raise Differ
        return min(found, key=lambda one: one.size)

    def _folded(self, rows: Rows) -> Expr | None:
        """The least, the largest or the number of something over all nodes."""
        op = rows[0][1].op
        parts = [(env, _counted(term) if op == "add" else term.args) for env, term in rows]
        if self.nodes < 2 or any(args is None or len(args) != self.nodes for _, args in parts):
            return None
        return self._over_nodes([(env, Term(op, args)) for env, args in parts if args], None)

    def _rolled(self, rows: Rows) -> Expr | None:
        """`For every node`, if the rows have one part per node, or one per pair of nodes."""
        counts = {len(term.args) for _, term in rows}
        if len(counts) > 1 or self.nodes < 2:
            return None
        count, found = counts.pop(), None
        if count == self.nodes:
            found = self._over_nodes(rows, None)
        elif count == self.nodes + 1:
            found = self._over_all_but_first(rows)
        if found is None and count == self.nodes - 1 > 1:
            left_out = [said for said in rows[0][0] if said in self.node_names]
            tried = (self._over_nodes(rows, said) for said in left_out)
            found = next((one for one in tried if one is not None), None)
        if found is None and count == self.nodes * (self.nodes - 1) // 2 > 1:
            found = self._over_pairs(rows)
        return found

    def _over_all_but_first(self, rows: Rows) -> Expr | None:
        op = rows[0][1].op
        rest = [(env, Bool(op, term.args[1:])) for env, term in rows]
        found = self._over_nodes(rest, None)
        return None if found is None else conjunction(op, [self._argument(rows, 0), found])

    def _over_nodes(self, rows: Rows, left_out: str | None) -> Expr | None:
        found: list[tuple[Environment, Term]] = []
        said = self._fresh(rows[0][0], "nmkij")
        for env, term in rows:
            over = [n for n in range(self.nodes) if left_out is None or n != env[left_out]]
            if len(over) != len(term.args):
                return None
            found += [({**env, said: n}, arg) for n, arg in zip(over, term.args, strict=True)]
        body = self._rolling_over(found, said)
        if body is None or not mentions(body, said):
            return None
        absent = () if left_out is None else (name(left_out, True),)
        return Expr(_QUANTIFIER[rows[0][1].op], (said, absent, body))

    def _over_pairs(self, rows: Rows) -> Expr | None:
        """One part per pair of different nodes, each as good in either order."""
        one = self._fresh(rows[0][0], "nmkij")
        other = self._fresh({**rows[0][0], one: 0}, "nmkij")
        pairs = [(a, b) for a in range(self.nodes) for b in range(a)]
        found = [
            ({**env, one: a, other: b}, arg)
            for env, term in rows
            for (a, b), arg in zip(pairs, term.args, strict=True)
        ]
        body = self._rolling_over(found, one, other)
        if body is None or unordered(body) != unordered(swapped(body, one, other)):
            return None
        quantifier = _QUANTIFIER[rows[0][1].op]
        inner = Expr(quantifier, (other, (name(one, True),), body))
        return Expr(quantifier, (one, (), inner))

    def _rolling_over(self, rows: Rows, *said: str) -> Expr | None:
        """The rows read with these names for nodes; None if they differ."""
        self.node_names.update(said)
        self._rolling += 1
        try:
            return self.read(rows)
        except Differ:
            return None
        finally:
            self._rolling -= 1
            self.node_names.difference_update(said)

    def _bound(self, by_node: Sequence[Rows], over: range) -> tuple[Rows, str]:
        said = self._fresh(by_node[0][0][0], "nmkij")
        self.node_names.add(said)
        return [({**env, said: n}, term) for n in over for env, term in by_node[n]], said

    def _fresh(self, env: Environment, letters: str) -> str:
        free = (one for one in letters if one not in env and one not in self.taken)
        return next(free, f"{letters[0]}_{len(env)}")

    def _positional(self, rows: Rows) -> Expr:
        op = rows[0][1].op
        count = self._argument(rows, 0)
        said = self._fresh(rows[0][0], "opqst")
        inner = [
            ({**env, said: NONE - 1}, term.args[1](int_var(BOUND + said))) for env, term in rows
        ]
        return Expr(op, (said, count, self.read(inner)))

    # rows that differ

    def _split(self, rows: Rows, is_node: bool) -> Expr:
        """Tells rows apart: by names that are one node, else by the first value that will do."""
        answers = (
            self._answered(question, rows, is_node)
            for question in same_nodes(rows, self.node_names)
        )
        found = [answer for answer in answers if answer is not None]
        if found:
            return min(found, key=lambda one: one.size)
        for question in values(rows, self.node_names, by_index=not self._rolling):
            answer = self._answered(question, rows, is_node)
            if answer is not None:
                return answer
        raise Differ

    def _answered(self, question: Question, rows: Rows, is_node: bool) -> Expr | None:
        """The rows read apart by a question; None if it tells none apart, or does not help."""
        condition, holds = question
        yes = [row for row in rows if holds(row[0])]
        no = [row for row in rows if not holds(row[0])]
        if not yes or not no:
            return None
        try:
            return either(condition, self.read(yes, is_node), self.read(no, is_node))
        except Differ:
            return None


def _asks(expr: Expr) -> bool:
    """Whether it tells nodes apart."""
    if expr.op == "choose":
        return True
    return any(_asks(part) for part in parts_of(expr))


def _counted(term: Term) -> tuple[Term, ...] | None:
    """The conditions whose number a sum is: each of its parts is 1 or 0. None if it is no such."""
    if term.op == "add":
        left, right = _counted(term.args[0]), _counted(term.args[1])
        return None if left is None or right is None else (*left, *right)
    if term.op == "choose" and [_value(arg) for arg in term.args[1:]] == [1, 0]:
        return (term.args[0],)
    return None


def _value(term: Term) -> Any:
    return term.args[0] if term.op == "const" else None


def _reduced(said: str, body: Expr) -> Expr:
    """`[n |-> f[n]]` is `f`."""
    if body.op in ("path", "cell"):
        at = 0 if body.op == "path" else 2
        parts = body.args if body.op == "path" else body.args[2]
        shorter = parts[:-1]
        args = shorter if body.op == "path" else (*body.args[:at], shorter, *body.args[at + 1 :])
        rest = Expr(body.op, args)
        if parts[-1] == name(said, True) and not mentions(rest, said):
            return rest
    return Expr("function", (said, body))

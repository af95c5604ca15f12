"""The expressions that are read back from an action mean what its terms mean."""

import random
from typing import Any

import pytest
from tests.model.say.meaning import Meaning, next_state
from tests.model.test_readers_agree import random_row

from kafka_tck.model.finite import Finite
from kafka_tck.model.modules import WHERE, load
from kafka_tck.model.run import guards_of, holds_in, next_of
from kafka_tck.model.say.actions import ActionText, Sayer
from kafka_tck.model.shapes import Given, Shape, each, flag, node, number, sequence
from kafka_tck.model.spec import Module, Step, among, nodes, when
from kafka_tck.model.terms import NONE, Bool, Int, Seq, all_of, any_of, choose, least

STATES = 8


def settings() -> list[tuple[str, str]]:
    """Every module under its own settings, and the variants of replication."""
    variants = load("replication").variants
    return [(name, "") for name in sorted(WHERE)] + [("replication", one) for one in variants]


@pytest.mark.parametrize(("name", "variant"), settings())
def test_what_is_said_is_what_is_meant(name: str, variant: str) -> None:
    module = load(name)
    given = module.variants[variant].given if variant else module.given
    said = list(Sayer(module, given, {}, ghosts=True).actions())
    assert [text.action.name for text in said] == [
        one.name for one in module.actions.values() if one.enabled(given)
    ]
    compare(module, given, said, STATES)


def compare(module: Module[Any], given: Given, said: list[ActionText], states: int) -> None:
    """Guards, next states and claims, in random states and for random parameters."""
    rng = random.Random(3)
    reading = Finite(module, given)
    for _ in range(states):
        state = reading.values(random_row(reading, rng))
        meaning = Meaning(module, given.nodes, state)
        for text in said:
            chosen = rng.choice(list(text.action.instances(reading.sizes)))
            action = text.action.name
            guards = {guard: meaning.of(expr, chosen) for guard, expr in text.guards.items()}
            assert guards == guards_of(module, action, state, given, chosen), (action, chosen)
            after = next_of(module, action, state, given, chosen)
            assert next_state(meaning, text, chosen) == after, (action, chosen)
        for promise in module.always_claims.values():
            expr = Sayer(module, given, {}, ghosts=True).claim(promise)
            assert expr is not None
            assert meaning.of(expr, {}) == holds_in(module, promise.claim, state, given)


class Toy(Shape):
    """Fields of every kind."""

    chosen: Int = node()
    members: tuple[Bool, ...] = each(flag())
    ends: tuple[Int, ...] = each(number(0, 3))
    told: Seq = sequence(2, who=node(), seen=each(flag()), sure=flag())


def _toy() -> Module[Toy]:
    nobody = (False,) * 3
    start = {"chosen": NONE, "members": nobody, "ends": (0,) * 3, "told": ()}
    module = Module("toy", Toy, lambda given: start)

    @module.action(one=nodes, other=nodes, by=among(1, 2))
    def node_moves(s: Toy, one: int, other: int, by: int) -> Step[Toy]:
        """A node moves, and the rest follows."""
        rest = any_of(member for n, member in enumerate(s.members) if n != one)
        ends = tuple(
            end + by if n == one else least(end, s.ends[one]) if n == other else s.ends[0]
            for n, end in enumerate(s.ends)
        )
        return when(
            apart=one != other,
            rest=rest,
            every_end=all_of(end < 3 for end in s.ends),
            unlike=s.members[one] == s.members[2] if by == 1 else True,
            pair=any_of(all_of([s.members[a], s.members[b]]) for a in range(3) for b in range(a)),
        ).then(s.having(ends=ends, chosen=choose(s.members[other], one, s.chosen)))

    @module.action(one=nodes)
    def node_tells(s: Toy, one: int) -> Step[Toy]:
        """A node tells of whom it has seen; the second word corrects the first."""
        seen = tuple(True if n == one else member for n, member in enumerate(s.members))
        said = s.told.append(who=one, seen=seen, sure=s.told.at(1).sure)
        return when(fits=s.told.length < 2).then(s.having(told=said.put(0, sure=s.members[one])))

    @module.always()
    def somebody_or_nobody(s: Toy) -> Bool:
        """Who is chosen is a member, or nobody is."""
        chosen = [all_of([s.chosen == n, s.members[n]]) for n in range(3)]
        return any_of([s.chosen == NONE, *chosen])

    return module


def test_fields_of_every_kind_are_said_as_they_are_meant() -> None:
    module = _toy()
    said = list(Sayer(module, module.given, {}).actions())
    compare(module, module.given, said, 60)


def test_what_holds_for_every_node_is_said_once() -> None:
    module = _toy()
    said = {text.action.name: text for text in Sayer(module, module.given, {}).actions()}
    guards = said["node_moves"].guards
    assert [guards[name].op for name in ("rest", "every_end", "pair")] == [
        "exists",
        "forall",
        "exists",
    ]
    assert len(said["node_tells"].changes) == 1

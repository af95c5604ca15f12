"""The prove reader and the run reader say the same of every action, in random states."""

import random
from collections.abc import Iterator
from typing import Any

import pytest
import z3

from kafka_tck.model.modules import WHERE, load_with_proof
from kafka_tck.model.prove.formulas import constant, equal, negated, number
from kafka_tck.model.prove.positions import Families
from kafka_tck.model.prove.reader import ASSERTED, DENIED, Reader
from kafka_tck.model.prove.sequences import Records
from kafka_tck.model.prove.states import Layout
from kafka_tck.model.prove.words import Instances, Quantified, WrittenOut
from kafka_tck.model.replication import replication
from kafka_tck.model.run import Done, attempt, guards_of, holds_in, next_of
from kafka_tck.model.shapes import Each, Flag, Given, Node, Number, Sequence
from kafka_tck.model.spec import Module, Whole

STATES = 5


def settings() -> list[tuple[str, str]]:
    """Every module, under its own settings and under those of each variant."""
    found = []
    for name in sorted(WHERE):
        found += [(name, "")] + [(name, variant) for variant in load_with_proof(name).variants]
    return found


def module_and_settings(name: str, variant: str) -> tuple[Module[Any], Given]:
    module = load_with_proof(name)
    return module, module.variants[variant].given if variant else module.given


def random_value(kind: Any, nodes: int, rng: random.Random) -> Any:
    if isinstance(kind, Flag):
        return rng.random() < 0.5
    if isinstance(kind, Node):
        return rng.randint(-1, nodes - 1)
    if isinstance(kind, Number):
        return rng.randint(-2, 4)
    assert isinstance(kind, Sequence)
    return tuple(tuple(_leaves(kind, nodes, rng)) for _ in range(rng.randint(0, 3)))


def _leaves(kind: Sequence, nodes: int, rng: random.Random) -> Iterator[Any]:
    for of in kind.record.values():
        if isinstance(of, Each):
            yield from (random_value(of.of, nodes, rng) for _ in range(nodes))
        else:
            yield random_value(of, nodes, rng)


def random_state(layout: Layout, rng: random.Random) -> dict[str, Any]:
    nodes = layout.given.nodes
    return {place.path: random_value(place.kind, nodes, rng) for place in layout.places}


def random_parameters(
    module: Module[Any], action: str, given: Given, rng: random.Random
) -> dict[str, int]:
    domains = module.actions[action].domains
    return {
        name: rng.randint(-1, 4)
        if isinstance(domain, Whole)
        else rng.choice(domain.values({"nodes": given.nodes}))
        for name, domain in domains.items()
    }


def plain(expression: z3.ExprRef) -> Any:
    value = z3.simplify(expression)
    if z3.is_true(value) or z3.is_false(value):
        return z3.is_true(value)
    assert z3.is_int_value(value), value
    return value.as_long()  # type: ignore[attr-defined]


def plain_records(records: Records, leaves: int) -> tuple[tuple[Any, ...], ...]:
    return tuple(
        tuple(plain(records.cell(constant(at), leaf)) for leaf in range(leaves))  # type: ignore[arg-type]
        for at in range(plain(records.length))
    )


@pytest.mark.parametrize(("name", "variant"), settings())
def test_guards_and_effects_are_the_same(name: str, variant: str) -> None:
    module, given = module_and_settings(name, variant)
    layout = Layout(module.shape, given)
    rng = random.Random(5)
    terms = module.shape.variables(given)
    for action in (of for of in module.actions.values() if of.enabled(given)):
        for _ in range(STATES):
            state = random_state(layout, rng)
            chosen = random_parameters(module, action.name, given, rng)
            reader = Reader(layout.constants(state), WrittenOut(0))
            step = action.step(terms, **chosen)
            told = {guard: plain(reader.truth(of.holds)) for guard, of in step.guards.items()}
            assert told == guards_of(module, action.name, state, given, chosen)
            after = next_of(module, action.name, state, given, chosen)
            for place in layout.places:
                term = step.next.terms()[place.path]
                if isinstance(place.kind, Sequence):
                    leaves = len(layout.leaves(place.kind))
                    said: Any = plain_records(reader.records(term), leaves)
                else:
                    said = plain(reader.value(term))
                assert said == after[place.path], (action.name, chosen, state, place.path)


@pytest.mark.parametrize(("name", "variant"), settings())
def test_claims_are_the_same(name: str, variant: str) -> None:
    module, given = module_and_settings(name, variant)
    layout = Layout(module.shape, given)
    rng = random.Random(9)
    terms = module.shape.variables(given)
    promises = {**module.supporting_claims, **module.claims}
    for _ in range(STATES):
        state = random_state(layout, rng)
        reader = Reader(layout.constants(state), WrittenOut(0))
        for promise in promises.values():
            told = plain(reader.truth(promise.claim(terms)))
            assert told == holds_in(module, promise.claim, state, given), promise.name


@pytest.mark.parametrize("variant", list(replication.variants))
@pytest.mark.parametrize("quantified", [True, False])
def test_symbolic_states_that_stand_for_plain_ones_say_the_same(
    variant: str, quantified: bool
) -> None:
    """Arrays, quantifiers and the constants that stand for positions, against plain values."""
    given = replication.variants[variant].given
    layout = Layout(replication.shape, given)
    rng = random.Random(2)
    terms = replication.shape.variables(given)
    for action in ("broker_becomes_follower", "leader_expands_isr", "follower_fetches"):
        for _ in range(4):
            state = random_state(layout, rng)
            chosen = random_parameters(replication, action, given, rng)
            words = Quantified() if quantified else WrittenOut(4)
            symbols = layout.symbols()
            reader = Reader(symbols, words)
            step = replication.actions[action].step(terms, **chosen)
            expected = guards_of(replication, action, state, given, chosen)
            claims = [
                equal(reader.truth(guard.holds), constant(expected[name]))
                for name, guard in step.guards.items()
            ]
            after = next_of(replication, action, state, given, chosen)
            log = reader.records(step.next.replicas[chosen.get("replica", 0)].log)
            expected_log = after[f"replicas.{chosen.get('replica', 0)}.log"]
            claims.append(equal(log.length, constant(len(expected_log))))
            solver = z3.Solver()
            solver.add(list(layout.stands_for(symbols, state)))
            solver.add(words.facts)
            assert solver.check() == z3.sat
            assert solver.check(negated(z3.And(claims))) == z3.unsat, (action, chosen, state)


def reached_state(rng: random.Random) -> dict[str, Any]:
    """A state of some run, in which one leaf may have another value."""
    state: dict[str, Any] = dict(replication.initial)
    for _ in range(rng.randint(0, 25)):
        name = rng.choice(list(replication.actions))
        if replication.actions[name].enabled(replication.given):
            chosen = random_parameters(replication, name, replication.given, rng)
            done = attempt(replication, name, state, **chosen)
            state = dict(done.state) if isinstance(done, Done) else state
    layout = Layout(replication.shape, replication.given)
    place = rng.choice(layout.places)
    if rng.random() < 0.7:
        state[place.path] = random_value(place.kind, replication.given.nodes, rng)
    return state


@pytest.mark.parametrize(
    "promise",
    [*replication.supporting_claims.values(), *replication.always_claims.values()],
    ids=lambda promise: promise.name,
)
def test_claims_at_chosen_positions_are_true_and_false_where_they_are(promise: Any) -> None:
    """A hypothesis at all positions says all; a goal that is denied has its witness."""
    layout = Layout(replication.shape, replication.given)
    rng = random.Random(1)
    terms = replication.shape.variables(replication.given)
    anywhere = [(number(at), frozenset[str]()) for at in range(6)]
    for _ in range(15):
        state = reached_state(rng)
        symbols = layout.symbols()
        words = Instances(Families(), "the claim")
        reader = Reader(symbols, words)
        supposed = reader.truth(promise.claim(terms), ASSERTED)
        denied = reader.truth(promise.claim(terms), DENIED)
        solver = z3.SimpleSolver()
        solver.add(list(layout.stands_for(symbols, state)))
        solver.add(words.facts)
        solver.add(list(words.instantiated(words.universals, anywhere)))
        holds = holds_in(replication, promise.claim, state)
        assert (solver.check(supposed) == z3.sat) is holds
        assert (solver.check(negated(denied)) == z3.unsat) is holds

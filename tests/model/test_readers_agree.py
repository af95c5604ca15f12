"""The run reader and the batch reader say the same of every action, in random states."""

import random
from typing import Any

import numpy as np
import pytest

from kafka_tck.model.batch.code import compiled
from kafka_tck.model.finite import Finite
from kafka_tck.model.modules import WHERE, load
from kafka_tck.model.run import guards_of, holds_in, next_of
from kafka_tck.model.shapes import Sequence, resolved
from kafka_tck.model.spec import Module

STATES = 200


def settings() -> list[tuple[str, str]]:
    """Every module, under its own settings and under those of each variant."""
    found = []
    for name in sorted(WHERE):
        found += [(name, "")] + [(name, variant) for variant in load(name).variants]
    return found


def finite(name: str, variant: str) -> Finite:
    module = load(name)
    return Finite(module, module.variants[variant].given if variant else module.given)


def random_row(reading: Finite, rng: random.Random) -> tuple[int, ...]:
    """A state within the ranges; what is past the end of a sequence is blank."""
    row = [rng.randint(column.low, column.high) for column in reading.columns]
    for place in reading.places:
        if isinstance(place.kind, Sequence):
            length = row[reading.number[f"{place.path}.length"]]
            for n, column in enumerate(reading.columns):
                if column.name.startswith(f"{place.path}.") and not column.name.endswith("length"):
                    cell = int(column.name.removeprefix(f"{place.path}.").split(".")[0])
                    if cell >= length:
                        row[n] = 0 if column.is_flag else -1
    return tuple(row)


@pytest.mark.parametrize(("name", "variant"), settings())
def test_guards_and_effects_are_the_same(name: str, variant: str) -> None:
    reading = finite(name, variant)
    rng = random.Random(7)
    rows = [random_row(reading, rng) for _ in range(STATES)]
    states = [reading.values(row) for row in rows]
    matrix = np.array(rows, np.int8).T
    columns = {
        n: matrix[n].view(np.bool_) if column.is_flag else matrix[n]
        for n, column in enumerate(reading.columns)
    }
    instances = {(one.action, tuple(one.parameters.values())): one for one in reading.instances}
    for action, parameters in reading.choices():
        one = instances.get((action, tuple(parameters.values())))
        if one is None:
            for state in states:
                held = guards_of(reading.module, action, state, reading.given, parameters)
                assert not all(held.values()), (action, parameters)
            continue
        terms = [*one.guards.values(), one.within, *one.changes.values()]
        work_out, _ = compiled(terms, reading.number, frozenset())
        results = [np.broadcast_to(value, STATES) for value in work_out(columns)]
        for at, state in enumerate(states):
            said = {guard: bool(results[n][at]) for n, guard in enumerate(one.guards)}
            assert said == guards_of(reading.module, action, state, reading.given, parameters)
            after = next_of(reading.module, action, state, reading.given, parameters)
            within = bool(results[len(said)][at])
            assert within == reading.is_within(after), (action, parameters, state, after)
            if within:
                changed = list(rows[at])
                for column, values in zip(one.changes, results[len(said) + 1 :], strict=True):
                    changed[column] = int(values[at])
                assert tuple(changed) == reading.row(after), (action, parameters, state)


@pytest.mark.parametrize(("name", "variant"), settings())
def test_claims_are_the_same(name: str, variant: str) -> None:
    reading = finite(name, variant)
    module: Module[Any] = reading.module
    rng = random.Random(11)
    rows = [random_row(reading, rng) for _ in range(STATES)]
    matrix = np.array(rows, np.int8).T
    columns = {
        n: matrix[n].view(np.bool_) if column.is_flag else matrix[n]
        for n, column in enumerate(reading.columns)
    }
    promises = module.claims
    work_out, _ = compiled(
        [reading.claim(promise) for promise in promises.values()], reading.number, frozenset()
    )
    for promise, value in zip(promises.values(), work_out(columns), strict=True):
        told = np.broadcast_to(value, STATES)
        for at, row in enumerate(rows):
            plain = holds_in(module, promise.claim, reading.values(row), reading.given)
            assert plain == bool(told[at]), (promise.name, reading.values(row))


def test_rows_and_plain_states_are_one_to_one() -> None:
    for name, variant in settings():
        reading = finite(name, variant)
        rng = random.Random(3)
        for _ in range(20):
            row = random_row(reading, rng)
            assert reading.row(reading.values(row)) == row
        assert resolved("nodes", reading.sizes) == reading.given.nodes

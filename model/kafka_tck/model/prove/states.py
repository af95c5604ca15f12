"""States as z3 variables, and back: from a model to plain values."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import Any

import z3

from kafka_tck.model.prove.formulas import constant, equal, number
from kafka_tck.model.prove.sequences import Environment, Held, Plain, Records
from kafka_tck.model.shapes import Flag, Given, Place, Sequence, Shape
from kafka_tck.model.terms import NONE, leaves_of

LONGEST = 64
"""Sequences longer than this are not taken out of a model: nobody could read them."""


@dataclass(frozen=True)
class Layout:
    """The leaves of a shape at a number of nodes."""

    shape: type[Shape]
    given: Given

    @cached_property
    def places(self) -> tuple[Place, ...]:
        return self.shape.places(self.given.nodes)

    def leaves(self, kind: Sequence) -> list[tuple[str, type]]:
        return leaves_of(kind.layout(self.given.nodes))

    def symbols(self, mark: str = "") -> dict[str, z3.ExprRef | Records]:
        """A variable for each leaf; `mark` tells states apart."""
        return {place.path: self._symbol(place, mark) for place in self.places}

    def _symbol(self, place: Place, mark: str) -> z3.ExprRef | Records:
        name = f"{place.path}{mark}"
        if isinstance(place.kind, Sequence):
            arrays = tuple(
                z3.Array(f"{name}.{leaf}", z3.IntSort(), _sort(of))
                for leaf, of in self.leaves(place.kind)
            )
            flags = tuple(of is bool for _, of in self.leaves(place.kind))
            return Held(z3.Int(f"{name}.length"), arrays, flags)
        return z3.Const(name, _sort(bool if isinstance(place.kind, Flag) else int))

    def constants(self, values: Mapping[str, Any]) -> dict[str, z3.ExprRef | Records]:
        """A plain state for z3."""
        found: dict[str, z3.ExprRef | Records] = {}
        for place in self.places:
            value = values[place.path]
            if isinstance(place.kind, Sequence):
                blanks = tuple(NONE if of is int else False for _, of in self.leaves(place.kind))
                found[place.path] = Plain(value, blanks)
            else:
                found[place.path] = constant(value)
        return found

    def stands_for(self, state: Environment, values: Mapping[str, Any]) -> Iterator[z3.BoolRef]:
        """That a symbolic state is this plain one."""
        for path, held in state.items():
            if isinstance(held, z3.ExprRef):
                yield equal(held, constant(values[path]))
                continue
            yield equal(held.length, constant(len(values[path])))
            for at, record in enumerate(values[path]):
                for leaf, value in enumerate(record):
                    yield equal(held.cell(number(at), leaf), constant(value))

    def lengths(self, state: Environment) -> list[z3.ArithRef]:
        """The lengths of a state's sequences."""
        return [one.length for one in state.values() if not isinstance(one, z3.ExprRef)]

    def plain(self, model: z3.ModelRef, state: Environment) -> dict[str, Any]:
        """What a model says of a state. OverflowError if a sequence is too long to be shown."""
        return {place.path: self._plain(model, state[place.path], place) for place in self.places}

    def _plain(self, model: z3.ModelRef, held: Any, place: Place) -> Any:
        if not isinstance(place.kind, Sequence):
            return plain_value(model, held)
        length = plain_value(model, held.length)
        if length > LONGEST:
            raise OverflowError(f"{place.path} has {length} records")
        leaves = range(len(self.leaves(place.kind)))
        return tuple(
            tuple(plain_value(model, held.cell(number(at), leaf)) for leaf in leaves)
            for at in range(length)
        )


def _sort(kind: type) -> z3.SortRef:
    return z3.IntSort() if kind is int else z3.BoolSort()


def plain_value(model: z3.ModelRef, expression: z3.ExprRef) -> int | bool:
    """What a model says of a number or truth value."""
    value = model.eval(expression, model_completion=True)
    return bool(z3.is_true(value)) if z3.is_bool(value) else int(value.as_long())

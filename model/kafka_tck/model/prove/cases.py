"""The cases of a proof: actions with the nodes they name; other parameters are any number."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from itertools import product
from typing import Any

import z3

from kafka_tck.model.prove.reader import given_term
from kafka_tck.model.shapes import Given, Shape
from kafka_tck.model.spec import Action, Among, Module, Nodes, Step


@dataclass(frozen=True)
class Case:
    """An action with those parameters chosen that name nodes or come from a short list."""

    action: str
    chosen: Mapping[str, int]
    free: tuple[str, ...]

    @property
    def said(self) -> str:
        shown = [f"{name}={value}" for name, value in self.chosen.items()]
        return f"{self.action}({', '.join(shown + list(self.free))})"

    def symbols(self, mark: str = "") -> dict[str, z3.ArithRef]:
        """A variable for each parameter that is any number."""
        return {name: z3.Int(f"{self.action}/{name}{mark}") for name in self.free}

    def step(self, module: Module[Any], state: Shape, symbols: Mapping[str, Any]) -> Step[Any]:
        """The action in this state."""
        numbers = {name: given_term(symbol) for name, symbol in symbols.items()}
        return module.actions[self.action].step(state, **self.chosen, **numbers)

    def can_be(self, module: Module[Any], state: Shape) -> bool:
        """Whether no guard is false whatever the state."""
        guards = self.step(module, state, self.symbols()).guards.values()
        return not any(g.holds.op == "const" and not g.holds.args[0] for g in guards)


def cases_of(module: Module[Any], given: Given, representatives: bool = True) -> Iterator[Case]:
    """Every case, or one of each set of cases that a renaming of nodes makes equal.

    A renaming of nodes turns a step of one case into a step of another, and claims that treat all
    nodes alike into themselves; so what one case keeps, all that it stands for keep.
    """
    for name, action in module.actions.items():
        if not action.enabled(given):
            continue
        for chosen in _choices(action, given):
            if not representatives or _comes_first(module, action, chosen):
                yield Case(name, chosen, tuple(p for p in action.parameters if p not in chosen))


def _choices(action: Action[Any], given: Given) -> Iterator[dict[str, int]]:
    concrete = {n: d for n, d in action.domains.items() if isinstance(d, Nodes | Among)}
    ranges = [domain.values({"nodes": given.nodes}) for domain in concrete.values()]
    for values in product(*ranges):
        yield dict(zip(concrete, values, strict=True))


def _comes_first(module: Module[Any], action: Action[Any], chosen: Mapping[str, int]) -> bool:
    """Whether nodes that can be renamed are named in the order of their indexes."""
    seen = {*module.pinned}
    for name, value in chosen.items():
        if isinstance(action.domains[name], Nodes) and value >= 0 and value not in seen:
            if any(n not in seen for n in range(value)):
                return False
            seen.add(value)
    return True

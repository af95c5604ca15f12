"""Bounded search, and induction over several steps."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

import z3

from kafka_tck.model.prove.formulas import conjunction, negated
from kafka_tck.model.prove.replay import Claims, replayed
from kafka_tck.model.prove.results import Move, ReadersDisagree, Verdict
from kafka_tck.model.prove.unrolling import Unrolling
from kafka_tck.model.prove.words import WrittenOut
from kafka_tck.model.run import holds_in
from kafka_tck.model.shapes import Given
from kafka_tck.model.spec import Module


@dataclass
class Bounded:
    """What runs of up to `depth` steps show.

    `reached` is the depth up to which a run exists at all: a claim holds of no state beyond it.
    `left_out` says that runs with longer sequences than were written out exist and were not seen.
    """

    verdict: Verdict
    depth: int
    reached: int = -1
    claim: str = ""
    run: list[Move] = field(default_factory=list)
    left_out: bool = False


def searched(
    module: Module[Any],
    claims: Claims,
    depth: int,
    given: Given | None = None,
    *,
    longest: int = 4,
    seconds: float = 30.0,
) -> Bounded:
    """The shortest run of up to `depth` steps that breaks a claim, if there is one.

    At every depth it is asked first whether any run is that long, so that no claim holds only
    because nothing was looked at.
    """
    given = given or module.given
    run = Unrolling(module, given, longest=longest, seconds=seconds)
    words = run.words
    assert isinstance(words, WrittenOut)
    run.begin()
    found = Bounded(Verdict.PROVED, depth)
    for at in range(depth + 1):
        broken = {name: negated(run.claim(at, promise)) for name, promise in claims.items()}
        found.left_out |= run.solver.check(negated(conjunction(*words.limits))) != z3.unsat
        run.solver.add(words.limits)
        answer = run.solver.check()
        if answer == z3.unsat:
            return found
        if answer != z3.sat:
            found.verdict = Verdict.UNKNOWN
            return found
        found.reached = at
        for name, goal in broken.items():
            answer = run.solver.check(goal)
            if answer == z3.sat:
                moves = run.moves(run.solver.model())
                return _replayed(module, given, claims, name, moves, found)
            if answer != z3.unsat:
                found.verdict = Verdict.UNKNOWN
                return found
        if at < depth:
            run.take_a_step()
    return found


def _replayed(
    module: Module[Any], given: Given, claims: Claims, name: str, moves: list[Move], found: Bounded
) -> Bounded:
    for move in moves:
        replayed(module, given, move, {})
    last = moves[-1].after if moves else module.initial_state(given)
    if holds_in(module, claims[name].claim, last, given):
        raise ReadersDisagree(f"{name} is broken for z3, not for run, in {dict(last)}")
    found.verdict, found.claim, found.run = Verdict.REFUTED, name, moves
    return found


def inductive_over(
    module: Module[Any],
    claims: Claims,
    steps: int,
    given: Given | None = None,
    *,
    longest: int = 4,
    seconds: float = 30.0,
) -> Bounded:
    """Whether the claims hold always, by induction over several steps (k-induction).

    They hold in the first `steps` states of every run; and wherever they hold in that many states
    in a row, they hold in the next. Refuted only if a run from the initial state breaks one.
    """
    given = given or module.given
    found = searched(module, claims, steps - 1, given, longest=longest, seconds=seconds)
    if found.verdict is not Verdict.PROVED or found.left_out:
        if found.left_out and found.verdict is Verdict.PROVED:
            found.verdict = Verdict.UNKNOWN
        return found
    run = Unrolling(module, given, longest=None, seconds=seconds)
    for at in range(steps):
        run.solver.add([run.claim(at, promise) for promise in claims.values()])
        run.take_a_step()
    goals = [run.claim(steps, promise) for promise in claims.values()]
    run.solver.add(run.words.facts)
    if run.solver.check(negated(conjunction(*goals))) != z3.unsat:
        found.verdict = Verdict.UNKNOWN
    return found

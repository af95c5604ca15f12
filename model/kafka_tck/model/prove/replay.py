"""What z3 found, done again by the run reader before anybody is told."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from kafka_tck.model.prove.results import Move, ReadersDisagree
from kafka_tck.model.run import Done, attempt, holds_in
from kafka_tck.model.shapes import Given
from kafka_tck.model.spec import Module, Promise

Claims = Mapping[str, Promise[Any]]


def replayed(
    module: Module[Any],
    given: Given,
    move: Move,
    held: Claims,
    broken: Promise[Any] | None = None,
    without: frozenset[tuple[str, str]] = frozenset(),
) -> Move:
    """The move, if the run reader agrees with it: ReadersDisagree if not."""
    for name, promise in held.items():
        if not holds_in(module, promise.claim, move.before, given):
            raise ReadersDisagree(f"{name} holds for z3, not for run, in {dict(move.before)}")
    after = _after(module, given, move, without)
    if dict(after) != dict(move.after):
        raise ReadersDisagree(
            f"{_said(move)} gives {dict(move.after)} for z3, {dict(after)} for run"
        )
    if broken is not None and holds_in(module, broken.claim, after, given):
        raise ReadersDisagree(f"{broken.name} is broken for z3, not for run, in {dict(after)}")
    return move


def _after(
    module: Module[Any], given: Given, move: Move, without: frozenset[tuple[str, str]]
) -> Mapping[str, Any]:
    dropped = {guard for action, guard in without if action == move.action}
    if dropped:
        return _forced(module, given, move, dropped)
    outcome = attempt(module, move.action, move.before, given, **move.parameters)
    if not isinstance(outcome, Done):
        raise ReadersDisagree(f"{_said(move)} is refused by run: {outcome.guard}")
    return outcome.state


def _forced(module: Module[Any], given: Given, move: Move, dropped: set[str]) -> Mapping[str, Any]:
    from kafka_tck.model.run import guards_of, next_of

    held = guards_of(module, move.action, move.before, given, move.parameters)
    failed = [name for name, holds in held.items() if not holds and name not in dropped]
    if failed:
        raise ReadersDisagree(f"{_said(move)} is refused by run: {failed[0]}")
    return next_of(module, move.action, move.before, given, move.parameters)


def _said(move: Move) -> str:
    chosen = ", ".join(f"{name}={value}" for name, value in move.parameters.items())
    return f"{move.action}({chosen}) in {dict(move.before)}"

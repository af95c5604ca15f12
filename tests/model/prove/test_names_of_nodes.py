"""To rename nodes changes nothing: why one case can stand for all that differ in names."""

import random
from itertools import permutations
from typing import Any

import pytest

from kafka_tck.model.modules import load_with_proof
from kafka_tck.model.prove.cases import cases_of
from kafka_tck.model.prove.states import Layout
from kafka_tck.model.replication import replication
from kafka_tck.model.run import Done, attempt, guards_of, holds_in, next_of
from kafka_tck.model.shapes import Each, Node, Place, Sequence
from kafka_tck.model.spec import Nodes

load_with_proof("replication")
LAYOUT = Layout(replication.shape, replication.given)
Names = tuple[int, ...]


def renamed(state: dict[str, Any], names: Names) -> dict[str, Any]:
    """The state in which node n is called `names[n]`."""
    return dict(_renamed(place, state[place.path], names) for place in LAYOUT.places)


def _renamed(place: Place, value: Any, names: Names) -> tuple[str, Any]:
    parts = [
        part
        if isinstance(part, str)
        else str(names[part[1]])
        if part[0] == "node"
        else str(part[1])
        for part in place.parts
    ]
    if isinstance(place.kind, Sequence):
        return ".".join(parts), tuple(_record(place.kind, record, names) for record in value)
    is_name = isinstance(place.kind, Node) and value >= 0
    return ".".join(parts), names[value] if is_name else value


def _record(kind: Sequence, record: tuple[Any, ...], names: Names) -> tuple[Any, ...]:
    leaves = iter(record)
    found: list[Any] = []
    for of in kind.record.values():
        if isinstance(of, Each):
            old = [next(leaves) for _ in names]
            found += [old[names.index(n)] for n in range(len(names))]
        else:
            leaf = next(leaves)
            found.append(names[leaf] if isinstance(of, Node) and leaf >= 0 else leaf)
    return tuple(found)


def some_state(rng: random.Random) -> dict[str, Any]:
    """Where a random run leads."""
    state: dict[str, Any] = dict(replication.initial)
    for _ in range(rng.randint(5, 60)):
        name = rng.choice([n for n, of in replication.actions.items() if of.enabled(LAYOUT.given)])
        done = attempt(replication, name, state, **some_parameters(name, rng))
        state = dict(done.state) if isinstance(done, Done) else state
    return state


def some_parameters(action: str, rng: random.Random) -> dict[str, int]:
    domains = replication.actions[action].domains
    return {
        name: rng.randrange(3) if isinstance(domain, Nodes) else rng.randint(0, 4)
        for name, domain in domains.items()
    }


@pytest.mark.parametrize("names", list(permutations(range(3))))
def test_steps_and_claims_are_the_same_under_other_names(names: Names) -> None:
    rng = random.Random(4)
    given = replication.given
    claims = [*replication.supporting_claims.values(), *replication.always_claims.values()]
    for _ in range(12):
        state = some_state(rng)
        other = renamed(state, names)
        for claim in claims:
            held = holds_in(replication, claim.claim, state, given)
            assert held == holds_in(replication, claim.claim, other, given), claim.name
        for name, action in replication.actions.items():
            if not action.enabled(given):
                continue
            chosen = some_parameters(name, rng)
            theirs = {
                n: names[value] if isinstance(action.domains[n], Nodes) else value
                for n, value in chosen.items()
            }
            guards = guards_of(replication, name, state, given, chosen)
            assert guards == guards_of(replication, name, other, given, theirs)
            after = next_of(replication, name, state, given, chosen)
            theirs_after = next_of(replication, name, other, given, theirs)
            assert renamed(dict(after), names) == dict(theirs_after), (name, chosen)


def test_every_case_is_a_renaming_of_one_that_is_asked() -> None:
    asked = {(one.action, *one.chosen.values()) for one in cases_of(replication, LAYOUT.given)}
    for case in cases_of(replication, LAYOUT.given, representatives=False):
        under_other_names = {
            (case.action, *(names[value] for value in case.chosen.values()))
            for names in permutations(range(3))
        }
        assert len(under_other_names & asked) == 1, case

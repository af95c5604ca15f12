"""No duplicate and no gap inside a producer epoch: proved, and what each guard is for."""

import pytest

from kafka_tck.model.batch.search import Search
from kafka_tck.model.finite import Finite
from kafka_tck.model.idempotence import Idempotence
from kafka_tck.model.modules import load_with_proof
from kafka_tck.model.prove.induction import Proof
from kafka_tck.model.prove.mutation import named_guards, without_guard
from kafka_tck.model.prove.results import Verdict
from kafka_tck.model.terms import negate

MODULE = load_with_proof("idempotence")
BOUNDS = [{"epochs": 0}, {"requests": 3, "expiries": 1}]
LONG = 120.0
"""Seconds for a query: what is decided in one may take many on a machine that does other things."""

AGE = "is_of_this_turn"
GUARDS = [(action, guard) for action, guard in named_guards(MODULE) if guard != AGE]


@pytest.mark.parametrize(
    "given",
    [
        Idempotence(),
        Idempotence(turn=2**31),
        Idempotence(max_in_flight_requests_per_connection=1, window=2),
        Idempotence(max_in_flight_requests_per_connection=7, turn=6),
    ],
    ids=str,
)
def test_all_claims_are_inductive(given: Idempotence) -> None:
    report = Proof(MODULE, given, seconds=LONG).run()
    assert report.verdict is Verdict.PROVED
    assert report.of("keeps")


def test_all_claims_are_inductive_with_quantifiers() -> None:
    assert Proof(MODULE, quantified=True, seconds=LONG).run().verdict is Verdict.PROVED


@pytest.mark.parametrize(("action", "guard"), GUARDS)
def test_a_guard_matters_or_is_listed(action: str, guard: str) -> None:
    found = without_guard(MODULE, action, guard, BOUNDS, seconds=LONG)
    if (action, guard) in MODULE.harmless:
        assert found.is_harmless, found
    else:
        assert found.matters, found


@pytest.mark.parametrize(
    ("action", "given"),
    [
        ("leader_writes", Idempotence(max_in_flight_requests_per_connection=1, window=1, turn=3)),
        (
            "leader_recognises",
            Idempotence(max_in_flight_requests_per_connection=4, window=1, turn=3),
        ),
    ],
)
def test_old_requests_matter_where_sequences_begin_again(action: str, given: Idempotence) -> None:
    bounds = {"batches": 4, "requests": 5, "epochs": 0}
    assert without_guard(MODULE, action, AGE, [bounds], given).reached


def test_only_guards_that_exist_are_listed() -> None:
    assert set(MODULE.harmless) <= set(named_guards(MODULE))
    assert all(reason.endswith(".") for reason in MODULE.harmless.values())


def test_what_supports_a_claim_holds_in_every_reachable_state_of_small_sizes() -> None:
    finite = Finite(MODULE, MODULE.given, {"expiries": 1})
    state = MODULE.shape.variables(MODULE.given)
    claims = {**MODULE.supporting_claims, **MODULE.always_claims}
    broken = {name: finite.scalar(negate(one.claim(state))) for name, one in claims.items()}
    found = Search(finite, broken).run()
    assert (found.complete, found.states, found.reached) == (True, 265_953, {})

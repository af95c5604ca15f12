"""What a coordinator tells is what its log says, however long the log and the group's history."""

from kafka_tck.model.batch.search import Search
from kafka_tck.model.finite import Finite
from kafka_tck.model.modules import load_with_proof
from kafka_tck.model.offsets import Keeping
from kafka_tck.model.prove.induction import Proof
from kafka_tck.model.prove.results import Verdict
from kafka_tck.model.terms import negate

MODULE = load_with_proof("offsets")
LONG = 180.0
"""Seconds for a query: what is decided in 20 may take many on a machine that does other things."""


def test_all_claims_are_inductive() -> None:
    report = Proof(MODULE, seconds=LONG).run()
    assert report.verdict is Verdict.PROVED
    assert report.of("keeps")


def test_a_coordinator_that_goes_by_decisions_is_refuted() -> None:
    assert Proof(MODULE, Keeping(by_log=False), seconds=1.0).run().verdict is Verdict.REFUTED


def test_what_supports_a_claim_holds_in_every_reachable_state_of_small_sizes() -> None:
    finite = Finite(MODULE, MODULE.given, {"log_size": 3})
    state = MODULE.shape.variables(MODULE.given)
    claims = {**MODULE.supporting_claims, **MODULE.always_claims}
    broken = {name: finite.scalar(negate(one.claim(state))) for name, one in claims.items()}
    found = Search(finite, broken).run()
    assert (found.complete, found.reached) == (True, {})

"""The other modules whose claims are inductive, with what supports them."""

from dataclasses import replace

import pytest

from kafka_tck.model.batch.search import Search
from kafka_tck.model.finite import Finite
from kafka_tck.model.modules import load_with_proof
from kafka_tck.model.prove.induction import Proof
from kafka_tck.model.prove.results import Verdict
from kafka_tck.model.terms import negate

NAMES = ["async_isr", "cached_partition", "fetch_session", "groups_consumer", "log", "transactions"]


@pytest.mark.parametrize("quantified", [False, True])
@pytest.mark.parametrize("name", NAMES)
def test_all_claims_are_inductive(name: str, quantified: bool) -> None:
    module = load_with_proof(name)
    report = Proof(module, quantified=quantified).run()
    assert report.verdict is Verdict.PROVED
    assert report.of("keeps")


@pytest.mark.parametrize("nodes", [2, 5])
def test_changes_of_the_isr_in_flight_are_safe_for_any_number_of_versions(nodes: int) -> None:
    module = load_with_proof("async_isr")
    given = replace(module.given, nodes=nodes)
    assert Proof(module, given, all_cases=True).run().verdict is Verdict.PROVED


def test_what_supports_a_claim_holds_in_every_reachable_state_of_small_sizes() -> None:
    module = load_with_proof("async_isr")
    finite = Finite(module, module.given)
    state = module.shape.variables(module.given)
    claims = {**module.supporting_claims, **module.always_claims}
    broken = {name: finite.scalar(negate(one.claim(state))) for name, one in claims.items()}
    found = Search(finite, broken).run()
    assert (found.complete, found.states, found.reached) == (True, 48_120, {})

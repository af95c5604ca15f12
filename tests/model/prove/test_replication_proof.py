"""Replication under KIP-320: its claims are inductive, and hold wherever runs lead."""

from dataclasses import replace

import pytest

from kafka_tck.model.batch.search import Search
from kafka_tck.model.finite import Finite
from kafka_tck.model.modules import load_with_proof
from kafka_tck.model.prove.induction import Proof
from kafka_tck.model.prove.results import Verdict
from kafka_tck.model.replication import KIP_101, replication
from kafka_tck.model.terms import negate

STRONG_ISR = "the_isr_holds_what_is_committed"
SMALL = {"log_size": 2, "records": 2, "epochs": 2}
LARGER = {"log_size": 2, "records": 2, "epochs": 3}

load_with_proof("replication")


@pytest.mark.parametrize("nodes", [2, 3, 4])
def test_all_claims_are_inductive_for_any_number_of_epochs_and_records(nodes: int) -> None:
    proof = Proof(replication, replace(replication.given, nodes=nodes))
    report = proof.run()
    assert report.verdict is Verdict.PROVED
    assert len(report.checks) == proof.count()
    assert len(report.of("keeps", claim=STRONG_ISR)) == len(proof.cases)
    assert {check.action for check in report.of("happens")} == {
        name for name, of in replication.actions.items() if of.enabled(replication.given)
    }


def test_one_case_stands_for_all_that_differ_in_the_names_of_nodes() -> None:
    given = replace(replication.given, nodes=2)
    proof = Proof(replication, given, all_cases=True)
    assert len(proof.cases) > len(Proof(replication, given).cases)
    assert proof.run().verdict is Verdict.PROVED


def test_every_claim_holds_in_every_reachable_state_of_small_sizes() -> None:
    finite = Finite(replication, replication.given, LARGER, ghosts=True)
    state = replication.shape.variables(replication.given)
    claims = {**replication.supporting_claims, **replication.always_claims}
    broken = {name: finite.scalar(negate(one.claim(state))) for name, one in claims.items()}
    found = Search(finite, broken, symmetric=True).run()
    assert found.complete
    assert found.reached == {}
    assert found.states == 158_308


@pytest.mark.parametrize("symmetric", [False, True])
def test_ghosts_enable_and_forbid_nothing(symmetric: bool) -> None:
    seen, plain = (
        Search(Finite(replication, replication.given, SMALL, ghosts=ghosts), symmetric=symmetric)
        for ghosts in (True, False)
    )
    assert len(seen.finite.columns) > len(plain.finite.columns)
    with_ghosts, without = seen.run(), plain.run()
    assert with_ghosts.depth >= without.depth
    assert set(with_ghosts.taken) == set(without.taken)
    assert without.states == (6_713 if symmetric else 39_619)


def test_no_guard_reads_a_ghost() -> None:
    from kafka_tck.model.prove.cases import cases_of
    from kafka_tck.model.prove.frames import reads

    for variant in replication.variants.values():
        state = replication.shape.variables(variant.given)
        for case in cases_of(replication, variant.given):
            step = case.step(replication, state, case.symbols())
            for guard in step.guards.values():
                tops = {path.split(".")[0] for path in reads(guard.holds)}
                assert not tops & replication.shape.ghosts
            for path, term in step.next.terms().items():
                if path.split(".")[0] not in replication.shape.ghosts:
                    assert not {p.split(".")[0] for p in reads(term)} & replication.shape.ghosts


def test_an_older_protocol_is_not_proved() -> None:
    proof = Proof(replication, replication.variants[KIP_101].given, seconds=1)
    follower = [case for case in proof.cases if case.action == "follower_fetches"]
    assert any(
        check.verdict is Verdict.REFUTED and check.move is not None
        for case in follower
        for check in proof.keeps(case)
    )

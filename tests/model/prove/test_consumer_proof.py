"""Commits after processing lose nothing and keep the order of keys, however long the partition."""

from typing import Any

import pytest

from kafka_tck.model.batch.search import Search
from kafka_tck.model.consumer import Consumption
from kafka_tck.model.finite import Finite
from kafka_tck.model.modules import load_with_proof
from kafka_tck.model.prove.induction import Proof
from kafka_tck.model.prove.results import Verdict
from kafka_tck.model.terms import negate

MODULE = load_with_proof("consumer")

AT_LEAST_ONCE: list[dict[str, Any]] = [
    {},
    {"commits": "after"},
    {"commits": "after", "processing": "any"},
    {"commits": "after", "processing": "by_key", "fenced": False},
    {"commits": "async", "retries_commits": True},
    {"commits": "after", "expires": True},
    {"auto_offset_reset": "latest", "offset_at_first": True},
]
AT_MOST_ONCE: list[dict[str, Any]] = [
    {"commits": "before"},
    {"commits": "before", "auto_offset_reset": "latest", "deletes": True},
]
EXACTLY_ONCE: list[dict[str, Any]] = [{"commits": "together"}]


@pytest.mark.parametrize("settings", [*AT_LEAST_ONCE, *AT_MOST_ONCE, *EXACTLY_ONCE], ids=str)
def test_all_claims_are_inductive(settings: dict[str, Any]) -> None:
    report = Proof(MODULE, Consumption(**settings)).run()
    assert report.verdict is Verdict.PROVED
    assert report.of("keeps")


def test_all_claims_are_inductive_with_quantifiers_and_more_instances() -> None:
    given = Consumption(nodes=3, commits="after", processing="any")
    assert Proof(MODULE, given, quantified=True).run().verdict is Verdict.PROVED


def test_it_is_these_settings_of_which_something_is_claimed() -> None:
    for settings in AT_LEAST_ONCE:
        assert Consumption(**settings).keeps_everything
    for settings in AT_MOST_ONCE:
        assert Consumption(**settings).repeats_nothing
    for settings in EXACTLY_ONCE:
        given = Consumption(**settings)
        assert (given.keeps_everything, given.keeps_order, given.repeats_nothing) == (True,) * 3


def test_claims_are_refuted_where_a_setting_is_said_to_be_safe_and_is_not() -> None:
    class Boastful(Consumption):
        @property
        def keeps_everything(self) -> bool:
            return True

    report = Proof(MODULE, Boastful(commits="stored")).run()
    assert report.verdict is Verdict.REFUTED


@pytest.mark.parametrize("settings", [{}, *AT_MOST_ONCE, *EXACTLY_ONCE], ids=str)
def test_what_supports_a_claim_holds_in_every_reachable_state(settings: dict[str, Any]) -> None:
    given = Consumption(**settings)
    finite = Finite(MODULE, given)
    state = MODULE.shape.variables(given)
    claims = {**MODULE.supporting_claims, **MODULE.always_claims}
    broken = {name: finite.scalar(negate(one.claim(state))) for name, one in claims.items()}
    found = Search(finite, broken).run()
    assert (found.complete, found.reached) == (True, {})

"""What may go wrong with transactions: under which settings, and how soon."""

from typing import Any

import pytest

from kafka_tck.model.explore import explore
from kafka_tck.model.modules import load_with_proof
from kafka_tck.model.prove.induction import Proof
from kafka_tck.model.prove.results import Verdict
from kafka_tck.model.transactions import Transactions, transactions

V4: dict[str, Any] = {"transaction_version": 1}
UNVERIFIED: dict[str, Any] = {**V4, "verification": False}
UNCOMMITTED: dict[str, Any] = {"isolation_level": "read_uncommitted"}
LATE: dict[str, Any] = {"late_markers": 1}
THREE: dict[str, Any] = {"records": 3}
WIDE = {"epochs": 3, "log_size": 6}

DELAYED = "a_delayed_end_commits_a_later_transaction"
ABSORBED = "an_aborted_record_is_committed"
TORN = "a_transaction_is_torn"
HANGS = "a_transaction_hangs"
ABORTED = "an_aborted_record_is_read"
UNDECIDED = "an_undecided_record_is_read"
FENCED = "a_fenced_epoch_writes"


@pytest.mark.parametrize(
    ("anomaly", "settings", "bounds", "steps"),
    [
        (DELAYED, V4, {}, 13),
        (DELAYED, {}, WIDE, None),
        (DELAYED, {**LATE, "marker_version": 1}, {}, 11),
        (DELAYED, {**LATE, **THREE}, WIDE, None),
        (DELAYED, {"by_epoch": False}, {}, 8),
        (ABSORBED, V4, {}, 14),
        (ABSORBED, {**THREE, "nodes": 2}, {}, None),
        (TORN, {**V4, "nodes": 2}, {}, 21),
        (TORN, {**V4, "nodes": 2, "verification": False}, {}, 19),
        (TORN, {**LATE, **THREE, "marker_version": 1}, WIDE, 16),
        (TORN, {**LATE, **THREE}, WIDE, None),
        (TORN, {**THREE, "nodes": 2}, {}, None),
        (HANGS, UNVERIFIED, {}, 8),
        (HANGS, V4, {}, None),
        (HANGS, {}, WIDE, None),
        (HANGS, {**V4, "guarded": False}, {}, 9),
        (ABORTED, UNCOMMITTED, {}, 6),
        (ABORTED, {}, WIDE, None),
        (ABORTED, UNVERIFIED, {}, None),
        (UNDECIDED, UNCOMMITTED, {}, 4),
        (UNDECIDED, UNVERIFIED, {}, None),
        (FENCED, UNVERIFIED, {}, 9),
        (FENCED, V4, {}, None),
    ],
)
def test_what_permits_an_anomaly(
    anomaly: str, settings: dict[str, Any], bounds: dict[str, int], steps: int | None
) -> None:
    found = explore(
        transactions,
        Transactions(**settings),
        bounds,
        find=frozenset({anomaly}),
        until_broken=False,
    )
    if steps is None:
        assert found.outcome.complete
        assert anomaly not in found.reached
    else:
        assert len(found.reached[anomaly].steps) == steps


@pytest.mark.parametrize("nodes", [1, 2, 3])
@pytest.mark.parametrize("settings", [{}, V4, UNCOMMITTED, {"late_markers": 2}])
def test_all_claims_are_inductive_for_logs_without_bounds(
    settings: dict[str, Any], nodes: int
) -> None:
    proof = Proof(load_with_proof("transactions"), Transactions(**settings, nodes=nodes))
    assert proof.run().verdict is Verdict.PROVED


@pytest.mark.parametrize("settings", [UNVERIFIED, {**V4, "guarded": False}, {"recovers": False}])
def test_what_permits_an_anomaly_is_not_proved(settings: dict[str, Any]) -> None:
    proof = Proof(load_with_proof("transactions"), Transactions(**settings))
    assert proof.run().verdict is Verdict.REFUTED


def test_a_new_coordinator_that_decides_again_breaks_a_claim() -> None:
    given = transactions.variants["re-decided"]
    assert set(explore(transactions, given.given, until_broken=True).broken) == given.breaks

"""Every guard of a proved module matters to a claim, or is listed as one that only enables."""

from collections.abc import Mapping, Sequence

import pytest

from kafka_tck.model.modules import load_with_proof
from kafka_tck.model.prove.mutation import named_guards, without_guard

BOUNDS: Mapping[str, Sequence[Mapping[str, int]]] = {
    "async_isr": [{"versions": 2, "offsets": 2}, {"versions": 3, "offsets": 2}],
    "groups_consumer": [{"joins": 2}, {"joins": 3}],
    "replication": [
        {"log_size": 2, "records": 2, "epochs": 2},
        {"log_size": 2, "records": 2, "epochs": 3},
    ],
    "transactions": [{"transactions": 2, "log_size": 4, "epochs": 2}],
}
GUARDS = [
    (name, action, guard)
    for name in BOUNDS
    for action, guard in named_guards(load_with_proof(name))
]


@pytest.mark.parametrize(("name", "action", "guard"), GUARDS)
def test_a_guard_matters_or_is_listed(name: str, action: str, guard: str) -> None:
    module = load_with_proof(name)
    found = without_guard(module, action, guard, BOUNDS[name])
    if (action, guard) in module.harmless:
        assert found.is_harmless, found
    else:
        assert found.matters, found


@pytest.mark.parametrize("name", BOUNDS)
def test_only_guards_that_exist_are_listed(name: str) -> None:
    module = load_with_proof(name)
    assert set(module.harmless) <= set(named_guards(module))
    assert all(reason.endswith(".") for reason in module.harmless.values())

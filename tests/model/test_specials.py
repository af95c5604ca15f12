"""Which version of ListOffsets knows which special timestamp."""

import pytest

from kafka_tck.model.specials import is_known, untiered


@pytest.mark.parametrize(
    ("special", "first"), [(-1, 0), (-2, 0), (-3, 7), (-4, 8), (-5, 9), (-6, 11)]
)
def test_a_special_timestamp_is_known_from_its_version_on(special: int, first: int) -> None:
    assert [version for version in range(12) if is_known(special, version)] == [*range(first, 12)]


def test_lower_specials_are_never_known_and_times_always() -> None:
    assert not any(is_known(special, 11) for special in (-7, -8, -100))
    assert all(is_known(time, version) for time in (0, 1) for version in (1, 11))


def test_without_tiers_only_the_earliest_local_offset_exists() -> None:
    assert [untiered(special, 5) for special in (-4, -5, -6)] == [5, -1, -1]

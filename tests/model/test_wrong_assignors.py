"""Each wrong assignor breaks the law that it should, and soon."""

import pytest
from hypothesis import find
from tests.model.test_assignors import ANY_EXAMPLE, any_groups
from tests.model.wrong_assignors import WRONG, Wrong

from kafka_tck.model.assignors.group import Group
from kafka_tck.model.assignors.laws import PROMISES, breaches


@pytest.mark.parametrize("wrong", WRONG, ids=lambda wrong: wrong.assignor.__name__)
def test_a_wrong_assignor_is_caught(wrong: Wrong) -> None:
    (law,) = (law for law in PROMISES[wrong.name] if law.__name__ == wrong.law)

    def is_caught(group: Group) -> bool:
        return bool(breaches(group, wrong.assignor(group), [law]))

    find(any_groups, is_caught, settings=ANY_EXAMPLE)

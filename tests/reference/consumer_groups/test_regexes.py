"""Regular expressions of subscriptions: what they match, and what is none."""

import pytest

from kafka_tck.reference.consumer_groups.regexes import compiled, matched
from kafka_tck.reference.log import Refusal

NAMES = ("t", "tt", "u", "__consumer_offsets")


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("t", {"t"}),
        ("t+", {"t", "tt"}),
        ("t|u", {"t", "u"}),
        (".*", {*NAMES}),
        ("(?<first>t)t{1,1000}", {"tt"}),
        ("(?P<first>u)", {"u"}),
        ("", set()),
    ],
)
def test_whole_names_are_matched(text: str, found: set[str]) -> None:
    assert matched(text, NAMES) == found


@pytest.mark.parametrize(
    "text", ["(", "*", "t**", "(?=t)", "(?!t)", "(?<=t)", r"(t)\1", "t++", "(?>t)", "t{1001}"]
)
def test_what_re2_does_not_know_is_refused(text: str) -> None:
    with pytest.raises(Refusal) as refused:
        compiled(text)
    assert refused.value.error == "INVALID_REGULAR_EXPRESSION"

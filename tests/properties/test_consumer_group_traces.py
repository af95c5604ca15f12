"""Double ownership of the specification, played on the bundled broker and on wrong ones."""

from pathlib import Path

import pytest
from tests.properties.pipeline_traces import run

FIND = "two-owners"
UNGUARDED = "hands_over_free=false"
FORGETFUL = "keeps_partition_epochs=false"
LATE = "late_requests=1"
SEEN = "SEEN: a-partition-has-two-owners, as the trace says"
NOT_SEEN = "not seen: a-partition-has-two-owners"


def saved(path: Path, setting: str) -> str:
    """The shortest trace to two owners."""
    words = ["--set", setting, "--find", FIND, "--save", str(path)]
    found = run("explore", "groups_consumer", *words)
    assert found.exit_code == 1, found.output
    return str(path)


def test_without_wrong_rules_there_are_no_two_owners() -> None:
    found = run("explore", "groups_consumer", "--find", FIND)
    assert found.exit_code == 0, found.output
    assert "complete" in found.output
    assert "not within these bounds" in found.output


@pytest.mark.parametrize(
    ("setting", "wrong"),
    [
        (UNGUARDED, "gives-what-others-hold"),
        (UNGUARDED, "targets-are-told"),
        (FORGETFUL, "what-is-taken-back-looks-free"),
    ],
)
def test_the_trace_of_a_dropped_rule_tells_who_has_dropped_it(
    setting: str, wrong: str, tmp_path: Path
) -> None:
    trace = saved(tmp_path / "trace.json", setting)
    played = run("replay", trace)
    assert played.exit_code == 0, played.output
    assert NOT_SEEN in played.output
    assert "goes another way" not in played.output
    played = run("replay", trace, f"--target=reference:{wrong}")
    assert played.exit_code == 1, played.output
    assert SEEN in played.output


def test_a_join_that_comes_late_is_believed(tmp_path: Path) -> None:
    played = run("replay", saved(tmp_path / "trace.json", LATE))
    assert played.exit_code == 1, played.output
    assert SEEN in played.output
    assert "coordinator_handles_late_join(member=1)            epoch 3, assigned [0]" in (
        played.output
    )

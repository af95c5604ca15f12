"""`kafka-tck prove`: what it prints, and its exit status."""

import json

import pytest
from click.testing import CliRunner, Result

from kafka_tck.cli.main import main


def kafka_tck(*words: str) -> Result:
    return CliRunner().invoke(main, ["prove", *words])


def test_one_line_per_action_and_claim() -> None:
    result = kafka_tck("replication")
    assert result.exit_code == 0, result.output
    assert "at the beginning" in result.output
    assert "leader-advances-hw can happen" in result.output
    lines = result.output.splitlines()
    assert sum("the-isr-holds-what-is-committed" in line for line in lines) == 10
    assert "replication, 3 nodes: proved; 27 claims" in lines[-1]


def test_what_is_not_kept_is_shown_as_a_table() -> None:
    result = kafka_tck("replication", "--variant", "kip-279", "--nodes", "2", "--timeout", "2")
    assert result.exit_code == 1
    assert "NOT KEPT" in result.output
    assert "All claims hold in this state, which may be one that no run reaches" in result.output
    assert "epoch" in result.output
    assert "replication, 2 nodes: refuted" in result.output


def test_one_document_on_standard_output() -> None:
    result = kafka_tck("log", "--json")
    assert result.exit_code == 0
    told = json.loads(result.stdout)
    assert (told["module"], told["status"]) == ("log", "proved")
    assert {one["question"] for one in told["checks"]} == {"starts", "keeps", "happens"}
    assert all(one["answer"] == "proved" for one in told["checks"])


def test_options_of_an_audit() -> None:
    result = kafka_tck("log", "--all-instances", "--quantified", "--nodes", "2")
    assert result.exit_code == 0
    assert "log, 2 nodes: proved" in result.output


@pytest.mark.parametrize("typed", ["replicaton", "replications"])
def test_a_name_that_is_unknown_is_answered_with_near_ones(typed: str) -> None:
    result = kafka_tck(typed)
    assert result.exit_code not in (0, 1)
    assert "did you mean replication" in result.output

"""States and traces as tables."""

import pytest
from tests.model.say.traces import CALLS, replicated

from kafka_tck.model.batch.search import Search
from kafka_tck.model.finite import Finite
from kafka_tck.model.modules import WHERE, load
from kafka_tck.model.say.tables import difference, state_table, steps_text
from kafka_tck.model.say.trace import retold, trace_of

replication = load("replication")


def test_a_state_has_a_row_per_node() -> None:
    table = state_table(replication, replicated().states[-1])
    assert table.head == ("node", "epoch", "leader", "isr", "hw", "log id/epoch")
    assert table.rows == (
        ("0", "0", "2", "{0,1,2}", "0", "0/0"),
        ("1", "-1", "-", "{}", "0", "-"),
        ("2", "0", "2", "{0,2}", "1", "0/0"),
    )
    shared = dict(table.shared)
    assert shared["isr"] == "{0,2}"
    assert shared["requests leader/isr"] == "2/{0,1,2}"


def test_columns_of_a_table_are_aligned() -> None:
    lines = state_table(replication, replicated().states[-1]).text().splitlines()
    assert lines[0] == "node  epoch  leader  isr      hw  log id/epoch"
    assert lines[1] == "0     0      2       {0,1,2}  0   0/0"
    assert lines[4].startswith("isr:  ")


def test_differences_name_what_changed() -> None:
    states = replicated().states
    said = [str(one) for one in difference(replication, states[3], states[5])]
    assert said == ["next_id: 0 -> 1", "replicas.0.log: + 0/0", "replicas.2.log: + 0/0"]
    back = difference(replication, states[5], states[3])
    assert [(one.before, one.after, one.more) for one in back[1:]] == [("0/0", "-", None)] * 2
    assert difference(replication, states[2], states[2]) == []


def test_steps_are_numbered_and_say_what_changed() -> None:
    lines = steps_text(replicated()).splitlines()
    numbered = [line for line in lines if not line.startswith(" ")]
    assert [line.split(". ")[1].split("(")[0] for line in numbered] == [name for name, _ in CALLS]
    assert lines[:2] == [
        "1. controller_elects_leader(replica=2)",
        "     requests: + 2/{0,1,2}",
    ]


def test_a_refused_step_is_told() -> None:
    with pytest.raises(ValueError, match="step 2, leader_appends: presumes does not hold"):
        retold(replication, [CALLS[0], ("leader_appends", {"leader": 1})])


def test_the_way_that_a_search_found_is_told_again() -> None:
    finite = Finite(replication, replication.given, {"log_size": 1, "records": 1, "epochs": 2})
    claim = replication.sometimes_claims["a_record_is_committed_in_a_later_epoch"]
    found = Search(finite, {"it": finite.claim(claim)}, stop_at=frozenset({"it"})).run()
    trace = trace_of(finite, found.trail.way_to(found.reached["it"]))
    assert len(trace.states) == found.depth
    assert any(trace.states[-1][f"replicas.{n}.hw"] > 0 for n in range(3))


def test_a_way_without_a_guard_is_told_too() -> None:
    without = frozenset({("leader_appends", "presumes")})
    finite = Finite(replication, replication.given, without=without)
    wanted = next(
        n for n, one in enumerate(finite.instances) if one.said == "leader_appends(leader=1)"
    )
    trace = trace_of(finite, [wanted])
    assert len(trace.states[-1]["replicas.1.log"]) == 1
    with pytest.raises(ValueError, match="presumes does not hold"):
        retold(replication, [(step.action, step.parameters) for step in trace.steps])


@pytest.mark.parametrize("name", sorted(WHERE))
def test_every_module_has_a_table(name: str) -> None:
    module = load(name)
    table = state_table(module, module.initial)
    assert all(len(row) == len(table.head) for row in table.rows)
    said = " ".join([*table.head, *(field for field, _ in table.shared)])
    ends = {place.parts[-1] for place in module.shape.places(3)}
    assert [end for end in ends if isinstance(end, str) and end not in said] == []

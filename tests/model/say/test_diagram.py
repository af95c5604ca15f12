"""Traces as space-time diagrams."""

from xml.etree import ElementTree

from tests.model.say.traces import CALLS, replicated

from kafka_tck.model.modules import load
from kafka_tck.model.say.diagram import diagram, diagram_svg
from kafka_tck.model.say.lanes import lanes
from kafka_tck.model.say.trace import Trace, retold

SVG = "{http://www.w3.org/2000/svg}"


def test_the_lane_of_a_step_is_who_acts() -> None:
    drawn = lanes(replicated())
    assert drawn.names == ("controller", "0", "1", "2")
    assert [(line.start, line.end, line.is_message) for line in drawn.lines] == [
        ("controller", "2", False),
        ("2", None, False),
        ("2", "0", True),
        ("2", None, False),
        ("2", "0", True),
        ("2", "1", False),
        ("2", None, False),
    ]


def test_time_runs_downwards() -> None:
    lines = [line for line in diagram(replicated()).splitlines() if line[0].isdigit()]
    for line, (number, (name, parameters)) in zip(lines, enumerate(CALLS, 1), strict=True):
        chosen = ", ".join(f"{key}={value}" for key, value in parameters.items())
        assert line.startswith(f"{number}.")
        assert line.endswith(f"{name}({chosen})")


def test_the_diagram_to_the_letter() -> None:
    assert diagram(replicated()).splitlines()[:7] == [
        "   controller   node 0     node 1     node 2",
        "1.      *..........|..........|..........o      controller_elects_leader(replica=2)",
        "        |          |          |          |        requests: + 2/{0,1,2}",
        "2.      |          |          |          *      broker_becomes_leader(replica=2, epoch=0)",
        "        |          |          |          |        replicas.2.epoch: -1 -> 0",
        "        |          |          |          |        replicas.2.leader: - -> 2",
        "        |          |          |          |        replicas.2.isr: {} -> {0,1,2}",
    ]


def test_what_goes_from_node_to_node_is_an_arrow() -> None:
    drawn = diagram(replicated()).splitlines()
    fetch = next(line for line in drawn if "follower_fetches" in line)
    assert fetch.startswith("5.      |          |<---------|----------*")


def test_the_drawing_is_whole_and_stands_alone() -> None:
    trace = replicated()
    text = diagram_svg(trace)
    root = ElementTree.fromstring(text)
    assert root.tag == f"{SVG}svg"
    said = [one.text for one in root.iter(f"{SVG}text")]
    assert [step.said for step in trace.steps if step.said not in said] == []
    assert {"controller", "node 0", "node 1", "node 2"} <= set(said)
    arrows = [one for one in root.iter(f"{SVG}line") if one.get("marker-end")]
    assert len(arrows) == 2
    dots = [one for one in root.iter(f"{SVG}circle") if one.get("class") == "step"]
    assert len(dots) == len(trace.steps)
    assert "href" not in text


def test_a_module_without_nodes_has_the_lanes_of_who_acts() -> None:
    log = load("log")
    trace = retold(log, [("leader_appends", {"count": 2})])
    drawn = lanes(trace)
    assert (drawn.lines[0].start, drawn.lines[0].end) == ("leader", None)
    assert "leader_appends(count=2)" in diagram(trace)


def test_an_empty_trace_is_lanes_alone() -> None:
    module = load("replication")
    empty = Trace(module, module.given, module.initial, ())
    assert diagram(empty).splitlines()[0].split() == ["node", "0", "node", "1", "node", "2"]
    ElementTree.fromstring(diagram_svg(empty))

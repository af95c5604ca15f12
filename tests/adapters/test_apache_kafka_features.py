"""Feature levels of a fresh cluster, with a stand-in for Kafka's own tool."""

import re
from pathlib import Path
from typing import cast

import pytest

from kafka_tck.adapters.apache_kafka.jars import Jars
from kafka_tck.adapters.apache_kafka.java_command import Runtime, ToolFailure
from kafka_tck.adapters.apache_kafka.storage import bootstrap_checkpoint
from kafka_tck.adapters.target import Misuse


@pytest.fixture(autouse=True)
def own_cache(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("KAFKA_TCK_CACHE", str(tmp_path / "cache"))


class Formatter:
    """Stands in for a release whose `StorageTool` knows one feature only."""

    def __init__(self, release: str) -> None:
        self.jars = Jars(release, ())
        self.asked: list[list[str]] = []

    def run(self, main: str, *arguments: str, cwd: Path) -> str:
        features = [word for word in arguments if re.fullmatch(r"[a-z.]+=\d+", word)]
        self.asked.append(features)
        for feature in features:
            name = feature.partition("=")[0]
            if name != "known.version":
                why = f"Unsupported feature: {name}. Supported features are: known.version"
                raise ToolFailure(f'Exception in thread "main" java.lang.RuntimeException: {why}')
        (cwd / "data").mkdir()
        (cwd / "data" / "bootstrap.checkpoint").touch()
        return ""


def test_level_0_of_an_unknown_feature_is_what_a_release_has() -> None:
    tool = Formatter("3.9.2")
    levels = {"new.version": 0, "known.version": 1}
    assert bootstrap_checkpoint(cast(Runtime, tool), levels).exists()
    assert tool.asked == [["known.version=1", "new.version=0"], ["known.version=1"]]


def test_another_level_of_an_unknown_feature_is_misuse() -> None:
    with pytest.raises(Misuse, match="Unsupported feature: new.version"):
        bootstrap_checkpoint(cast(Runtime, Formatter("3.9.2")), {"new.version": 1})


def test_a_release_without_features_has_them_at_level_0() -> None:
    tool = Formatter("3.8.1")
    assert bootstrap_checkpoint(cast(Runtime, tool), {"new.version": 0}).exists()
    assert tool.asked == [[]]
    with pytest.raises(Misuse, match="3.9 and later can"):
        bootstrap_checkpoint(cast(Runtime, tool), {"known.version": 1})

"""From pytest's options to a suite."""

from collections.abc import Callable
from pathlib import Path

import pytest

from kafka_tck.adapters.target import Misuse, TargetOptions
from kafka_tck.evidence.events import Event
from kafka_tck.properties import deviations
from kafka_tck.properties.suite import Suite


def suite_of(config: pytest.Config, record: Callable[[Event], None]) -> Suite:
    """The suite that the command line asks for. Raises `Misuse` with one line."""
    own = config.getoption("--deviations")
    declared = deviations.shipped() + (deviations.read(Path(own)) if own else [])
    return Suite(
        config.getoption("--target"),
        target_options(config),
        config.getoption("--profile"),
        declared,
        record,
    )


def target_options(config: pytest.Config) -> TargetOptions:
    nodes = config.getoption("--nodes")
    if nodes < 1:
        raise Misuse(f"--nodes {nodes}: a cluster has at least one node")
    features = pairs("--feature", config.getoption("--feature"))
    return TargetOptions(
        nodes=nodes,
        seed=config.getoption("--seed"),
        features={name: _level(name, level) for name, level in features.items()},
        config=pairs("--config", config.getoption("--config")),
        kafka_home=config.getoption("--kafka-home"),
        behaves_like=config.getoption("--behaves-like"),
    )


def _level(name: str, level: str) -> int:
    if not level.isdigit():
        raise Misuse(f"--feature {name}={level}: a level is a whole number")
    return int(level)


def pairs(option: str, given: list[str]) -> dict[str, str]:
    """`KEY=VALUE` arguments as a mapping. Raises `Misuse`."""
    for text in given:
        if "=" not in text:
            raise Misuse(f"{option} {text}: write NAME=VALUE")
    return {name: value for name, _, value in (text.partition("=") for text in given)}

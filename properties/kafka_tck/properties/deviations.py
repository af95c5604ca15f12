"""Declared deviations: what a target is known to do differently, and why.

A file is TOML: `[[deviation]]` with `requirement`, `reason` and optionally `targets` (patterns of
target specs, such as `apache-kafka:3.9.*`), `releases` and `link`. A declared deviation that is
not seen any more fails the run: the file is wrong then.
"""

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from fnmatch import fnmatch
from importlib import resources
from pathlib import Path

from kafka_tck.adapters.target import Misuse
from kafka_tck.properties.requirement import REGISTRY


@dataclass(frozen=True)
class Deviation:
    """One requirement that one kind of target is known not to meet."""

    requirement: str
    reason: str
    targets: tuple[str, ...] = ("*",)
    link: str = ""


def shipped() -> list[Deviation]:
    """The deviations that travel with the suite: real findings in released brokers."""
    text = resources.files("kafka_tck.properties").joinpath("deviations.toml").read_text()
    return parse(text, "the shipped deviations")


def read(path: Path) -> list[Deviation]:
    """A user's own file. Raises `Misuse`."""
    try:
        return parse(path.read_text(), str(path))
    except OSError as error:
        raise Misuse(f"cannot read deviations {path}: {error.strerror}") from None


def parse(text: str, where: str) -> list[Deviation]:
    try:
        entries = tomllib.loads(text).get("deviation", [])
    except tomllib.TOMLDecodeError as error:
        raise Misuse(f"{where} is not TOML: {error}") from None
    return [_entry(entry, where) for entry in entries]


def _entry(entry: Mapping[str, object], where: str) -> Deviation:
    missing = {"requirement", "reason"} - set(entry)
    if missing:
        raise Misuse(f"{where}: a deviation lacks {', '.join(sorted(missing))}")
    targets = entry.get("targets", ["*"])
    assert isinstance(targets, list)
    return Deviation(
        str(entry["requirement"]),
        str(entry["reason"]),
        tuple(str(t) for t in targets),
        str(entry.get("link", "")),
    )


def for_target(deviations: list[Deviation], target: str) -> dict[str, Deviation]:
    """Those that speak of this target, by requirement. `Misuse` names an unknown requirement."""
    for deviation in deviations:
        if deviation.requirement not in REGISTRY:
            raise Misuse(f"a deviation names no known requirement: {deviation.requirement}")
    return {
        d.requirement: d for d in deviations if any(fnmatch(target, form) for form in d.targets)
    }

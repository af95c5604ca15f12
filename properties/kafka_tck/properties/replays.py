"""Replays: a finding as JSON lines of symbolic steps. Data, never code."""

import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any, Final

from kafka_tck.adapters.target import Misuse
from kafka_tck.evidence.events import to_json
from kafka_tck.properties.session import Finding

FOLDER: Final = Path(".kafka-tck") / "replays"


def write_replay(finding: Finding, target: str, folder: Path = FOLDER) -> Path:
    """Keeps a finding; the path of its file."""
    folder.mkdir(parents=True, exist_ok=True)
    path = folder / f"{finding.requirement}.jsonl"
    head = {"replay": finding.requirement, "machine": finding.machine, "target": target}
    lines = [to_json(head), *(to_json(seen.step) for seen in finding.steps)]
    path.write_text("\n".join(lines) + "\n")
    return path


def read_replay(path: Path) -> tuple[Mapping[str, Any], list[Mapping[str, Any]]]:
    """The head and the steps of a replay. Raises `Misuse` with one line."""
    try:
        lines = [json.loads(line) for line in path.read_text().splitlines() if line.strip()]
    except OSError as error:
        raise Misuse(f"cannot read replay {path}: {error.strerror}") from None
    except ValueError as error:
        raise Misuse(f"{path} is not JSON lines: {error}") from None
    if not lines or not isinstance(lines[0], dict) or "replay" not in lines[0]:
        raise Misuse(f"{path} is no replay: its first line must name a requirement")
    return lines[0], lines[1:]

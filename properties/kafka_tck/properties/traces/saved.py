"""A trace of the specification as `kafka-tck explore --save` wrote it."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any


@dataclass(frozen=True)
class Step:
    """One action, and the state after it: plain values by path."""

    action: str
    parameters: Mapping[str, int]
    state: Mapping[str, Any]

    @property
    def said(self) -> str:
        chosen = ", ".join(f"{name}={value}" for name, value in self.parameters.items())
        return f"{self.action}({chosen})"


@dataclass(frozen=True)
class SavedTrace:
    """Settings of the producer, the topic and the brokers, the first state, and the steps."""

    module: str
    claim: str
    settings: Mapping[str, Any]
    initial: Mapping[str, Any]
    steps: tuple[Step, ...]

    @property
    def nodes(self) -> int:
        return int(self.settings["nodes"])

    def order_of_nodes(self) -> list[int]:
        """The model's nodes, the first leader first and then each heir as it is elected.

        A controller elects in the order of assignment: a topic assigned so has the same heirs.
        """
        heirs = [step.parameters["heir"] for step in self.steps if "heir" in step.parameters]
        found: list[int] = []
        for node in [0, *heirs, *range(self.nodes)]:
            if node >= 0 and node not in found:
                found.append(node)
        return found

    def fetches(self, at: int, follower: int) -> bool:
        """Whether a follower has all of the leader's records before the next one, or a failure.

        `at` is the place of a step that produces, or elects. Then its link to the leader is open;
        else it is cut, since brokers that can fetch do so at once.
        """
        leader = self.steps[at].state["leader"]
        for step in self.steps[at + 1 :]:
            if step.action == "producer_writes" or step.action.startswith("broker_"):
                return False
            told = step.state[f"brokers.{follower}.known"]
            if told == len(step.state[f"brokers.{leader}.log"]):
                return True
        return False


def is_a_trace(path: Path) -> bool:
    """Whether a file holds a trace of the specification, and not a recorded finding."""
    try:
        found = json.loads(path.read_text())
    except (OSError, ValueError):
        return False
    return isinstance(found, dict) and "module" in found


def read_trace(path: Path) -> SavedTrace:
    """The trace in a file."""
    found = json.loads(path.read_text())
    steps = tuple(Step(one["action"], one["parameters"], one["state"]) for one in found["steps"])
    return SavedTrace(found["module"], found["claim"], found["settings"], found["initial"], steps)

"""What an operation is: data that can act, speak, and judge. A program is a list of them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import MISSING, dataclass, fields
from typing import Any, ClassVar, Final

from kafka_tck.properties.belief import Belief
from kafka_tck.properties.claims import Judgement, Observation
from kafka_tck.properties.world import World

KINDS: Final[dict[str, type[Operation]]] = {}


@dataclass(frozen=True)
class Operation:
    """One step. Fields are strings, numbers, truth values, None, and tuples of these only,

    with symbolic names, so that a step is a JSON line and can be replayed on any target.
    """

    kind: ClassVar[str]

    def __init_subclass__(cls, kind: str = "") -> None:
        if kind:
            cls.kind = kind
            if kind in KINDS:
                raise ValueError(f"operation {kind} is defined twice")
            KINDS[kind] = cls

    def perform(self, world: World) -> Observation:
        """Acts on the target. Silence is an observation: `{"silence": "timed out"}`."""
        raise NotImplementedError

    def judge(self, world: World, belief: Belief, seen: Observation) -> Sequence[Judgement]:
        """The claims on this answer under one belief; more than one result forks the belief.

        The belief of each judgement follows the actual answer, so that the run can go on.
        """
        raise NotImplementedError

    def say(self) -> str:
        """The step in words, for traces."""
        shown = (f"{name}={value}" for name, value in self.to_json().items() if name != "do")
        return f"{self.kind} {' '.join(shown)}"

    def to_json(self) -> dict[str, Any]:
        """The step as a JSON object; fields at their defaults are left out."""
        given = {
            f.name: getattr(self, f.name)
            for f in fields(self)
            if f.default is MISSING or getattr(self, f.name) != f.default
        }
        return {"do": self.kind, **given}


def from_json(step: Mapping[str, Any]) -> Operation:
    """The operation of a JSON object. ValueError names what is wrong with it."""
    rest = {name: _frozen(value) for name, value in step.items() if name != "do"}
    cls = KINDS.get(str(step.get("do")))
    if cls is None:
        raise ValueError(f"unknown step {step.get('do')!r}: there are {', '.join(sorted(KINDS))}")
    unknown = set(rest) - {f.name for f in fields(cls)}
    if unknown:
        raise ValueError(f"a step {cls.kind} has no {', '.join(sorted(unknown))}")
    return cls(**rest)


def _frozen(value: Any) -> Any:
    return tuple(_frozen(item) for item in value) if isinstance(value, list) else value

"""Twins: the same program twice, once with something inserted that must not matter.

No model is needed: the two runs must answer alike. The programs stand in the step itself, so that
a twin is one line of a replay.
"""

import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

from kafka_tck.evidence.events import plain, to_json
from kafka_tck.model.sources import Code
from kafka_tck.properties.belief import Belief
from kafka_tck.properties.claims import Claim, Judgement, Observation, claim_that
from kafka_tck.properties.operations.operation import Operation, from_json
from kafka_tck.properties.requirement import Requirement
from kafka_tck.properties.world import World

refused_leaves_no_trace = Requirement(
    "twins.a-refused-request-leaves-no-trace",
    "After a refused request every later answer is as if the request had never been sent.",
    Code("ReplicaManager.appendToLocalLog; ProducerStateManager.update; QuorumController"),
    covers=("A-83", "A-15", "G-44"),
    mutants=("refused-delete-moves-the-start",),
)

reads_change_nothing = Requirement(
    "twins.a-read-changes-nothing",
    "After a read every later answer is as if nothing had been read.",
    Code("ReplicaManager.fetchMessages; ReplicaManager.fetchOffset"),
    covers=("C-12", "A-03"),
)

unrelated_topics_commute = Requirement(
    "twins.unrelated-topics-do-not-meet",
    "What happens on one topic changes no answer about another.",
    Code("ReplicaManager; LogManager"),
    covers=("C-19", "A-15"),
)

restarts_forget_nothing = Requirement(
    "twins.a-clean-restart-forgets-nothing",
    "After a clean restart every answer but the leader epoch is as if there had been none.",
    Code("LogManager.shutdown; LogLoader.load"),
    covers=("A-70", "A-12"),
    needs=frozenset({"fault.restart"}),
    mutants=(
        "restart-forgets-the-log-start",
        "restart-loses-the-log",
    ),
)

LAWS: Final[Mapping[str, Requirement]] = {
    "refused": refused_leaves_no_trace,
    "read": reads_change_nothing,
    "unrelated": unrelated_topics_commute,
    "restart": restarts_forget_nothing,
}


@dataclass(frozen=True)
class Twin(Operation, kind="twin"):
    """Runs a program plainly, then with insertions, in fresh namespaces, and compares.

    `program` holds steps as JSON text; `inserted` pairs a position with such a step.
    """

    law: str
    program: tuple[str, ...]
    inserted: tuple[tuple[int, str], ...]

    def perform(self, world: World) -> Observation:
        plain_answers, _ = self._answers(world, ())
        twin_answers, extra = self._answers(world, self.inserted)
        return {"plain": plain_answers, "twin": twin_answers, "inserted": extra}

    def _answers(
        self, world: World, inserted: Sequence[tuple[int, str]]
    ) -> tuple[list[Observation], list[Observation]]:
        """What the program's own steps, and the inserted ones, were answered."""
        own: list[Observation] = []
        extra: list[Observation] = []
        run = World(world.target, world.profile, world.namespace)
        run.start_ms = world.start_ms
        try:
            for is_own, step in self._merged(inserted):
                answer = from_json(json.loads(step)).perform(run)
                (own if is_own else extra).append(_comparable(answer))
        finally:
            world.operations += run.operations
            run.close()
        return own, extra

    def _merged(self, inserted: Sequence[tuple[int, str]]) -> Iterator[tuple[bool, str]]:
        for position, step in enumerate(self.program):
            yield from ((False, extra) for at, extra in inserted if at == position)
            yield True, step
        yield from ((False, extra) for at, extra in inserted if at >= len(self.program))

    def judge(self, world: World, belief: Belief, seen: Observation) -> Sequence[Judgement]:
        if self.law == "refused" and any(_was_accepted(a) for a in seen["inserted"]):
            return [Judgement((), belief)]
        return [Judgement((self._claim(seen),), belief)]

    def _claim(self, seen: Observation) -> Claim:
        pairs = zip(self.program, seen["plain"], seen["twin"], strict=True)
        different = next(((s, p, t) for s, p, t in pairs if p != t), None)
        step, told, twin_told = different or ("", None, None)
        return claim_that(
            LAWS[self.law].id,
            different is None,
            expected=f"{step} -> {to_json(told)}",
            actual=f"{step} -> {to_json(twin_told)}",
            because="this is what it was answered where nothing was inserted",
        )

    def say(self) -> str:
        lines = [f"twin ({self.law}); > marks what was inserted"]
        merged = self._merged(self.inserted)
        lines += [f"          {' ' if is_own else '>'} {step}" for is_own, step in merged]
        return "\n".join(lines)


def _comparable(answer: Observation) -> Any:
    """The answer without what may differ between runs: leader epochs."""
    return _without_epochs(plain(answer))


def _without_epochs(value: Any) -> Any:
    if isinstance(value, dict):
        return {k: _without_epochs(v) for k, v in value.items() if k not in ("epoch", "epochs")}
    return [_without_epochs(item) for item in value] if isinstance(value, list) else value


def _was_accepted(answer: Observation) -> bool:
    return answer.get("error") == "NONE"

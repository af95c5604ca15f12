"""Plays a trace of the pipeline module on a broker, and asks the claim of what it shows.

An input is its offset, and an output has the number of its input for a value. An instance loses the
partition when its member leaves the group behind its back, as at the end of its session. Markers
are written by the broker itself and are waited for.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable
from typing import Any, Final

from kafka_tck.adapters.target import Misuse, Target, TargetOptions
from kafka_tck.model.pipeline import Pipelines, pipeline
from kafka_tck.model.run import holds_in
from kafka_tck.properties.traces.asking import PATIENCE, TOPIC, Otherwise, made_topic
from kafka_tck.properties.traces.grouping import INPUTS, GroupRequests, Membership
from kafka_tck.properties.traces.saved import SavedTrace, Step
from kafka_tck.properties.traces.transacting import (
    OLD_PRODUCE,
    Transactor,
    accepted,
    newest_versions,
    plain,
)

OLD_END: Final = 3
JOIN_GROUP_KEY: Final = 11
READ_COMMITTED: Final = 1


def pipeline_options(trace: SavedTrace, nodes: int = 1) -> TargetOptions:
    """One broker is enough: the nodes of the trace are clients."""
    return TargetOptions(nodes=nodes)


class PipelinePlayer:
    """One playing of one trace on one target."""

    def __init__(self, target: Target, trace: SavedTrace) -> None:
        self.target = target
        self.trace = trace
        self.given = Pipelines(**trace.settings)
        if JOIN_GROUP_KEY not in newest_versions(target):
            raise Misuse(f"{target.name} has no members of groups (JoinGroup), which traces need")
        self.group = GroupRequests(target)
        names = ["one" if self.given.one_id else f"own-{n}" for n in range(self.given.nodes)]
        self.producers = [Transactor(target, name) for name in names]
        self.epochs = [-1] * self.given.nodes
        self.sequences = [0] * self.given.nodes
        self.members = [Membership()] * self.given.nodes
        self.owner = 0

    def play(self) -> tuple[list[str], bool]:
        """What each step came to, and whether the trace's claim is true of what is there now."""
        made_topic(self.target, TOPIC, 1, PATIENCE)
        made_topic(self.target, INPUTS, 1, PATIENCE)
        self.members[0] = self.group.join()
        lines: list[str] = []
        before: Any = self.trace.initial
        for at, step in enumerate(self.trace.steps, 1):
            try:
                said = self._played(step.action)(step)
            except Otherwise as otherwise:
                lines.append(f"{at:3}  {step.said:40} goes another way: {otherwise}")
                break
            before = step.state
            lines.append(f"{at:3}  {step.said:40} {said}")
        return lines, self._is_true(before)

    def _played(self, action: str) -> Callable[[Step], str]:
        played: dict[str, Callable[[Step], str]] = {
            "group_rebalances": self._rebalance,
            "instance_joins": self._join,
            "instance_processes": self._process,
            "instance_sends_offset": self._send_offset,
            "instance_commits": self._commit,
            "instance_commits_offset": self._commit_offset,
            "coordinator_marks_output": self._wait_for_output,
            "coordinator_marks_offset": self._wait_for_offset,
            "coordinator_completes": self._wait_for_completion,
            "transaction_is_aborted": self._abort,
        }
        if action not in played:
            raise Misuse(f"{action} cannot be played")
        return played[action]

    # Steps.

    def _rebalance(self, step: Step) -> str:
        self.group.leave(self.members[self.owner])
        self.owner = step.parameters["owner"]
        self.members[self.owner] = self.group.join()
        return f"generation {self.members[self.owner].generation} is of instance {self.owner}"

    def _join(self, step: Step) -> str:
        """InitProducerId before the offset is asked for: what it aborts is pending no more."""
        instance = step.parameters["instance"]
        found: list[tuple[str, int]] = []

        def answered() -> bool | None:
            found.append(self.producers[instance].initialize())
            return None if found[-1][0] == "CONCURRENT_TRANSACTIONS" else True

        self.target.clock.until(answered, PATIENCE)
        error, self.epochs[instance] = found[-1]
        accepted(error, "")
        self.sequences[instance] = 0
        error, offset = self._offset(self.given.require_stable)
        wanted = step.state[f"instances.{instance}.position"]
        if error == "NONE" and offset != wanted:
            raise Otherwise(f"it begins at {offset}, not at {wanted}")
        return accepted(error, f"begins at offset {offset}")

    def _process(self, step: Step) -> str:
        instance = step.parameters["instance"]
        producer, epoch = self.producers[instance], self.epochs[instance]
        number = step.state[f"instances.{instance}.position"]
        accepted(producer.add_partition(epoch, 0), "")
        error = producer.produce(OLD_PRODUCE, epoch, 0, self.sequences[instance], number)
        self.sequences[instance] += 1
        return accepted(error, f"writes the output of input {number}")

    def _send_offset(self, step: Step) -> str:
        instance = step.parameters["instance"]
        member = self.members[instance] if self.given.group_metadata else Membership()
        offset = step.state[f"instances.{instance}.pending"]
        error = self.group.send_offset(
            self.producers[instance], self.epochs[instance], member, offset
        )
        return accepted(error, f"offset {offset} is pending")

    def _commit(self, step: Step) -> str:
        return self._end(step, commit=True)

    def _abort(self, step: Step) -> str:
        return self._end(step, commit=False)

    def _end(self, step: Step, *, commit: bool) -> str:
        instance = step.parameters["instance"]
        error = self.producers[instance].end(OLD_END, self.epochs[instance], commit)
        return accepted(error, "EndTxn, " + ("commit" if commit else "abort"))

    def _commit_offset(self, step: Step) -> str:
        instance = step.parameters["instance"]
        offset = step.state["committed"]
        error = self.group.commit_offset(self.members[instance], offset)
        return accepted(error, f"offset {offset} is committed")

    def _wait_for_output(self, step: Step) -> str:
        wanted = [count for (count,) in step.state["outputs"]]
        self._until(lambda: self._outputs() >= wanted, "the output is committed")
        return f"committed outputs by input: {self._outputs()}"

    def _wait_for_offset(self, step: Step) -> str:
        wanted = step.state["committed"]
        self._until(lambda: self._offset()[1] == wanted, f"offset {wanted}")
        return f"offset {wanted} is committed"

    def _wait_for_completion(self, step: Step) -> str:
        producer = self.producers[step.parameters["instance"]]
        self._until(lambda: not producer.members(), "the transaction is over")
        return "the transaction is over"

    def _until(self, condition: Callable[[], bool], what: str) -> None:
        if self.target.clock.until(lambda: condition() or None, PATIENCE) is None:
            raise Otherwise(f"it does not come about: {what}")

    # Looking.

    def _offset(self, stable: bool = False) -> tuple[str, int]:
        """Where the group goes on: at 0 if nothing is committed."""
        error, offset = self.group.fetch_offset(stable)
        return error, max(0, offset)

    def _outputs(self) -> list[int]:
        """How many committed outputs each input has."""
        entries, _ = self.producers[0].read(0, READ_COMMITTED)
        counts = Counter(one.record for one in entries)
        return [counts[number] for number in range(self.given.inputs)]

    def _is_true(self, state: Any) -> bool:
        """The trace's claim, of the outputs and the offset that are there."""
        if self.trace.claim not in pipeline.anomalies:
            raise Misuse(f"{self.trace.claim} is not an anomaly that a broker could show")
        observed = {name: plain(value) for name, value in state.items()}
        observed["outputs"] = tuple((count,) for count in self._outputs())
        observed["committed"] = self._offset()[1]
        return holds_in(pipeline, pipeline.anomalies[self.trace.claim].claim, observed, self.given)

"""Plays a trace of the transactions module on a broker, and asks the claim of what it shows.

Producers are raw connections, so a request that is late or comes twice is one that is sent when
the trace says that it is handled. Markers are written by the broker itself and are waited for. A
record is written in the same step in which its leader verifies it: a broker leaves no time between.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import Any, Final

from kafka_tck.adapters.target import Misuse, Target, TargetOptions
from kafka_tck.model.run import holds_in
from kafka_tck.model.transactions import Transactions, transactions
from kafka_tck.properties.traces.asking import PATIENCE, TOPIC, Otherwise, made_topic
from kafka_tck.properties.traces.saved import SavedTrace, Step
from kafka_tck.properties.traces.transacting import (
    COMMIT,
    NEW_PRODUCE,
    OLD_PRODUCE,
    Transactor,
    accepted,
    newest_versions,
    plain,
)

PRODUCE_KEY: Final = 0
VERIFICATION: Final = "transaction.partition.verification.enable"
READ_UNCOMMITTED, READ_COMMITTED = 0, 1


def transaction_options(trace: SavedTrace, nodes: int = 1) -> TargetOptions:
    """One broker leads every partition of the trace."""
    config = {VERIFICATION: str(trace.settings["verification"]).lower()}
    return TargetOptions(nodes=nodes, config=config)


class TransactionPlayer:
    """One playing of one trace on one target."""

    def __init__(self, target: Target, trace: SavedTrace) -> None:
        self.target = target
        self.trace = trace
        self.given = Transactions(**trace.settings)
        self.shown: set[int] = set()
        self.transactor = Transactor(target, TOPIC)
        self.end_version = 5 if self.given.bumps else 3
        self.produce_version = NEW_PRODUCE if self.given.bumps else OLD_PRODUCE
        self.steps = in_order(trace.steps)
        newest = newest_versions(target)[PRODUCE_KEY]
        if newest < self.produce_version:
            raise Misuse(f"{target.name} has Produce up to v{newest}, not v{self.produce_version}")

    def play(self) -> tuple[list[str], bool]:
        """What each step came to, and whether the trace's claim is true of what is there now.

        Plays the steps as far as the broker goes that way. Raises `Otherwise` if it cannot begin.
        """
        made_topic(self.target, TOPIC, self.given.nodes, PATIENCE)
        error, epoch = self.transactor.initialize()
        if (error, epoch) != ("NONE", 0):
            raise Otherwise(f"a new transactional id gets {error}, epoch {epoch}")
        lines: list[str] = []
        before: Any = self.trace.initial
        for at, step in self.steps:
            try:
                said = self._play(step)
            except Otherwise as otherwise:
                lines.append(f"{at:3}  {step.said:60} goes another way: {otherwise}")
                break
            before = step.state
            if said is not None:
                lines.append(f"{at:3}  {step.said:60} {said}")
        return lines, self._is_true(before)

    def _play(self, step: Step) -> str | None:
        """What a step comes to; None if nothing is to be seen of it."""
        if step.action.startswith("producer_") or step.action == "leader_verifies":
            return None
        played: dict[str, Callable[[Step], str]] = {
            "coordinator_adds_partition": self._add,
            "coordinator_handles_end_v4": self._end,
            "coordinator_handles_end_v5": self._end,
            "coordinator_aborts_by_itself": self._fence,
            "coordinator_initializes_producer": self._initialize,
            "coordinator_completes": self._wait_for_completion,
            "leader_appends": self._append,
            "leader_writes_marker": self._wait_for_marker,
            "leader_gets_late_marker": self._mark,
            "consumer_reads": self._read,
        }
        if step.action not in played:
            raise Misuse(f"{step.action} cannot be played")
        return played[step.action](step)

    # Steps.

    def _add(self, step: Step) -> str:
        partition = step.parameters["partition"]
        error = self.transactor.add_partition(step.parameters["epoch"], partition)
        return accepted(error, f"partition {partition} is added")

    def _end(self, step: Step) -> str:
        commit = step.parameters["end"] == COMMIT
        error = self.transactor.end(self.end_version, step.parameters["epoch"], commit)
        return accepted(error, f"EndTxn v{self.end_version}, {'commit' if commit else 'abort'}")

    def _fence(self, step: Step) -> str:
        """A new instance asks while the transaction goes on."""
        error, _ = self.transactor.initialize()
        return accepted("NONE" if error == "CONCURRENT_TRANSACTIONS" else error, "is aborted")

    def _initialize(self, step: Step) -> str:
        wanted = len(step.state["producers"]) - 1
        found: list[tuple[str, int]] = []

        def answered() -> bool | None:
            found.append(self.transactor.initialize())
            return None if found[-1][0] == "CONCURRENT_TRANSACTIONS" else True

        self.target.clock.until(answered, PATIENCE)
        error, epoch = found[-1]
        if error == "NONE" and epoch != wanted:
            raise Otherwise(f"epoch {epoch}, {wanted} in the trace")
        return accepted(error, f"epoch {epoch}")

    def _append(self, step: Step) -> str:
        number = step.parameters["record"]
        records = self.trace.steps[-1].state["records"]
        epoch, _, partition, *_ = records[number]
        mine = [r for r, one in enumerate(records) if (one[0], one[2]) == (epoch, partition)]
        error = self.transactor.produce(
            self.produce_version, epoch, partition, mine.index(number), number
        )
        return accepted(error, f"record {number} is written")

    def _wait_for_marker(self, step: Step) -> str:
        partition = step.parameters["leader"]
        length = len(step.state[f"leaders.{partition}.log"])
        if self.target.clock.until(lambda: self._has(partition, length), PATIENCE) is None:
            raise Otherwise(f"partition {partition} gets no marker")
        return f"partition {partition} has its marker"

    def _wait_for_completion(self, step: Step) -> str:
        done = self.target.clock.until(lambda: not self.transactor.members() or None, PATIENCE)
        if done is None:
            raise Otherwise("the transaction is not completed")
        return "the transaction is over"

    def _has(self, partition: int, length: int) -> bool | None:
        entries, _ = self.transactor.read(partition, READ_UNCOMMITTED)
        return True if len(entries) >= length else None

    def _mark(self, step: Step) -> str:
        commit = step.parameters["end"] == COMMIT
        error = self.transactor.write_marker(
            self.given.marker_version, step.parameters["epoch"], step.parameters["leader"], commit
        )
        return accepted(error, "the marker is written once more")

    def _read(self, step: Step) -> str:
        partition, offset = step.parameters["leader"], step.parameters["offset"]
        committed = self.given.isolation_level == "read_committed"
        level = READ_COMMITTED if committed else READ_UNCOMMITTED
        entries, stable = self.transactor.read(partition, level)
        given = [one.record for one in entries if one.offset == offset]
        if not given:
            raise Otherwise(f"offset {offset} is not given; the last stable offset is {stable}")
        self.shown.update(given)
        return f"record {given[0]} is given"

    # Looking.

    def _is_true(self, state: Any) -> bool:
        """The trace's claim, of what producers had asked for then and what the broker has now."""
        claims = {**transactions.anomalies, **transactions.sometimes_claims}
        if self.trace.claim not in claims:
            raise Misuse(f"{self.trace.claim} is not an anomaly that a broker could show")
        claim = claims[self.trace.claim].claim
        return holds_in(transactions, claim, self._observed(state), self.given)

    def _observed(self, state: Any) -> dict[str, Any]:
        found = {name: plain(value) for name, value in state.items()}
        members = self.transactor.members()
        written: set[int] = set()
        for n in range(self.given.nodes):
            entries, stable = self.transactor.read(n, READ_UNCOMMITTED)
            found[f"leaders.{n}.log"] = tuple((one.kind, one.record) for one in entries)
            found[f"leaders.{n}.first_open"] = stable if stable < len(entries) else -1
            found[f"members.{n}"] = n in members
            written |= {one.record for one in entries}
        found["records"] = tuple(
            (*one[:3], number in written, number in self.shown)
            for number, one in enumerate(found["records"])
        )
        return found


def in_order(steps: tuple[Step, ...]) -> list[tuple[int, Step]]:
    """The steps with their numbers, and each record written where its leader verified."""
    found = dict(enumerate(steps, 1))
    for at, step in enumerate(steps, 1):
        if step.action == "leader_verifies":
            leader = step.parameters["leader"]
            later = (n for n in range(at + 1, len(steps) + 1) if _is_of(steps[n - 1], leader))
            then = next(later, at)
            if found[then].action == "leader_appends":
                found[at] = replace(found.pop(then), state=step.state)
    return list(found.items())


def _is_of(step: Step, leader: int) -> bool:
    return step.parameters.get("leader") == leader

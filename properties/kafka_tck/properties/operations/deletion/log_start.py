"""Looking at the start of a log, also after a node was killed behind a deletion."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from kafka_tck.adapters.target import Faults
from kafka_tck.model.ledger import Ledger
from kafka_tck.model.sources import Code
from kafka_tck.properties.belief import Belief, PartitionBelief
from kafka_tck.properties.claims import Claim, Judgement, Observation, claim, claim_that
from kafka_tck.properties.operations.deletion.deletion import DeleteRecords
from kafka_tck.properties.operations.fetching.fetch import Fetch
from kafka_tck.properties.operations.fetching.reading import read_all, records_of
from kafka_tck.properties.operations.offsets.offsets import ListOffsets
from kafka_tck.properties.operations.operation import Operation
from kafka_tck.properties.operations.relearning import stored_as_seen
from kafka_tck.properties.operations.topics.topics import MakeTopic
from kafka_tck.properties.requirement import Requirement
from kafka_tck.properties.world import TargetGone, World

log_start_never_falls = Requirement(
    "deletion.the-log-start-never-falls",
    "While the broker runs, the log start never falls and never exceeds the HW.",
    Code("UnifiedLog.maybeIncrementLogStartOffset"),
    covers=("A-12",),
)

deleted_offsets_cannot_be_read = Requirement(
    "deletion.deleted-offsets-cannot-be-read",
    "A read right below the log start is OFFSET_OUT_OF_RANGE, and one at it succeeds.",
    Code("UnifiedLog.checkLogStartOffset"),
    covers=("A-54",),
    mutants=("reads-below-log-start",),
)

killed_brokers_keep_what_was_written = Requirement(
    "deletion.a-killed-broker-returns-only-deleted-records",
    "After a broker was killed the log start may be lower than before, so that deleted records "
    "can be read again; what then stands there is what was stored, and nothing else is lost.",
    Code("LogManager.checkpointLogStartOffsets; LogLoader.load"),
    covers=("A-13",),
    needs=frozenset({"fault.kill"}),
    mutants=("recovery-believes-nothing",),
)


@dataclass(frozen=True)
class LookAtStart(Operation, kind="look_at_start"):
    """Asks for the log start and the end, and reads below and at the start."""

    topic: str
    partition: int

    def perform(self, world: World) -> Observation:
        start = ListOffsets(self.topic, self.partition, -2).perform(world)
        end = ListOffsets(self.topic, self.partition, -1).perform(world)
        if "silence" in start or "silence" in end:
            return {"silence": start.get("silence", end.get("silence"))}
        below = Fetch(self.topic, self.partition, start["offset"] - 1).perform(world)
        at = Fetch(self.topic, self.partition, start["offset"]).perform(world)
        reads = [read.get("error", "no answer") for read in (below, at)]
        return {"start": start["offset"], "hw": end["offset"], "reads": reads}

    def judge(self, world: World, belief: Belief, seen: Observation) -> Sequence[Judgement]:
        if "silence" in seen:
            return [Judgement((), belief)]
        known = belief.at(self.topic, self.partition)
        in_order = claim_that(
            log_start_never_falls.id,
            known["log_start"] <= seen["start"] <= seen["hw"],
            expected=f"from {known['log_start']} to the HW {seen['hw']}",
            actual=seen["start"],
            because=f"the log start has been {known['log_start']}",
        )
        readable = claim(
            deleted_offsets_cannot_be_read.id,
            seen["reads"],
            ["OFFSET_OUT_OF_RANGE", "NONE"],
            because=f"the log starts at {seen['start']}",
        )
        return [Judgement((in_order, readable), belief)]


@dataclass(frozen=True)
class DeleteThenKill(Operation, kind="delete_then_kill"):
    """Deletes records, kills the node at once, starts it again, and reads all that is there."""

    topic: str
    partition: int
    before: int
    node: int

    def perform(self, world: World) -> Observation:
        DeleteRecords(self.topic, self.partition, self.before).perform(world)
        world.drop_all()
        assert isinstance(world.target, Faults)
        world.target.kill(self.node)
        world.target.start(self.node)
        for topic in world.ids:
            count = sum(1 for place in world.leaders if place[0] == topic)
            if world.until(lambda t=topic, n=count: MakeTopic(t, n).usable(world)) is None:  # type: ignore[misc]
                raise TargetGone(f"topic {topic} cannot be used after the node was killed")
        return read_all(world, self.topic, self.partition)

    def judge(self, world: World, belief: Belief, seen: Observation) -> Sequence[Judgement]:
        if "silence" in seen:
            return [Judgement((), belief)]
        known = belief.at(self.topic, self.partition)
        started, kept = self._claims(known, seen)
        batches = tuple(stored_as_seen(batch) for batch in seen["batches"])
        lineage = known.ledger.lineage.starting_at(seen["start"])
        state = {**known.state, "log_start": seen["start"]}
        after = PartitionBelief(state, Ledger(batches, lineage)).led_under(seen["epoch"])
        after_all = belief.with_partition(self.topic, self.partition, after)
        return [Judgement((started, kept), after_all)]

    def _claims(self, known: PartitionBelief, seen: Observation) -> tuple[Claim, Claim]:
        highest = known["hw"] if self.before == -1 else self.before
        bound = max(known["log_start"], highest) if highest <= known["hw"] else known["log_start"]
        started = claim_that(
            killed_brokers_keep_what_was_written.id,
            0 <= seen["start"] <= bound,
            expected=f"a log start of at most {bound}",
            actual=seen["start"],
            because="this was the log start before the kill, and the checkpoint may be older",
        )
        first = max(seen["start"], known["log_start"])
        kept = claim(
            killed_brokers_keep_what_was_written.id,
            (seen["end"], records_of(seen["batches"], first)),
            (known["leo"], _records(known, first)),
            because="an acknowledged write outlives the process that took it",
        )
        return started, kept


def _records(known: PartitionBelief, start: int) -> list[Any]:
    return [
        [e.offset, e.timestamp, e.key, e.value, [list(h) for h in e.headers]]
        for e in known.ledger.entries(start, known["leo"])
    ]

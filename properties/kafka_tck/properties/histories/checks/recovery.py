"""A cluster that does not come back, although nothing is wrong any more."""

from collections.abc import Iterator

from kafka_tck.model.sources import Text
from kafka_tck.properties.histories.checks.needs import NEEDS
from kafka_tck.properties.histories.finding import Found
from kafka_tck.properties.histories.history import NEVER, History
from kafka_tck.properties.requirement import Requirement

requirement = Requirement(
    "history.clusters-recover",
    "Within a bound after the last fault is undone every replica is in sync, every partition "
    "takes a write with acks=all, a consumer reads it at every replica, no transaction that "
    "nobody goes on with holds back readers of what is committed, and a group takes a member.",
    Text("Kafka's TLA+ specification of replication", "liveness"),
    covers=("B-79", "B-35"),
    needs=NEEDS,
)


def check(history: History) -> Iterator[Found]:
    if history.settled is None:
        return
    at, settled = history.settled
    calm = () if history.calm_at == NEVER else (history.calm_at,)
    for missing in settled.missing:
        yield Found(
            requirement.id,
            "",
            f"{settled.bound_ms / 1000:.0f} s after the last fault was undone {missing}",
            (*calm, at),
        )

"""Requirements on sessions, rebalance timeouts and restarts of consumer groups."""

from kafka_tck.model.sources import KIP, Code
from kafka_tck.properties.operations.consumer_groups.laws import FEATURE
from kafka_tck.properties.requirement import Requirement

session_timeout = Requirement(
    "consumer-groups.silent-members-are-removed",
    "A member that sends no heartbeat for consumer.session.timeout.ms is removed: what it had goes "
    "to others in another epoch; whoever asks in time stays.",
    KIP(848, "group.consumer.session.timeout.ms"),
    covers=("F-65", "F-89"),
    needs=FEATURE,
    mutants=(
        "silent-consumers-stay",
        "heartbeats-renew-nothing",
    ),
)

rebalance_timeout = Requirement(
    "consumer-groups.who-gives-nothing-up-is-removed",
    "A member that does not confirm within its rebalance timeout that it gave up what it must is "
    "removed, although it sends heartbeats.",
    KIP(848, "Rebalance Timeout"),
    covers=("F-66",),
    needs=FEATURE,
    mutants=("revocations-may-take-for-ever",),
)

after_restart = Requirement(
    "consumer-groups.a-restart-forgets-nobody",
    "After a restart of its coordinator a group has the members, epochs and partitions that it "
    "had, and members go on without joining anew.",
    Code("GroupMetadataManager.replay"),
    covers=("F-60", "F-70"),
    needs=FEATURE | {"fault.restart"},
    mutants=(
        "consumer-members-are-forgotten",
        "owners-are-forgotten",
        "targets-are-forgotten",
    ),
)

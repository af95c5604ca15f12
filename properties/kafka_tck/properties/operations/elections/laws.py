"""Requirements on elections and on eligible leader replicas, as clients see them."""

from typing import Final

from kafka_tck.model.sources import KIP, Code
from kafka_tck.properties.requirement import Requirement

THREE: Final = frozenset({"nodes.3", "fault.kill", "fault.cut", "fault.pause"})

preferred_elections_tell = Requirement(
    "election.preferred-elections-say-whether-they-were-held",
    "A preferred election of a partition that its first replica leads is ELECTION_NOT_NEEDED; one "
    "whose first replica is not in sync, or does not run, is PREFERRED_LEADER_NOT_AVAILABLE.",
    KIP(460, "ElectLeaders"),
    covers=("B-50", "B-55", "G-44"),
    needs=THREE,
    mutants=("says-none-of-needless-elections", "calls-the-preferred-unavailable"),
)

the_preferred_leads = Requirement(
    "election.the-first-replica-leads-after-a-preferred-election",
    "After a preferred election that was held the first replica of the assignment leads, in a new "
    "leader epoch.",
    KIP(460, "ElectLeaders"),
    covers=("B-50", "B-47"),
    needs=THREE,
    mutants=("holds-no-preferred-elections",),
)

only_in_sync = Requirement(
    "election.a-preferred-election-is-never-unclean",
    "A preferred election makes nobody leader who is not in sync.",
    Code("PartitionChangeBuilder.electPreferredLeader"),
    covers=("B-50",),
    needs=THREE,
    mutants=("elects-the-preferred-out-of-sync", "prefers-an-eligible-to-those-in-sync"),
)

unclean_elections_tell = Requirement(
    "election.unclean-elections-are-for-partitions-without-a-leader",
    "An unclean election of a partition that has a leader is ELECTION_NOT_NEEDED; one of which no "
    "replica runs is ELIGIBLE_LEADERS_NOT_AVAILABLE; any other is held.",
    KIP(460, "ElectLeaders"),
    covers=("B-54", "B-55"),
    needs=THREE,
    mutants=(
        "holds-unclean-elections-against-a-leader",
        "says-preferred-of-unclean-elections",
    ),
)

unclean_leaders_stand_alone = Requirement(
    "election.an-unclean-leader-is-the-first-that-runs",
    "An unclean election makes the first running replica of the assignment the leader, in a new "
    "leader epoch; nobody who was in sync before, and does not run, is in sync with it.",
    Code("PartitionChangeBuilder.electAnyLeader"),
    covers=("B-53",),
    needs=THREE,
    mutants=("unclean-elections-keep-the-isr",),
)

all_tells_of_changes = Requirement(
    "election.an-election-of-all-tells-only-of-those-that-needed-one",
    "ElectLeaders without a list means all partitions, and leaves out those that need no election.",
    KIP(460, "ElectLeaders"),
    covers=("B-55",),
    needs=THREE,
    mutants=("tells-of-needless-elections-of-all",),
)

unknown_partitions_tell = Requirement(
    "election.unknown-partitions-are-not-elected-for",
    "ElectLeaders for a topic or a partition that is none is UNKNOWN_TOPIC_OR_PARTITION.",
    KIP(460, "ElectLeaders"),
    covers=("B-55",),
    needs=THREE,
    mutants=("finds-elections-of-the-unknown-needless",),
)

the_first_in_sync_leads = Requirement(
    "election.the-first-replica-in-sync-leads-next",
    "When a leader ends, the first of the assignment that is in sync and runs leads; where nobody "
    "is, the first such of the eligible leader replicas; else nobody does.",
    Code("PartitionChangeBuilder.electAnyLeader"),
    covers=("B-49", "B-52", "B-58"),
    needs=THREE,
    mutants=("elects-the-last-replica", "leaves-the-eligible-out"),
)

elr_is_out_of_sync = Requirement(
    "elr.nobody-in-sync-is-eligible-besides",
    "No eligible leader replica is in the ISR; who is elected from among them leaves them.",
    KIP(966),
    covers=("B-57", "B-58"),
    needs=THREE,
    since=(4, 1),
    mutants=("the-elected-stays-eligible",),
)

elr_ends_at_the_minimum = Requirement(
    "elr.empty-with-enough-in-sync",
    "With min.insync.replicas in sync nobody else is eligible to lead.",
    KIP(966),
    covers=("B-57",),
    needs=THREE,
    since=(4, 1),
    mutants=("keeps-who-left-eligible",),
)

elr_makes_up_the_minimum = Requirement(
    "elr.who-leaves-a-small-isr-stays-eligible",
    "While fewer than min.insync.replicas are in sync, they and the eligible leader replicas are "
    "as many at least, unless an election was unclean or one of them ended uncleanly.",
    KIP(966),
    covers=("B-57",),
    needs=THREE,
    since=(4, 1),
    mutants=("keeps-nobody-eligible",),
)

unclean_ends_cost_the_place = Requirement(
    "elr.an-unclean-end-costs-the-place",
    "A broker that ended without a clean shutdown is not eligible to lead when it is back, before "
    "it has been in sync again.",
    KIP(966, "unclean shutdown"),
    covers=("B-57", "B-59"),
    needs=THREE,
    since=(4, 1),
    mutants=("unclean-ends-cost-nothing",),
)

ELECTIONS: Final = (
    preferred_elections_tell,
    the_preferred_leads,
    only_in_sync,
    unclean_elections_tell,
    unclean_leaders_stand_alone,
    all_tells_of_changes,
    unknown_partitions_tell,
    the_first_in_sync_leads,
)

ELIGIBLE: Final = (
    elr_is_out_of_sync,
    elr_ends_at_the_minimum,
    elr_makes_up_the_minimum,
    unclean_ends_cost_the_place,
)

"""Requirements on replicated partitions, as clients see them."""

from typing import Final

from kafka_tck.model.sources import KIP, Code, Docs
from kafka_tck.properties.requirement import Requirement

THREE: Final = frozenset({"nodes.3", "fault.kill"})

acknowledged_records_stay = Requirement(
    "replication.acknowledged-records-stay",
    "A record that was acknowledged with acks=all is at its offset for every reader, whoever leads "
    "and however many processes ended, as long as elections are clean.",
    Docs("acks=all, replication guarantees"),
    covers=("B-31", "B-26"),
    needs=THREE,
    mutants=("acknowledges-for-the-leader-alone", "commits-for-the-leader-alone"),
)

what_was_read_stays = Requirement(
    "replication.what-was-read-stays",
    "A record that a consumer has read is at its offset for every later reader, also after the "
    "leader has changed.",
    Docs("only committed messages are given out to the consumer"),
    covers=("B-18", "B-20"),
    needs=THREE,
    mutants=("shows-what-is-not-committed",),
)

nothing_is_invented = Requirement(
    "replication.records-are-neither-invented-nor-repeated",
    "Every record that is read was sent, and is at one offset only.",
    Docs("delivery semantics"),
    covers=("B-18",),
    needs=THREE,
)

small_isrs_refuse = Requirement(
    "replication.too-few-in-sync-refuse-acks-all",
    "With fewer replicas in sync than min.insync.replicas a batch with acks=all is refused with "
    "NOT_ENOUGH_REPLICAS and appended nowhere.",
    Code("Partition.appendRecordsToLeader"),
    covers=("B-25",),
    needs=THREE,
    mutants=("takes-acks-all-with-too-few",),
)

small_isrs_commit_nothing = Requirement(
    "replication.too-few-in-sync-commit-nothing",
    "While fewer replicas are in sync than min.insync.replicas the high watermark stands still: "
    "what is written with acks=1 is accepted and cannot be read.",
    KIP(966, "strict min ISR"),
    covers=("B-15", "B-24"),
    needs=THREE,
    since=(3, 8),
    mutants=("commits-with-too-few",),
)

leaderless_partitions_say_so = Requirement(
    "replication.leaders-are-replicas-in-sync",
    "Metadata names as leader of a partition a member of its ISR, and the ISR are replicas of it.",
    Code("PartitionRegistration; KRaftMetadataCache"),
    covers=("B-52",),
    needs=THREE,
)

epochs_rise_with_leaders = Requirement(
    "replication.another-leader-has-a-later-epoch",
    "When another broker leads, the leader epoch is higher; it never falls.",
    Code("PartitionChangeBuilder"),
    covers=("B-47",),
    needs=THREE,
    mutants=("elects-without-a-new-epoch",),
)

everything_recovers = Requirement(
    "replication.replicas-come-back-into-sync",
    "When all brokers run again, all replicas are in sync again, and everything written is "
    "readable.",
    Docs("replication"),
    covers=("B-79",),
    needs=THREE,
    mutants=("never-takes-a-follower-in",),
)

followers_serve_committed = Requirement(
    "replication.followers-serve-only-what-is-committed",
    "A replica that does not lead answers a consumer (from Fetch v11 on) with a prefix of what is "
    "committed.",
    KIP(392),
    covers=("B-81", "B-82"),
    needs=THREE,
)

ALL: Final = (
    acknowledged_records_stay,
    what_was_read_stays,
    nothing_is_invented,
    small_isrs_refuse,
    small_isrs_commit_nothing,
    leaderless_partitions_say_so,
    epochs_rise_with_leaders,
    everything_recovers,
    followers_serve_committed,
)

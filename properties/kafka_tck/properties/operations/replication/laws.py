"""Requirements on replicated partitions, as clients see them."""

from typing import Final

from kafka_tck.model.sources import KIP, Code, Docs
from kafka_tck.properties.requirement import Requirement

THREE: Final = frozenset({"nodes.3", "fault.kill"})
CUT: Final = THREE | {"fault.cut"}
ISOLATE: Final = CUT | {"fault.cut_controllers"}

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

nothing_past_the_high_watermark = Requirement(
    "replication.nothing-is-read-past-the-high-watermark",
    "A consumer is given no record at or behind the high watermark that was in force.",
    Code("UnifiedLog.read; FetchIsolation.HIGH_WATERMARK"),
    covers=("B-20",),
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
    "Metadata names as leader of a partition a member of its ISR; the ISR are replicas of it that "
    "are not offline, but for the last one of a partition that nobody leads.",
    Code("PartitionRegistration; KRaftMetadataCache"),
    covers=("B-52", "B-36"),
    needs=THREE,
    mutants=("forgets-who-is-fenced",),
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
    mutants=("never-takes-a-follower-in", "never-cuts-its-log", "cuts-one-too-few"),
)

followers_serve_committed = Requirement(
    "replication.followers-serve-only-what-is-committed",
    "A replica that does not lead answers a consumer (from Fetch v11 on) with a prefix of what is "
    "committed.",
    KIP(392),
    covers=("B-81", "B-82", "B-19"),
    needs=THREE,
    mutants=("follows-without-epochs", "commits-what-it-has-fetched"),
)

acks_all_waits_for_all = Requirement(
    "replication.acks-all-waits-for-every-member",
    "A batch with acks=all is acknowledged when every member of the ISR has it, and not before: "
    "until then the answer is REQUEST_TIMED_OUT, with the offset at which it was appended.",
    Code("DelayedProduce; Partition.checkEnoughReplicasReachOffset"),
    covers=("B-26", "B-28", "B-11"),
    needs=CUT,
    mutants=(
        "acknowledges-for-the-leader-alone",
        "commits-for-the-leader-alone",
        "commits-for-a-majority",
        "times-out-without-an-offset",
    ),
)

laggards_stop_nobody = Requirement(
    "replication.laggards-leave-the-isr",
    "A follower that lags for longer than replica.lag.time.max.ms leaves the ISR, and what waited "
    "for it is acknowledged if enough others are in sync.",
    Code("ReplicaManager.maybeShrinkIsr; Partition.getOutOfSyncReplicas"),
    covers=("B-34", "B-07", "B-11"),
    needs=CUT,
    mutants=("never-leaves-a-laggard-out", "waits-for-all-replicas"),
)

shrinking_fails_nothing_early = Requirement(
    "replication.a-smaller-isr-fails-nothing-early",
    "What was appended before the ISR became smaller than min.insync.replicas waits on, and ends "
    "with REQUEST_TIMED_OUT; NOT_ENOUGH_REPLICAS_AFTER_APPEND is for what is committed by then.",
    Code("Partition.checkEnoughReplicasReachOffset"),
    covers=("B-27", "B-28"),
    needs=CUT,
    since=(3, 8),
    mutants=("gives-up-when-the-isr-shrinks",),
)

repetitions_wait_too = Requirement(
    "replication.a-repeated-batch-waits-for-the-first",
    "An idempotent batch that is sent again with acks=all is acknowledged when the first one is, "
    "with the same offset.",
    Code("ReplicaManager.appendRecords; DelayedProduce"),
    covers=("B-30",),
    needs=CUT,
    mutants=("acknowledges-repetitions-at-once",),
)

members_have_what_is_committed = Requirement(
    "replication.members-of-the-isr-have-what-is-committed",
    "Whoever is in the ISR has every record that was acknowledged with acks=all or shown to a "
    "consumer; a follower enters it when it has all that is committed.",
    KIP(966, "leader candidates are complete"),
    covers=("B-62", "B-35", "B-76"),
    needs=CUT,
    mutants=(
        "takes-a-follower-in-at-once",
        "believes-a-stale-high-watermark",
        "cuts-back-to-its-high-watermark",
        "raises-its-high-watermark-when-elected",
    ),
)

bounds_do_not_fall = Requirement(
    "replication.bounds-do-not-fall",
    "While one broker leads in one epoch its high watermark does not fall; where records were "
    "deleted the log starts behind them, whoever leads of those that have not crashed since.",
    Code("UnifiedLog.maybeIncrementHighWatermark, maybeIncrementLogStartOffset"),
    covers=("B-13", "B-71"),
    needs=THREE,
    mutants=("deletes-for-the-leader-alone",),
)

log_starts_can_be_read = Requirement(
    "replication.the-earliest-offset-can-be-read",
    "A fetch at the leader from the offset that ListOffsets(earliest) names there is not out of "
    "range, whoever has led before.",
    Code("UnifiedLog.logStartOffset; Partition.readRecords"),
    covers=("A-39", "B-71"),
    needs=THREE,
    mutants=("begins-at-zero-after-an-election",),
)

who_is_fenced_leaves = Requirement(
    "replication.who-is-not-heard-leaves-the-isr",
    "A follower that controllers do not hear for broker.session.timeout.ms is fenced and leaves "
    "every ISR, also while it goes on fetching.",
    KIP(841),
    covers=("B-63", "B-36"),
    needs=ISOLATE,
    since=(3, 9),
    mutants=("never-fences",),
)

latest_is_not_before_committed = Requirement(
    "replication.the-latest-offset-is-behind-nothing-committed",
    "ListOffsets(latest) gives an offset behind all that is committed; a new leader that does not "
    "know it yet says OFFSET_NOT_AVAILABLE.",
    KIP(207),
    covers=("A-43", "B-18"),
    needs=THREE,
    mutants=("tells-a-stale-latest-offset",),
)

followers_send_away = Requirement(
    "replication.followers-send-away-who-wants-the-leader",
    "A replica that does not lead answers Produce, ListOffsets and OffsetForLeaderEpoch with "
    "NOT_LEADER_OR_FOLLOWER.",
    Code("ReplicaManager.getPartitionOrException; Partition.leaderLogIfLocal"),
    covers=("B-81", "A-49"),
    needs=THREE,
    mutants=(
        "answers-epochs-as-a-follower",
        "answers-offsets-as-a-follower",
        "writes-as-a-follower",
    ),
)

deposed_leaders_commit_nothing = Requirement(
    "replication.deposed-leaders-commit-nothing",
    "A leader that is cut off acknowledges nothing with acks=all once another one leads.",
    KIP(320),
    covers=("B-66",),
    needs=ISOLATE,
    mutants=("leaves-laggards-out-on-its-own",),
)

epochs_find_deposed_leaders_out = Requirement(
    "replication.leader-epochs-find-deposed-leaders-out",
    "A request with a later leader epoch is refused with UNKNOWN_LEADER_EPOCH by a leader that "
    "was deposed, and one with an earlier epoch with FENCED_LEADER_EPOCH by the new one.",
    KIP(320),
    covers=("B-66", "B-67", "B-77"),
    needs=ISOLATE,
)

deposed_leaders_answer_who_waits = Requirement(
    "replication.who-waits-at-a-deposed-leader-is-told",
    "A batch that waits for replicas is answered with NOT_LEADER_OR_FOLLOWER as soon as its leader "
    "hears that it leads no more.",
    Code("DelayedProduce.tryComplete"),
    covers=("B-29", "B-21"),
    needs=ISOLATE,
    mutants=("lets-wait-who-waits-for-a-deposed-leader", "acknowledges-when-it-is-deposed"),
)

replicas_are_who_they_say = Requirement(
    "replication.only-replicas-of-this-epoch-and-life-are-heard",
    "A fetch of a replica is refused if its leader epoch is not the leader's, if its broker epoch "
    "is of an earlier life, or if it is no replica of the partition.",
    KIP(903),
    covers=("B-04", "B-05", "B-67"),
    needs=CUT,
    since=(3, 5),
    mutants=("hears-earlier-lives", "hears-strangers"),
)

refused_fetches_count_nothing = Requirement(
    "replication.a-refused-fetch-replicates-nothing",
    "A fetch that is refused does not count as progress of the replica: the high watermark stays.",
    Code("Partition.fetchRecords, updateFollowerFetchState"),
    covers=("B-02", "B-03"),
    needs=CUT,
    since=(3, 5),
    mutants=("counts-refused-fetches",),
)

small_groups_are_enough = Requirement(
    "replication.the-minimum-is-not-more-than-there-are-replicas",
    "min.insync.replicas above the number of replicas asks for all of them.",
    Code("Partition.effectiveMinIsr"),
    covers=("B-16",),
    since=(3, 8),
    mutants=("asks-for-more-than-there-are",),
)

directed_to_members = Requirement(
    "replication.consumers-are-directed-to-replicas-in-sync",
    "A leader directs a consumer to a replica in its rack that is in the ISR and has the offset; "
    "that answer has no records, and one to a consumer of no rack names nobody.",
    KIP(392),
    covers=("B-80",),
    needs=CUT | {"config.racks"},
    mutants=("directs-to-anybody", "directs-whoever-asks", "directs-with-records"),
)

"""Requirements on consumer groups (KIP-848): heartbeats and the hand-over of partitions."""

from typing import Final

from kafka_tck.model.consumer_groups.answers import Law
from kafka_tck.model.consumer_groups.refusals import Case
from kafka_tck.model.sources import KIP, Code
from kafka_tck.properties.requirement import Requirement

FEATURE: Final = frozenset({"feature.group.version"})

without_the_feature = Requirement(
    "consumer-groups.without-group-version-they-are-not-supported",
    "Where group.version is 0 or unknown, ConsumerGroupHeartbeat and ConsumerGroupDescribe answer "
    "UNSUPPORTED_VERSION, and no group comes to be.",
    KIP(848, "Compatibility, Deprecation, and Migration Plan"),
    covers=("F-51",),
    needs=frozenset({"without.group.version", "api.ConsumerGroupHeartbeat"}),
    since=(3, 7),
)

malformed = Requirement(
    "consumer-groups.malformed-heartbeats-are-refused",
    "Epochs below -2, a join without rebalance timeout, subscription or owned partitions, or with "
    "some of these, -2 without instance id, an empty instance id, no member id from version 1 on: "
    "INVALID_REQUEST.",
    Code("GroupMetadataManager.throwIfConsumerGroupHeartbeatRequestIsInvalid"),
    covers=("F-51", "F-52"),
    needs=FEATURE,
    mutants=("joins-may-lack-anything",),
)

joins = Requirement(
    "consumer-groups.whoever-asks-well-may-join",
    "A heartbeat of epoch 0 with a subscription and a rebalance timeout makes a member, which is "
    "told an epoch above 0.",
    KIP(848, "ConsumerGroupHeartbeat API"),
    covers=("F-51",),
    needs=FEATURE,
    mutants=("consumer-groups-hold-one-less",),
)

ids = Requirement(
    "consumer-groups.members-have-the-id-that-they-bring",
    "From version 1 on a member has the id that it joins with; in version 0 the coordinator makes "
    "one for who has none, and tells it.",
    KIP(1082),
    covers=("F-52",),
    needs=FEATURE,
    mutants=("a-repeated-join-makes-a-member",),
)

rejoins = Requirement(
    "consumer-groups.a-member-may-join-anew-under-its-id",
    "A heartbeat of epoch 0 of a member, after it was fenced or because the answer was lost, is "
    "accepted: it is told its epoch and its whole assignment.",
    KIP(848, "Member ID and epoch: whoever is fenced joins anew with the same id"),
    covers=("F-52", "F-55", "F-100"),
    needs=FEATURE,
    mutants=("a-repeated-join-makes-a-member",),
)

repeated_static_join = Requirement(
    "consumer-groups.a-static-member-may-repeat-its-join",
    "A heartbeat of epoch 0 with the instance id and the member id that the group has already is "
    "accepted as the repetition that it is: no other member has the instance id.",
    KIP(848, "UNRELEASED_INSTANCE_ID: the instance id is still used by another member"),
    covers=("F-56", "F-100"),
    needs=FEATURE,
)

unknown_assignors = Requirement(
    "consumer-groups.unknown-assignors-are-refused",
    "A heartbeat that wants an assignor that the server has not is UNSUPPORTED_ASSIGNOR; who "
    "joins so is no member.",
    KIP(848, "UNSUPPORTED_ASSIGNOR"),
    covers=("F-53",),
    needs=FEATURE,
    mutants=("any-assignor-will-do",),
)

bad_patterns = Requirement(
    "consumer-groups.what-is-no-pattern-is-refused",
    "A subscription to what is no regular expression is INVALID_REGULAR_EXPRESSION.",
    KIP(848, "INVALID_REGULAR_EXPRESSION"),
    covers=("F-69",),
    needs=FEATURE,
)

patterns = Requirement(
    "consumer-groups.patterns-are-resolved-by-the-coordinator",
    "A member with a pattern and names is given partitions of what either names, after finitely "
    "many heartbeats; also of a topic that comes to be later.",
    KIP(848, "SubscribedTopicRegex"),
    covers=("F-69",),
    needs=FEATURE,
)

unknown = Requirement(
    "consumer-groups.unknown-members-and-groups-are-told-apart",
    "Of a group that does not exist only a join is accepted, all else is GROUP_ID_NOT_FOUND; of a "
    "member or an instance that the group does not have it is UNKNOWN_MEMBER_ID.",
    Code(
        "GroupMetadataManager.getOrMaybeCreateConsumerGroup; ConsumerGroup.getOrMaybeCreateMember"
    ),
    covers=("F-54",),
    needs=FEATURE,
)

fenced = Requirement(
    "consumer-groups.only-the-present-epoch-speaks-for-a-member",
    "A heartbeat with an epoch that the member has not come to, or has left behind, is "
    "FENCED_MEMBER_EPOCH; also with the epoch before the present one, if it does not report a part "
    "of its present assignment.",
    KIP(848, "FENCED_MEMBER_EPOCH"),
    covers=("F-54",),
    needs=FEATURE,
    mutants=(
        "member-epochs-are-not-compared",
        "later-epochs-pass",
        "earlier-epochs-pass",
        "the-epoch-before-is-enough",
    ),
)

lost_answers = Requirement(
    "consumer-groups.who-did-not-hear-its-new-epoch-is-told-again",
    "A heartbeat with the epoch before the present one that reports a part of its assignment is "
    "accepted: the answer that told the present one was lost.",
    Code("GroupMetadataManager.throwIfConsumerGroupMemberEpochIsInvalid"),
    covers=("F-54", "F-100"),
    needs=FEATURE,
    mutants=("lost-answers-fence",),
)

goes_on = Requirement(
    "consumer-groups.a-member-with-its-epoch-goes-on",
    "A heartbeat with the member's present epoch is accepted, whatever it reports to own, and "
    "whatever was refused before.",
    KIP(848, "ConsumerGroupHeartbeat API"),
    covers=("F-54", "F-64"),
    needs=FEATURE,
)

full = Requirement(
    "consumer-groups.a-full-group-takes-no-new-member",
    "A join of one more member than group.consumer.max.size is GROUP_MAX_SIZE_REACHED; members go "
    "on, and may join anew.",
    Code("GroupMetadataManager.throwIfConsumerGroupIsFull"),
    covers=("F-57",),
    needs=FEATURE,
    mutants=("consumer-groups-have-no-limit",),
)

instances = Requirement(
    "consumer-groups.an-instance-id-has-one-member",
    "A join with the instance id of another member that did not leave is UNRELEASED_INSTANCE_ID; "
    "the member that another took the place of is FENCED_INSTANCE_ID, and unknown by its id alone.",
    KIP(848, "UNRELEASED_INSTANCE_ID, FENCED_INSTANCE_ID"),
    covers=("F-56",),
    needs=FEATURE,
    mutants=(
        "held-instances-are-taken",
        "replaced-instances-go-on",
    ),
)

takes_over = Requirement(
    "consumer-groups.who-comes-back-takes-its-place-again",
    "After a static member left with -2, a join with its instance id is accepted, under any member "
    "id.",
    KIP(848, "Static Membership"),
    covers=("F-56", "F-67"),
    needs=FEATURE,
    mutants=("who-means-to-be-back-is-gone",),
)

resumes = Requirement(
    "consumer-groups.who-comes-back-has-what-it-had",
    "Who takes the place of a static member that left with -2 is told the epoch of the group and "
    "the assignment that was left, if nothing else happened meanwhile.",
    KIP(848, "Static Membership"),
    covers=("F-56",),
    needs=FEATURE,
    mutants=("heirs-begin-with-nothing",),
)

leaves = Requirement(
    "consumer-groups.members-may-leave",
    "A heartbeat of -1 removes the member, one of -2 keeps a static member; each is answered with "
    "its number.",
    KIP(848, "ConsumerGroupHeartbeat API"),
    covers=("F-67", "F-51"),
    needs=FEATURE,
)

exclusive = Requirement(
    "consumer-groups.no-partition-has-two-owners",
    "No member is told of a partition that another one was told of, and neither said that it gave "
    "it up, nor left, nor was removed, replaced or made to join anew.",
    KIP(848, "Reconciliation of the group"),
    covers=("F-61", "F-60", "F-67"),
    needs=FEATURE,
    mutants=(
        "gives-what-others-hold",
        "revocations-are-not-awaited",
        "what-is-taken-back-looks-free",
    ),
)

epochs_rise = Requirement(
    "consumer-groups.epochs-of-a-member-do-not-fall",
    "The epoch that a member is told is never below the one before.",
    KIP(848, "Group Epoch, Member Epoch"),
    covers=("F-58", "F-59"),
    needs=FEATURE,
)

revokes_first = Requirement(
    "consumer-groups.nothing-is-gained-before-all-is-given-up",
    "A member whose assignment became smaller stays at its epoch, and is given nothing new, until "
    "it reports that it has no more than that.",
    KIP(848, "Reconciliation of the group"),
    covers=("F-60",),
    needs=FEATURE,
    mutants=(
        "silence-confirms-revocations",
        "epochs-run-ahead-of-revocations",
        "targets-are-told",
    ),
)

subscribed = Requirement(
    "consumer-groups.only-what-is-subscribed-to-is-given",
    "A member is given partitions of topics that it subscribes to, and no others.",
    KIP(848, "Assignment"),
    covers=("F-75",),
    needs=FEATURE,
)

told_whole = Requirement(
    "consumer-groups.who-tells-everything-is-told-everything",
    "A join, and a heartbeat that names subscription, rebalance timeout and owned partitions, is "
    "answered with the whole assignment.",
    KIP(848, "ConsumerGroupHeartbeat API"),
    covers=("F-63", "F-64"),
    needs=FEATURE,
    mutants=("who-asks-for-all-is-told-news", "nothing-is-told-as-unchanged"),
)

only_news = Requirement(
    "consumer-groups.an-assignment-is-told-when-it-changed",
    "Any other heartbeat is answered with an assignment exactly if it is not the one that the "
    "member has: null is unchanged, empty is none.",
    KIP(848, "ConsumerGroupHeartbeat API"),
    covers=("F-63",),
    needs=FEATURE,
    mutants=("assignments-are-always-told",),
)

interval = Requirement(
    "consumer-groups.the-coordinator-says-how-often-to-ask",
    "An accepted heartbeat is told consumer.heartbeat.interval.ms of its group, by default 5000.",
    KIP(848, "group.consumer.heartbeat.interval.ms"),
    covers=("F-65",),
    needs=FEATURE,
)

trace = Requirement(
    "consumer-groups.a-refused-request-leaves-no-trace",
    "After a heartbeat, commit or anything else that was refused, the group is shown as it was, "
    "and its members go on.",
    KIP(848),
    covers=("F-99",),
    needs=FEATURE,
)

converges = Requirement(
    "consumer-groups.members-that-do-as-they-are-told-become-stable",
    "While members and topics stay and every member confirms what it is told, the group becomes "
    "Stable after finitely many heartbeats, with every member at its epoch and its target, and all "
    "partitions given.",
    KIP(848, "Reconciliation of the group"),
    covers=("F-62", "F-59", "F-60", "F-68"),
    needs=FEATURE,
    mutants=(
        "leavers-keep-partitions",
        "targets-are-made-once",
        "the-remainder-is-nobodys",
        "target-epochs-stay",
    ),
)

new_topics = Requirement(
    "consumer-groups.topics-are-followed-as-they-come-and-go",
    "A subscribed topic that comes to be or grows is assigned, and a deleted one is no more, in an "
    "epoch of its own, after finitely many heartbeats.",
    KIP(848, "Group Epoch: the group follows the metadata of its topics"),
    covers=("F-68", "F-58"),
    needs=FEATURE,
    mutants=("topics-stay-as-they-were",),
)

OF_CASE: Final = {
    Case.MALFORMED: malformed,
    Case.ASSIGNOR: unknown_assignors,
    Case.REGEX: bad_patterns,
    Case.NO_GROUP: unknown,
    Case.UNKNOWN: unknown,
    Case.FULL: full,
    Case.UNRELEASED: instances,
    Case.FENCED_INSTANCE: instances,
    Case.AHEAD: fenced,
    Case.BEHIND: fenced,
    Case.LOST_ANSWER: lost_answers,
    Case.JOINS: joins,
    Case.REJOINS: rejoins,
    Case.TAKES_OVER: takes_over,
    Case.REPEATS_STATIC_JOIN: repeated_static_join,
    Case.LEAVES: leaves,
    Case.GOES_ON: goes_on,
}
OF_ANSWER: Final = {
    Law.EXCLUSIVE: exclusive,
    Law.RISING: epochs_rise,
    Law.REVOKES_FIRST: revokes_first,
    Law.SUBSCRIBED: subscribed,
    Law.WHOLE: told_whole,
    Law.NEWS: only_news,
    Law.ECHO: leaves,
    Law.RESUMES: resumes,
}

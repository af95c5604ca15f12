"""Requirements on incremental fetch sessions (KIP-227)."""

from kafka_tck.model.sources import KIP, Code
from kafka_tck.properties.requirement import Authority, Level, Requirement

opening_answers_in_full = Requirement(
    "sessions.opening-is-a-full-fetch",
    "A fetch with session epoch 0 is answered in full and, where the broker has room, makes a "
    "session of the partitions that it names, none included; session id 0 says that it made none.",
    KIP(227),
    covers=("C-24", "C-33"),
)

ids_are_distinct = Requirement(
    "sessions.open-sessions-have-distinct-ids",
    "A new session's id is not that of another open session.",
    Code("FetchSessionCacheShard.newSessionId"),
    covers=("C-24",),
)

opening_replaces_the_named = Requirement(
    "sessions.a-full-fetch-ends-the-session-it-names",
    "A full fetch that names a session, with epoch 0 or -1, ends that session; with epoch -1 it "
    "is answered with session id 0.",
    KIP(227),
    covers=("C-24",),
)

unknown_sessions_are_refused = Requirement(
    "sessions.unknown-sessions-are-refused",
    "An incremental fetch of a session that is not open, id 0 included, is "
    "FETCH_SESSION_ID_NOT_FOUND, with session id 0 and no partitions.",
    KIP(227),
    covers=("C-24", "C-25"),
    mutants=(
        "unknown-sessions-have-a-wrong-epoch",
        "closing-keeps-the-session",
    ),
)

ids_have_no_bounds = Requirement(
    "sessions.no-session-id-is-out-of-bounds",
    "An incremental fetch of the highest or the lowest session id, when no such session is open, "
    "is FETCH_SESSION_ID_NOT_FOUND like one of any other.",
    KIP(227),
    covers=("C-25",),
    mutants=("unknown-sessions-have-a-wrong-epoch",),
)

other_epochs_are_refused = Requirement(
    "sessions.other-epochs-are-refused",
    "An incremental fetch with another epoch than the session's next one is "
    "INVALID_FETCH_SESSION_EPOCH, with session id 0 and no partitions; the session stays as it is.",
    KIP(227),
    covers=("C-25",),
    mutants=("any-later-epoch-continues",),
)

the_next_epoch_continues = Requirement(
    "sessions.the-next-epoch-continues",
    "An incremental fetch with the session's next epoch, one more than the last that was let in, "
    "is answered without error and under the session's id.",
    KIP(227),
    covers=("C-25",),
    mutants=("epochs-repeat",),
)

sessions_outlive_connections = Requirement(
    "sessions.belong-to-the-broker",
    "A session can be continued from any connection to its broker.",
    Code("FetchManager.newContext"),
    covers=("C-33",),
)

news_is_included = Requirement(
    "sessions.news-is-included",
    "An incremental answer includes every partition whose HW or log start differs from what the "
    "session last sent, or that diverges from what was asked.",
    KIP(227),
    covers=("C-26",),
    mutants=("forgets-log-start-news", "forgets-hw-news"),
)

no_news_is_left_out = Requirement(
    "sessions.no-news-is-left-out",
    "An incremental answer leaves out every partition that has neither records nor an error nor "
    "bounds that were not sent yet.",
    KIP(227),
    covers=("C-26",),
    mutants=("incremental-answers-are-full",),
)

errors_are_repeated = Requirement(
    "sessions.errors-are-repeated-while-they-last",
    "An incremental answer includes every partition that cannot be read, as often as it is asked.",
    Code("CachedPartition.maybeUpdateResponseData"),
    covers=("C-27",),
    mutants=(
        "errors-are-told-once",
        "incremental-answers-are-stale",
    ),
)

recovery_is_told = Requirement(
    "sessions.recovery-is-told",
    "When a partition's error clears, the next incremental answer includes it, even with the "
    "bounds that were sent before the error.",
    Code("CachedPartition.maybeUpdateResponseData"),
    covers=("C-27",),
    mutants=("recovery-is-silent",),
)

additions_are_told = Requirement(
    "sessions.added-partitions-are-told",
    "A partition that a request adds, or adds again after it was forgotten, is read with that "
    "very request and included in its answer.",
    KIP(227),
    covers=("C-28",),
    mutants=("additions-are-lost",),
)

only_members_are_told = Requirement(
    "sessions.only-members-are-told",
    "An incremental answer has each partition of the session at most once, and no partition that "
    "was forgotten or never added.",
    KIP(227),
    covers=("C-28",),
    mutants=("forgotten-partitions-are-still-told",),
)

empty_sessions_are_closed = Requirement(
    "sessions.a-session-without-partitions-is-closed",
    "An incremental fetch that leaves its session without partitions closes it: the answer has "
    "session id 0.",
    Code("FetchManager.newContext"),
    covers=("C-28",),
    mutants=("empty-sessions-stay-open",),
)

names_and_ids_do_not_mix = Requirement(
    "sessions.names-and-ids-do-not-mix",
    "A session that was made with topic names cannot be continued with topic ids, nor the other "
    "way round: FETCH_SESSION_TOPIC_ID_ERROR.",
    KIP(516),
    covers=("C-29",),
    mutants=("mixing-names-and-ids-is-another-error",),
)

restarts_end_sessions = Requirement(
    "sessions.a-restart-ends-them",
    "After a restart of its broker a session is unknown.",
    Code("FetchSessionCache"),
    covers=("C-31",),
    needs=frozenset({"fault.restart"}),
)

incremental_equals_full = Requirement(
    "sessions.incremental-equals-full",
    "Within ample limits an incremental answer has the records, and the errors, that a full fetch "
    "at the same positions has; a partition that it leaves out has neither.",
    KIP(227),
    covers=("C-32", "C-12"),
)

partitions_take_turns = Requirement(
    "sessions.partitions-take-turns",
    "In a session, partitions that returned records go to the end of the order of reading, and "
    "the first in that order that has data returns some.",
    KIP(74),
    covers=("C-18",),
    level=Level.SHOULD,
    authority=Authority.OBSERVED,
    mutants=("sessions-starve-partitions",),
)

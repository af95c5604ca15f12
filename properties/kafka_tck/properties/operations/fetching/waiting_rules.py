"""Requirements on a Fetch that may wait for data."""

from kafka_tck.model.sources import Code, Docs
from kafka_tck.properties.requirement import Requirement

satisfied_fetches_do_not_wait = Requirement(
    "waiting.a-satisfied-fetch-is-answered-at-once",
    "A fetch is answered at once if it asks for no partition, if it may not wait, if min_bytes are "
    "there already, or if the read of any of its partitions is an error or diverges; partitions "
    "that do not exist are no reason not to wait for the others.",
    Code("ReplicaManager.fetchMessages"),
    covers=("C-15",),
    mutants=("every-fetch-waits", "errors-wait"),
)

unsatisfied_fetches_wait = Requirement(
    "waiting.an-unsatisfied-fetch-waits",
    "A fetch that min_bytes are not there for is not answered long before max_wait_ms have passed.",
    Docs("consumer configuration fetch.max.wait.ms"),
    covers=("C-15", "C-17"),
    mutants=("no-fetch-waits",),
)

appends_wake_fetches = Requirement(
    "waiting.appends-wake-a-fetch",
    "A waiting fetch is answered as soon as committed records complete its min_bytes.",
    Code("DelayedFetch.tryComplete"),
    covers=("C-15", "C-17"),
    mutants=("appends-wake-nobody",),
)

deletions_wake_fetches = Requirement(
    "waiting.a-deleted-topic-wakes-a-fetch",
    "A waiting fetch is answered when one of its partitions is deleted.",
    Code("DelayedFetch.tryComplete"),
    covers=("C-16",),
    mutants=("deletions-wake-nobody",),
)

waiting_ends_with_what_is_there = Requirement(
    "waiting.a-fetch-that-waited-answers-what-is-there",
    "A fetch that waited answers every partition as it is at some moment while it waited, with "
    "what is there even if that is less than min_bytes.",
    Code("DelayedFetch.onComplete"),
    covers=("C-15", "C-10"),
)

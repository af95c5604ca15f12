"""Guards that no claim needs, and why."""

from kafka_tck.model.lifecycle.state import lifecycle

ELSEWHERE = "What happens to brokers that do not hold the partition changes nothing about it."
MORE_OFTEN = "Leaving once more, or again, puts nothing at risk that leaving once does not."
LOST = "An answer that says stale is no answer: it is a request that is lost, at worst."
NOT_APPLIED = "No request is sent twice, so one that is refused was never applied."

_GUARDS = {
    ("controller_fences_broker", "is_unfenced"): MORE_OFTEN,
    ("controller_fences_broker", "holds_the_partition"): ELSEWHERE,
    ("controller_unfences_broker", "is_fenced"): "Who is unfenced stays as it is.",
    ("controller_unfences_broker", "is_up"): "It could as well crash the moment after.",
    ("controller_unfences_broker", "wants_to_stay"): "Shutting down keeps it from leading, too.",
    ("broker_asks_to_shut_down", "is_up"): MORE_OFTEN,
    ("broker_asks_to_shut_down", "is_unfenced"): MORE_OFTEN,
    ("broker_asks_to_shut_down", "is_new"): MORE_OFTEN,
    ("broker_asks_to_shut_down", "holds_the_partition"): ELSEWHERE,
    ("controller_accepts_isr", "was_sent"): "Without a request no epoch is current; an answer to "
    "one whose epochs still are asks for the ISR that there is.",
    ("controller_accepts_isr", "leader_epoch_is_current"): "A new leader epoch is a new partition "
    "epoch, which is checked as well.",
    ("controller_accepts_isr", "is_from_the_leader"): "A leader epoch has one leader.",
    ("controller_accepts_isr", "are_replicas"): "Replicas that leave raise both epochs, and only a "
    "replica is fetching under the newest leader epoch.",
    ("controller_finds_member_ineligible", "was_sent"): "Without a request no epoch is current; "
    "an answer that turns into another one is not heard, and the leader still waits.",
    ("controller_finds_member_ineligible", "leader_epoch_is_current"): NOT_APPLIED,
    ("controller_finds_member_ineligible", "is_from_the_leader"): NOT_APPLIED,
    ("controller_finds_member_ineligible", "partition_epoch_is_current"): NOT_APPLIED,
    ("controller_finds_member_ineligible", "is_ineligible"): NOT_APPLIED,
    ("controller_refuses_stale_request", "was_sent"): LOST,
    ("controller_refuses_stale_request", "is_stale"): LOST,
    ("operator_replaces_replica", "none_runs"): "On three brokers all hold it while one runs.",
    ("operator_cancels_reassignment", "one_runs"): "There is nothing to take back.",
    ("leader_advances_hw", "presumes"): "Only who leads knows of an ISR.",
    ("leader_asks_to_expand", "presumes"): "Only who leads knows of the ends of others.",
    ("leader_asks_to_shrink", "presumes"): "Only who leads knows of an ISR.",
    ("leader_asks_to_shrink", "lags"): "A smaller ISR is less available, not less safe.",
    ("leader_hears_it_was_accepted", "is_for_it"): "The leader epoch says whom it is for.",
    ("leader_hears_it_was_accepted", "still_waits"): "Who waits no more has newer metadata, and an "
    "answer that is no older says the same.",
    ("leader_hears_it_was_accepted", "is_same_leader_epoch"): "Who still waits has taken up no "
    "other leader epoch, and what is under way is what it asked for last.",
    ("leader_hears_it_was_accepted", "is_no_older"): "Who still waits has no newer metadata.",
    ("leader_hears_it_was_ineligible", "still_waits"): "Who waits no more has nothing to give up.",
    ("follower_fetches", "presumes"): "A leader epoch has one leader, and both are in it.",
    ("follower_fetches", "follows"): "A leader epoch has one leader, and both are in it.",
    ("follower_fetches", "is_same_leader_epoch"): "Here a broker takes up the newest record, and "
    "no older one after it. Where it may (replication), this fence is what keeps logs alike.",
    ("broker_crashes", "is_up"): "Who is down and crashes cannot prove a clean shutdown: it has "
    "less to say than before.",
    ("broker_crashes", "holds_the_partition"): ELSEWHERE,
    ("machine_loses_power", "is_up"): "Like a broker that lost power before it was down.",
    ("machine_loses_power", "had_more"): "Without it this is a crash.",
    ("machine_loses_power", "holds_the_partition"): ELSEWHERE,
    ("broker_shuts_down", "leads_nothing"): "Asking to shut down has moved what it led.",
}

for (_action, _guard), _reason in _GUARDS.items():
    lifecycle.only_enables(_action, _guard, _reason)

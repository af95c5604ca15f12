"""Guards without which all claims are still proved: they enable, or repeat what others say."""

from kafka_tck.model.replication import replication

replication.only_enables(
    "controller_shrinks_isr",
    "concerned",
    "Without it the controller may send a new epoch with the leader and ISR of the one before.",
)
replication.only_enables(
    "controller_elects_leader",
    "is_new",
    "Without it the controller may elect the same leader again, under a new epoch.",
)
replication.only_enables(
    "broker_becomes_leader",
    "was_sent",
    "It follows from names_it: a request that was not sent names nobody.",
)
replication.only_enables(
    "leader_advances_hw",
    "presumes",
    "It follows from isr_has_it: the leader that a replica knows is in the ISR that it knows, and "
    "follows the replica only if that is itself.",
)
replication.only_enables(
    "leader_advances_hw",
    "has_more",
    "It follows from isr_has_it: the leader is in the ISR that it knows.",
)
replication.only_enables(
    "leader_shrinks_isr",
    "is_another",
    "It follows from lags: a leader follows itself and is at its own log end.",
)
replication.only_enables(
    "leader_shrinks_isr", "in_isr", "To take out who is not in the ISR changes nothing."
)
replication.only_enables(
    "leader_shrinks_isr",
    "lags",
    "A smaller ISR is always safe: who stays in it has all that was committed.",
)
replication.only_enables(
    "leader_expands_isr", "outside", "To take in who is in the ISR changes nothing."
)
replication.only_enables(
    "broker_becomes_follower",
    "is_another",
    "It follows from leader_is_there and is_later: nobody is in an epoch and before it.",
)
replication.only_enables(
    "broker_becomes_follower",
    "was_sent",
    "It follows from leader_is_there: nobody is in an epoch that was not sent.",
)
replication.only_enables(
    "broker_becomes_follower",
    "names_leader",
    "It follows from leader_is_there: who presumes to lead in an epoch is named by its request.",
)
replication.only_enables(
    "broker_becomes_follower",
    "can_be_cut",
    "Under KIP-320 the truncation point is never beyond the log; an older protocol needs it.",
)
replication.only_enables(
    "follower_fetches",
    "presumes",
    "It follows from follows, which asks for it too under KIP-320; an older protocol needs it.",
)

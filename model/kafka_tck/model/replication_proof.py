"""Why replication under KIP-320 keeps what is committed: claims that support each other.

Together with what the module promises they are inductive: they hold at the beginning, and every
action keeps them, for any number of epochs, records and offsets. `prove` shows that; the batch
reader evaluates each of them in all reachable states of small sizes.

Three ideas carry the proof. The replicas' highest epoch has one ISR, `known_isr`, within which all
later ISRs lie. A leader of an older epoch has somebody in its ISR who has moved on, so it commits
nothing any more. And who is, or may yet become, leader of an epoch has all that was committed in
earlier ones.
"""

from kafka_tck.model.replication import Partition, Replica, presumes_to_lead, replication
from kafka_tck.model.terms import (
    NONE,
    Bool,
    Int,
    Seq,
    Term,
    all_of,
    any_of,
    every,
    implies,
    most,
    negate,
)


@replication.landmark
def the_latest(p: Partition) -> list[Term]:
    """The latest epoch, and the record that was committed last."""
    return [p.leader, p.commits.at(p.commits.length - 1).id]


# Ranges


@replication.supports()
def high_watermarks_are_within_the_log(p: Partition) -> Bool:
    """No high watermark lies beyond its log, or beyond what was committed."""
    return all_of(
        all_of([own.hw >= 0, own.hw <= own.log.length, own.hw <= p.commits.length])
        for own in p.replicas
    )


@replication.supports()
def epochs_were_sent(p: Partition) -> Bool:
    """Every replica's epoch is one of the controller's, or none."""
    return all_of(all_of([own.epoch >= NONE, own.epoch < p.requests.length]) for own in p.replicas)


@replication.supports()
def ids_are_used_once(p: Partition) -> Bool:
    """The next record's id is in no log."""
    return all_of(
        every(own.log.length, lambda o, own=own: own.log.at(o).id < p.next_id)  # type: ignore[misc]
        for own in p.replicas
    )


# Who leads


@replication.supports()
def a_leader_that_is_named_is_in_the_isr(p: Partition) -> Bool:
    """A request names as leader nobody, or a member of its ISR."""

    def names_a_member(epoch: Int) -> Bool:
        request = p.requests.at(epoch)
        members = [all_of([request.leader == n, m]) for n, m in enumerate(request.isr)]
        return any_of([request.leader == NONE, *members])

    return every(p.requests.length, names_a_member)


@replication.supports()
def a_replica_knows_the_leader_of_its_epoch(p: Partition) -> Bool:
    """Its leader is who the request of its epoch names; without an epoch it knows none."""
    return all_of(
        all_of(
            [
                implies(own.epoch >= 0, own.leader == p.requests.at(own.epoch).leader),
                implies(own.epoch >= 0, own.leader != NONE),
                implies(own.epoch < 0, own.leader == NONE),
            ]
        )
        for own in p.replicas
    )


@replication.supports()
def a_leader_is_not_behind_its_followers(p: Partition) -> Bool:
    """Who is followed has taken up at least the epoch in which it is."""
    return all_of(
        implies(own.leader == n, leader.epoch >= own.epoch)
        for own in p.replicas
        for n, leader in enumerate(p.replicas)
    )


@replication.supports()
def a_replicas_leader_is_in_the_isr_that_it_knows(p: Partition) -> Bool:
    """The ISR that a replica remembers has the leader that it remembers."""
    return all_of(
        implies(own.leader == n, member) for own in p.replicas for n, member in enumerate(own.isr)
    )


@replication.supports()
def who_has_no_epoch_has_no_records(p: Partition) -> Bool:
    """A replica that has taken up no epoch has an empty log."""
    return all_of(implies(own.epoch < 0, own.log.length == 0) for own in p.replicas)


# The chain of ISRs


def highest_epoch(p: Partition) -> Int:
    """The highest epoch that a replica has taken up."""
    return most(*(own.epoch for own in p.replicas))


@replication.supports()
def the_leader_of_the_highest_epoch_knows_its_isr(p: Partition) -> Bool:
    """Who presumes to lead in the highest epoch that was taken up remembers its ISR."""
    return all_of(
        implies(
            all_of([presumes_to_lead(p, n), own.epoch == highest_epoch(p)]),
            _are_same(own.isr, p.known_isr),
        )
        for n, own in enumerate(p.replicas)
    )


@replication.supports()
def the_true_isr_is_within_the_known_one(p: Partition) -> Bool:
    """The controller's ISR is the known one, or that of a later request, which is smaller."""
    is_known = p.epoch == highest_epoch(p)
    return all_of(
        [
            _is_within(p.isr, p.known_isr),
            implies(is_known, _are_same(p.isr, p.known_isr)),
            implies(negate(is_known), _are_same(p.isr, p.requests.at(p.epoch).isr)),
        ]
    )


@replication.supports()
def isrs_shrink_until_an_epoch_is_taken_up(p: Partition) -> Bool:
    """Requests that nobody has taken up have ISRs within the known one, and within earlier ones."""
    taken_up = highest_epoch(p)

    def is_smaller(later: Int) -> Bool:
        isr = p.requests.at(later).isr
        shrunk = every(
            later,
            lambda e: implies(e > taken_up, _is_within(isr, p.requests.at(e).isr)),
        )
        return implies(later > taken_up, all_of([_is_within(isr, p.known_isr), shrunk]))

    return every(p.requests.length, is_smaller)


# Zombies


@replication.supports()
def a_zombie_has_lost_a_member(p: Partition) -> Bool:
    """Who presumes to lead in an older epoch has in its ISR somebody of a later one."""
    return all_of(
        implies(
            all_of([presumes_to_lead(p, n), own.epoch < highest_epoch(p)]),
            _somebody_is_beyond(p, own.isr, own.epoch),
        )
        for n, own in enumerate(p.replicas)
    )


@replication.supports()
def a_zombie_to_be_has_lost_a_member(p: Partition) -> Bool:
    """So will who has yet to take up an older epoch in which it leads."""

    def is_lost(epoch: Int) -> Bool:
        request = p.requests.at(epoch)
        leads = [
            all_of([request.leader == n, own.epoch < epoch]) for n, own in enumerate(p.replicas)
        ]
        return implies(
            all_of([epoch < highest_epoch(p), any_of(leads)]),
            _somebody_is_beyond(p, request.isr, epoch),
        )

    return every(p.requests.length, is_lost)


def _somebody_is_beyond(p: Partition, isr: tuple[Bool, ...], epoch: Int) -> Bool:
    return any_of(
        all_of([member, own.epoch > epoch]) for member, own in zip(isr, p.replicas, strict=True)
    )


# Logs


@replication.supports()
def logs_match(p: Partition) -> Bool:
    """Where two logs have one id they have one record, and are the same before it."""
    return all_of(
        _match(one.log, other.log) for n, one in enumerate(p.replicas) for other in p.replicas[:n]
    )


def _match(one: Seq, other: Seq) -> Bool:
    def matches(o: Int) -> Bool:
        at_most_here = every(one.length, lambda q: implies(q <= o, _is_same_record(one, other, q)))
        return implies(one.at(o).id == other.at(o).id, implies(o < other.length, at_most_here))

    return every(one.length, matches)


@replication.supports()
def a_follower_has_a_prefix_of_its_leaders_log(p: Partition) -> Bool:
    """Who follows a leader in the leader's epoch has nothing but what the leader has."""
    return all_of(
        implies(
            all_of([own.leader == n, leader.epoch == own.epoch]),
            every(
                own.log.length,
                lambda o, own=own, leader=leader: _has(leader.log, own.log, o),  # type: ignore[misc]
            ),
        )
        for own in p.replicas
        for n, leader in enumerate(p.replicas)
        if own is not leader
    )


@replication.supports()
def records_are_no_newer_than_their_replica(p: Partition) -> Bool:
    """No log has a record of an epoch that its replica has not taken up."""
    return all_of(
        every(own.log.length, lambda o, own=own: own.log.at(o).epoch <= own.epoch)  # type: ignore[misc]
        for own in p.replicas
    )


# What is committed


@replication.supports()
def what_is_below_a_high_watermark_was_committed(p: Partition) -> Bool:
    """It is what was committed there, in an epoch that the replica has reached."""
    return all_of(
        every(
            own.hw,
            lambda o, own=own: all_of(  # type: ignore[misc]
                [_has(own.log, p.commits, o), p.commits.at(o).committed_in <= own.epoch]
            ),
        )
        for own in p.replicas
    )


@replication.supports()
def commits_are_in_the_order_of_epochs(p: Partition) -> Bool:
    """Later records were committed in no earlier epoch, and in no earlier one than written."""

    def is_in_order(o: Int) -> Bool:
        record = p.commits.at(o)
        earlier = every(o, lambda q: p.commits.at(q).committed_in <= record.committed_in)
        known = all_of([record.committed_in >= 0, record.committed_in <= highest_epoch(p)])
        return all_of([record.epoch <= record.committed_in, earlier, known])

    return every(p.commits.length, is_in_order)


@replication.supports()
def commits_were_made_by_who_led(p: Partition) -> Bool:
    """The leader of the epoch in which a record was committed had taken up that epoch."""

    def led(o: Int) -> Bool:
        epoch = p.commits.at(o).committed_in
        leader = p.requests.at(epoch).leader
        return any_of(all_of([leader == n, own.epoch >= epoch]) for n, own in enumerate(p.replicas))

    return every(p.commits.length, led)


@replication.supports()
def the_known_isr_has_what_was_committed(p: Partition) -> Bool:
    """Every member of the known ISR has all of it, and has reached the epochs in which it was."""
    return all_of(
        implies(member, every(p.commits.length, lambda o, own=own: _keeps(p, own, o)))  # type: ignore[misc]
        for member, own in zip(p.known_isr, p.replicas, strict=True)
    )


@replication.supports()
def a_leader_has_what_was_committed(p: Partition) -> Bool:
    """Who presumes to lead has all that was committed in its epoch or before."""
    return all_of(
        implies(
            presumes_to_lead(p, n),
            every(
                p.commits.length,
                lambda o, own=own: implies(  # type: ignore[misc]
                    p.commits.at(o).committed_in <= own.epoch, _has(own.log, p.commits, o)
                ),
            ),
        )
        for n, own in enumerate(p.replicas)
    )


@replication.supports()
def who_may_lead_has_what_was_committed_before(p: Partition) -> Bool:
    """A member of a request's ISR has what was committed in earlier epochs, and reached them."""

    def is_kept(epoch: Int, o: Int) -> Bool:
        isr = p.requests.at(epoch).isr
        kept = [implies(m, _keeps(p, own, o)) for m, own in zip(isr, p.replicas, strict=True)]
        return implies(p.commits.at(o).committed_in < epoch, all_of(kept))

    return every(p.requests.length, lambda e: every(p.commits.length, lambda o: is_kept(e, o)))


@replication.supports()
def the_assumed_isr_keeps_what_its_leader_shows(p: Partition) -> Bool:
    """A member of the ISR that a leader assumes has what is below that leader's high watermark."""
    return all_of(
        implies(
            all_of([presumes_to_lead(p, n), member]),
            every(leader.hw, lambda o, own=own: _keeps(p, own, o)),  # type: ignore[misc]
        )
        for n, leader in enumerate(p.replicas)
        for member, own in zip(leader.isr, p.replicas, strict=True)
    )


@replication.supports()
def who_committed_last_shows_it(p: Partition) -> Bool:
    """The leader in whose epoch the last record was committed has it below its high watermark."""
    last = p.commits.at(p.commits.length - 1).committed_in
    return all_of(
        implies(all_of([presumes_to_lead(p, n), own.epoch == last]), own.hw == p.commits.length)
        for n, own in enumerate(p.replicas)
    )


def _keeps(p: Partition, own: Replica, o: Int) -> Bool:
    return all_of([_has(own.log, p.commits, o), own.epoch >= p.commits.at(o).committed_in])


def _has(log: Seq, other: Seq, o: Int) -> Bool:
    """The log has a record at this offset, the same as the other."""
    return all_of([o < log.length, _is_same_record(log, other, o)])


def _is_same_record(one: Seq, other: Seq, o: Int) -> Bool:
    here, there = one.at(o), other.at(o)
    return all_of([here.id == there.id, here.epoch == there.epoch])


def _are_same(one: tuple[Bool, ...], other: tuple[Bool, ...]) -> Bool:
    return all_of(a == b for a, b in zip(one, other, strict=True))


def _is_within(one: tuple[Bool, ...], other: tuple[Bool, ...]) -> Bool:
    return all_of(implies(a, b) for a, b in zip(one, other, strict=True))


# Guards without which all claims are still proved: they enable, or say again what others say

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

"""The chain of ISRs, and zombies."""

from kafka_tck.model.replication import Partition, presumes_to_lead, replication
from kafka_tck.model.replication_proof.words import are_same, highest_epoch, is_within
from kafka_tck.model.terms import Bool, Int, all_of, any_of, every, implies, negate


@replication.supports()
def the_leader_of_the_highest_epoch_knows_its_isr(p: Partition) -> Bool:
    """Who presumes to lead in the highest epoch that was taken up remembers its ISR."""
    return all_of(
        implies(
            all_of([presumes_to_lead(p, n), own.epoch == highest_epoch(p)]),
            are_same(own.isr, p.known_isr),
        )
        for n, own in enumerate(p.replicas)
    )


@replication.supports()
def the_true_isr_is_within_the_known_one(p: Partition) -> Bool:
    """The controller's ISR is the known one, or that of a later request, which is smaller."""
    is_known = p.epoch == highest_epoch(p)
    return all_of(
        [
            is_within(p.isr, p.known_isr),
            implies(is_known, are_same(p.isr, p.known_isr)),
            implies(negate(is_known), are_same(p.isr, p.requests.at(p.epoch).isr)),
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
            lambda e: implies(e > taken_up, is_within(isr, p.requests.at(e).isr)),
        )
        return implies(later > taken_up, all_of([is_within(isr, p.known_isr), shrunk]))

    return every(p.requests.length, is_smaller)


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

"""Who may lead next, and what a new leader knows."""

from kafka_tck.model.durability.state import Cluster
from kafka_tck.model.terms import NONE, Bool, Int, all_of, any_of, choose, least, negate


def is_fit(p: Cluster, heir: int) -> Bool:
    """The controller may elect it; none is elected exactly if nobody is fit."""
    kinds = _candidates(p)
    nobody_yet: Bool = all_of([])
    fit = []
    for kind in kinds:
        fit.append(all_of([nobody_yet, kind[heir]]) if heir != NONE else any_of([]))
        nobody_yet = all_of([nobody_yet, negate(any_of(kind))])
    return nobody_yet if heir == NONE else any_of(fit)


def _candidates(p: Cluster) -> list[list[Bool]]:
    """By preference: who may be elected of the ISR, of the eligible ones, and otherwise."""
    clean = [all_of([b.runs, b.in_isr]) for b in p.brokers]
    kinds = [clean]
    if p.given.elr:
        none_left = negate(any_of(any_of([b.in_isr, b.is_eligible]) for b in p.brokers))
        kinds.append([all_of([b.runs, b.is_eligible]) for b in p.brokers])
        kinds.append(
            [all_of([b.runs, none_left, p.last_leader == n]) for n, b in enumerate(p.brokers)]
        )
    if p.given.unclean:
        kinds.append([b.runs for b in p.brokers])
    return kinds


def elected(p: Cluster, heir: int) -> Cluster:
    """The heir leads: alone in the ISR if it was not in it, knowing nothing of the others' logs."""
    last = _last_leader(p, heir)
    # Who waited at the old leader is not told: its connection is gone.
    produced = p.produced
    for record in range(p.given.records):
        produced = produced.put(record, waits=False)
    if heir == NONE:
        return p.having(leader=NONE, last_leader=last, produced=produced)
    clean = p.brokers[heir].in_isr
    brokers = tuple(
        b.having(
            known=0,
            in_isr=all_of([clean, b.in_isr]) if n != heir else True,
            is_eligible=b.is_eligible if n != heir else False,
        )
        for n, b in enumerate(p.brokers)
    )
    own = p.brokers[heir].log.length
    return p.having(
        leader=heir,
        last_leader=last,
        hw=least(p.hw, own),
        epoch_start=own,
        produced=produced,
        brokers=brokers,
    )


def _last_leader(p: Cluster, heir: int) -> Int | int:
    """It is remembered while nobody leads."""
    if not p.given.elr or heir != NONE:
        return NONE
    return choose(p.leader == NONE, p.last_leader, p.leader)

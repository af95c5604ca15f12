"""How the controller changes a partition: the one place where leaders are elected.

It takes the ISR that is asked for, completes a reassignment that is ready, finds the eligible
leader replicas, elects, and raises epochs (PartitionChangeBuilder.build).
"""

from __future__ import annotations

from dataclasses import dataclass

from kafka_tck.model.lifecycle.state import (
    BY_ELR,
    CLEAN,
    LAST_KNOWN,
    UNCLEAN,
    Flags,
    Partition,
    active,
    chosen,
    count,
    either,
    first,
    has,
    minus,
    without,
)
from kafka_tck.model.terms import NONE, Bool, Int, all_of, any_of, choose, implies, most, negate


@dataclass(frozen=True)
class Target:
    """What a change aims at."""

    isr: Flags
    acceptable: Flags
    """Brokers that may lead."""
    replicas: Flags
    adding: Flags
    removing: Flags
    elr: Flags = ()


@dataclass(frozen=True)
class Elected:
    """The outcome of an election."""

    leader: Int
    is_new: Bool
    by_elr: Bool
    dangerous: Bool
    """The leader may lack committed records: it is the last known one, or any."""
    kind: Int


def aim(p: Partition, *, isr: Flags | None = None, acceptable: Flags | None = None) -> Target:
    """The partition as it is, but for what is named."""
    return Target(
        p.isr if isr is None else isr,
        active(p) if acceptable is None else acceptable,
        p.replicas,
        p.adding,
        p.removing,
    )


def changed(p: Partition, target: Target, lost: int | None = None) -> Partition:
    """The partition after a change; `lost` names a broker that shut down uncleanly."""
    target = _with_elr(p, _completed(target), lost)
    elected = _elect(p, target)
    isr, elr = _membership(p, target, elected)
    drops_replicas = any_of(minus(p.replicas, target.replicas))
    raises = any_of([elected.is_new, drops_replicas]) if p.given.raises_leader_epoch else False
    after = p.having(
        replicas=target.replicas,
        adding=target.adding,
        removing=target.removing,
        isr=isr,
        elr=elr,
        leader=elected.leader,
        last_known=_last_known(p, elected, isr),
        leader_epoch=p.leader_epoch + choose(raises, 1, 0),
        election=most(p.election, elected.kind),
    )
    step = choose(any_of([drops_replicas, _differs(p, after)]), 1, 0)
    return after.having(partition_epoch=p.partition_epoch + step)


def _completed(target: Target) -> Target:
    """A reassignment is complete when all replicas that stay are in the ISR (KIP-455)."""
    stay, rest = minus(target.replicas, target.removing), minus(target.isr, target.removing)
    done = all_of(
        [
            any_of((*target.adding, *target.removing)),
            any_of(rest),
            *(implies(wanted, inside) for wanted, inside in zip(stay, rest, strict=True)),
        ]
    )
    nobody = tuple(all_of([member, False]) for member in stay)
    return Target(
        chosen(done, rest, target.isr),
        target.acceptable,
        chosen(done, stay, target.replicas),
        chosen(done, nobody, target.adding),
        chosen(done, nobody, target.removing),
    )


def _with_elr(p: Partition, target: Target, lost: int | None) -> Target:
    """Who leaves an ISR smaller than min.insync.replicas stays eligible (KIP-966)."""
    small = all_of([p.given.elr, count(target.isr) < p.given.enough])
    left = without(minus(either(p.isr, p.elr), target.isr), lost)
    elr = tuple(all_of([small, member]) for member in left)
    return Target(
        target.isr, target.acceptable, target.replicas, target.adding, target.removing, elr
    )


def _elect(p: Partition, target: Target) -> Elected:
    """The present leader if it is valid; else the first of the ISR, of the ELR, and so on."""
    nobody = negate(any_of(target.isr))
    willing = tuple(
        all_of([held, may]) for held, may in zip(target.replicas, target.acceptable, strict=True)
    )
    valid = tuple(
        all_of([willing[n], any_of([inside, all_of([nobody, target.elr[n]])])])
        for n, inside in enumerate(target.isr)
    )
    last = _last_known_is_due(p, target, nobody)
    anyone = first(willing) if p.given.unclean else choose(False, 0, NONE)
    leader = choose(
        has(valid, p.leader),
        p.leader,
        choose(any_of(valid), first(valid), choose(last, p.last_known, anyone)),
    )
    is_new = leader != p.leader
    dangerous = all_of([is_new, leader != NONE, negate(any_of(valid))])
    by_elr = all_of([is_new, has(target.elr, leader), negate(dangerous)])
    kind = choose(dangerous, choose(last, LAST_KNOWN, UNCLEAN), choose(by_elr, BY_ELR, CLEAN))
    return Elected(leader, is_new, by_elr, dangerous, kind)


def _last_known_is_due(p: Partition, target: Target, nobody: Bool) -> Bool:
    """ISR and ELR are empty: who led last may lead again, once it is unfenced (KIP-966)."""
    alive = has(target.acceptable, p.last_known)
    return all_of(
        [
            p.given.elr,
            nobody,
            negate(any_of(target.elr)),
            p.last_known != NONE,
            alive if p.given.checks_last_known_leader else True,
        ]
    )


def _membership(p: Partition, target: Target, elected: Elected) -> tuple[Flags, Flags]:
    """ISR and ELR after the election: whoever was not elected from the ISR is alone in it."""
    alone = any_of([elected.by_elr, elected.dangerous])
    isr = tuple(choose(alone, elected.leader == n, inside) for n, inside in enumerate(target.isr))
    if not p.given.elr:
        isr = chosen(any_of(isr), isr, p.isr)
    elr = tuple(
        all_of([member, negate(elected.dangerous), negate(isr[n])])
        for n, member in enumerate(target.elr)
    )
    return isr, elr


def _last_known(p: Partition, elected: Elected, isr: Flags) -> Int:
    """Noted when the ISR becomes empty, forgotten when there is a leader."""
    emptied = all_of([p.given.elr, any_of(p.isr), negate(any_of(isr))])
    kept = choose(elected.leader == NONE, p.last_known, NONE)
    return choose(emptied, p.leader, kept)


def _differs(p: Partition, after: Partition) -> Bool:
    sets = [(p.replicas, after.replicas), (p.adding, after.adding), (p.removing, after.removing)]
    sets += [(p.isr, after.isr), (p.elr, after.elr)]
    return any_of(
        [
            p.leader != after.leader,
            p.last_known != after.last_known,
            *(a != b for one, other in sets for a, b in zip(one, other, strict=True)),
        ]
    )

"""How the controller changes a partition: the one place where leaders are elected.

It takes the ISR that is asked for, completes a reassignment that is ready, finds the eligible
leader replicas, elects, and raises epochs (PartitionChangeBuilder.build).
"""

from __future__ import annotations

from dataclasses import dataclass, replace

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


@dataclass(frozen=True)
class Elected:
    """The outcome of an election."""

    leader: Int
    by_elr: Bool
    by_last_known: Bool
    dangerous: Bool
    """The leader may lack committed records: it is the last known one, or any."""


def aim(p: Partition, *, isr: Flags | None = None, acceptable: Flags | None = None) -> Target:
    """The partition as it is, but for what is named."""
    return Target(
        p.isr if isr is None else isr,
        active(p) if acceptable is None else acceptable,
        p.replicas,
        p.adding,
        p.removing,
    )


def grown(p: Partition, isr: Flags) -> Partition:
    """The partition with the ISR that its leader asks for.

    A reassignment is complete when all replicas that stay are in the ISR (KIP-455). Only here can
    that happen: all other changes take members out, or add a replica that is not in the ISR.
    """
    plain = aim(p, isr=isr)
    stay, rest = minus(p.replicas, p.removing), minus(isr, p.removing)
    done = all_of(
        [
            any_of((*p.adding, *p.removing)),
            any_of(rest),
            *(implies(wanted, inside) for wanted, inside in zip(stay, rest, strict=True)),
        ]
    )
    finished = replace(plain, isr=rest, replicas=stay, adding=_nobody(p), removing=_nobody(p))
    return either_record(done, changed(p, finished), changed(p, plain))


def either_record(condition: Bool, yes: Partition, no: Partition) -> Partition:
    """One partition or the other. Only the controller's record differs."""
    sets = ("replicas", "adding", "removing", "isr", "elr")
    numbers = ("leader", "leader_epoch", "partition_epoch", "last_known", "election")
    return no.having(
        **{name: chosen(condition, getattr(yes, name), getattr(no, name)) for name in sets},
        **{name: choose(condition, getattr(yes, name), getattr(no, name)) for name in numbers},
    )


def changed(p: Partition, target: Target, lost: int | None = None) -> Partition:
    """The partition after a change; `lost` names a broker that shut down uncleanly."""
    elr = _eligible(p, target, lost)
    elected = _elect(p, target, elr)
    isr = _isr(p, target, elected)
    after = p.having(
        replicas=target.replicas,
        adding=target.adding,
        removing=target.removing,
        isr=isr,
        elr=_elr(elr, elected),
        leader=elected.leader,
        last_known=_last_known(p, target, elected),
        election=most(p.election, _kind(elected)),
    )
    drops_replicas = any_of(minus(p.replicas, target.replicas))
    raises = all_of(
        [p.given.raises_leader_epoch, any_of([elected.leader != p.leader, drops_replicas])]
    )
    step = choose(any_of([drops_replicas, _differs(p, after)]), 1, 0)
    return after.having(
        leader_epoch=p.leader_epoch + choose(raises, 1, 0),
        partition_epoch=p.partition_epoch + step,
    )


def _eligible(p: Partition, target: Target, lost: int | None) -> Flags:
    """Who leaves an ISR smaller than min.insync.replicas stays eligible (KIP-966)."""
    small = all_of([p.given.elr, count(target.isr) < p.given.enough])
    left = without(minus(either(p.isr, p.elr), target.isr), lost)
    return tuple(all_of([small, member]) for member in left)


def _elect(p: Partition, target: Target, elr: Flags) -> Elected:
    """The present leader if it is valid; else the first of the ISR, of the ELR, and so on."""
    nobody = negate(any_of(target.isr))
    willing = tuple(
        all_of([held, may]) for held, may in zip(target.replicas, target.acceptable, strict=True)
    )
    valid = tuple(
        all_of([willing[n], any_of([inside, all_of([nobody, elr[n]])])])
        for n, inside in enumerate(target.isr)
    )
    found, last = any_of(valid), _last_known_is_due(p, target, elr)
    anyone = first(willing) if p.given.unclean else choose(False, 0, NONE)
    leader = choose(
        has(valid, p.leader),
        p.leader,
        choose(found, first(valid), choose(last, p.last_known, anyone)),
    )
    by_last_known = all_of([negate(found), last])
    by_anyone = all_of([p.given.unclean, negate(found), any_of(willing)])
    return Elected(
        leader, all_of([nobody, found]), by_last_known, any_of([by_last_known, by_anyone])
    )


def _last_known_is_due(p: Partition, target: Target, elr: Flags) -> Bool:
    """ISR and ELR are empty: who led last may lead again, once it is unfenced (KIP-966)."""
    alive = has(target.acceptable, p.last_known)
    return all_of(
        [
            p.given.elr,
            negate(any_of((*target.isr, *elr))),
            p.last_known != NONE,
            alive if p.given.checks_last_known_leader else True,
        ]
    )


def _isr(p: Partition, target: Target, elected: Elected) -> Flags:
    """Whoever was not elected from the ISR is alone in it. Without ELR it is never empty."""
    alone = any_of([elected.by_elr, elected.dangerous])
    isr = tuple(choose(alone, elected.leader == n, inside) for n, inside in enumerate(target.isr))
    kept = any_of([p.given.elr, alone, *target.isr])
    return chosen(kept, isr, p.isr)


def _elr(elr: Flags, elected: Elected) -> Flags:
    """Who is elected leaves the ELR; a dangerous election empties it."""
    return tuple(
        all_of([member, negate(elected.dangerous), elected.leader != n])
        for n, member in enumerate(elr)
    )


def _last_known(p: Partition, target: Target, elected: Elected) -> Int:
    """Noted when the ISR becomes empty, forgotten when there is a leader."""
    leaderless = elected.leader == NONE
    emptied = all_of([p.given.elr, leaderless, any_of(p.isr), negate(any_of(target.isr))])
    return choose(emptied, p.leader, choose(leaderless, p.last_known, NONE))


def _kind(elected: Elected) -> Int:
    dangerous = choose(elected.by_last_known, LAST_KNOWN, UNCLEAN)
    return choose(elected.dangerous, dangerous, choose(elected.by_elr, BY_ELR, CLEAN))


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


def _nobody(p: Partition) -> Flags:
    return tuple(all_of([False]) for _ in p.brokers)

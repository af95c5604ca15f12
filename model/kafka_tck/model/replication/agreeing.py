"""Who follows whom, and what their logs have in common."""

from kafka_tck.model.replication.state import Partition
from kafka_tck.model.terms import Bool, Int, all_of, any_of, choose, most


def presumes_to_lead(p: Partition, replica: int) -> Bool:
    """It believes that it leads: it takes writes, rightly or as a zombie."""
    return p.replicas[replica].leader == replica


def leads_truly(p: Partition, replica: int) -> Bool:
    """It presumes to lead, in the latest epoch, and the controller agrees."""
    agreed = all_of([p.leader == replica, p.replicas[replica].epoch == p.epoch])
    return all_of([presumes_to_lead(p, replica), agreed])


def follows(p: Partition, leader: int, replica: int) -> Bool:
    """The replica acknowledges this leader, as far as the protocol lets the leader tell."""
    listens = p.replicas[replica].leader == leader
    if p.given.fences:
        same = p.replicas[replica].epoch == p.replicas[leader].epoch
        return all_of([presumes_to_lead(p, leader), listens, same])
    if p.given.truncates_when_it_fetches:
        return all_of([presumes_to_lead(p, leader), listens])
    return listens


def has(p: Partition, leader: int, replica: int, offset: Int) -> Bool:
    """The replica has a record at an offset at which the leader has one."""
    there = offset < p.replicas[replica].log.length
    if p.given.truncates_when_it_fetches:
        return all_of([there, _same_epoch(p, leader, replica, offset)])
    return there


def reached(p: Partition, leader: int, replica: int, end: Int) -> Bool:
    """The replica has what the leader has before this end."""
    last = end - 1
    both = all_of([last < p.replicas[leader].log.length, last < p.replicas[replica].log.length])
    if p.given.truncates_when_it_fetches:
        both = all_of([both, _same_epoch(p, leader, replica, last)])
    return any_of([end == 0, both])


def _same_epoch(p: Partition, leader: int, replica: int, offset: Int) -> Bool:
    here, there = p.replicas[replica].log.at(offset), p.replicas[leader].log.at(offset)
    epochs: Bool = here.epoch == there.epoch
    return epochs


def same_record(p: Partition, one: int, other: int, offset: Int) -> Bool:
    """Both replicas hold the same record at an offset that both have."""
    here, there = p.replicas[one].log.at(offset), p.replicas[other].log.at(offset)
    return all_of([here.id == there.id, here.epoch == there.epoch])


def isr_with(isr: tuple[Bool, ...], replica: int, inside: bool | Bool) -> tuple[bool | Bool, ...]:
    return tuple(inside if n == replica else member for n, member in enumerate(isr))


def known_isr_after(p: Partition, epoch: Int) -> tuple[Bool, ...]:
    """The ISR of the highest epoch that any replica has taken up, once one takes up this epoch."""
    is_news = epoch > most(*(replica.epoch for replica in p.replicas))
    named = p.requests.at(epoch).isr
    return tuple(choose(is_news, new, old) for new, old in zip(named, p.known_isr, strict=True))

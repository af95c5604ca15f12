"""Where a new follower cuts its log, by each of the protocols."""

from kafka_tck.model.replication.agreeing import same_record
from kafka_tck.model.replication.state import Partition
from kafka_tck.model.terms import Int, all_of, choose, first_where, last_where, least


def truncation_point(p: Partition, leader: int, replica: int) -> Int:
    """Where a new follower cuts its log."""
    own = p.replicas[replica]
    match p.given.protocol:
        case "high-watermark":
            return own.hw
        case "kip-101":
            return choose(own.log.length == 0, 0, _end_of_epoch(p, leader, replica))
        case "kip-320-first-try":
            return own.log.length
    return last_match(p, leader, replica)


def _end_of_epoch(p: Partition, leader: int, replica: int) -> Int:
    """Where the leader's records of the epoch of the replica's last record end (KIP-101)."""
    own, other = p.replicas[replica], p.replicas[leader].log
    epoch = own.log.at(own.log.length - 1).epoch
    later = first_where(other.length, lambda o: other.at(o).epoch > epoch)
    return choose(
        all_of([other.length > 0, other.at(other.length - 1).epoch == epoch]),
        other.length,
        choose(later < other.length, later, own.hw),
    )


def last_match(p: Partition, leader: int, replica: int) -> Int:
    """One past the last offset at which both logs hold the same record (KIP-279)."""
    shared = least(p.replicas[replica].log.length, p.replicas[leader].log.length)
    return last_where(shared, lambda o: same_record(p, replica, leader, o))

"""What followers do: they take up a leader, cut their logs, and copy its."""

from kafka_tck.model.replication.agreeing import follows, known_isr_after, presumes_to_lead, reached
from kafka_tck.model.replication.state import PUBLIC, Partition, replication
from kafka_tck.model.replication.truncating import last_match, truncation_point
from kafka_tck.model.sources import KIP, Text
from kafka_tck.model.spec import Step, nodes, when, whole
from kafka_tck.model.terms import Int, all_of, any_of, least


@replication.action(
    Text(PUBLIC, "FencedBecomeFollowerAndTruncate; BecomeFollowerAndTruncateTo"),
    KIP(101),
    KIP(279),
    KIP(320),
    replica=nodes,
    leader=nodes,
    epoch=whole(0, lambda sizes: sizes["epochs"] - 1),
)
def broker_becomes_follower(p: Partition, replica: int, leader: int, epoch: Int) -> Step[Partition]:
    """A broker takes up a later epoch in which another leads, and cuts its log to that one's."""
    own = p.replicas[replica]
    request = p.requests.at(epoch)
    end = truncation_point(p, leader, replica)
    fenced = all_of([presumes_to_lead(p, leader), p.replicas[leader].epoch == epoch])
    return when(
        is_another=replica != leader,
        was_sent=epoch < p.requests.length,
        names_leader=request.leader == leader,
        is_later=own.epoch < epoch,
        leader_is_there=fenced if p.given.fences else True,
        can_be_cut=end <= own.log.length,
    ).then(
        p.having(known_isr=known_isr_after(p, epoch)).having_of(
            "replicas",
            replica,
            epoch=epoch,
            leader=leader,
            isr=request.isr,
            hw=own.hw if p.given.truncates_when_it_fetches else least(end, own.hw),
            log=own.log.cut(end),
        )
    )


@replication.action(
    Text(PUBLIC, "FollowerTruncate of Kip320FirstTry"),
    only=lambda given: given.truncates_when_it_fetches,
    replica=nodes,
    leader=nodes,
)
def follower_truncates(p: Partition, replica: int, leader: int) -> Step[Partition]:
    """A follower whose last record is not its leader's cuts its log, at any time."""
    own, other = p.replicas[replica], p.replicas[leader]
    last = own.log.length - 1
    end = last_match(p, leader, replica)
    differs = any_of(
        [
            own.log.length > other.log.length,
            all_of([own.log.length > 0, own.log.at(last).epoch != other.log.at(last).epoch]),
        ]
    )
    return when(
        presumes=presumes_to_lead(p, leader), listens=own.leader == leader, differs=differs
    ).then(p.having_of("replicas", replica, log=own.log.cut(end), hw=least(end, own.hw)))


@replication.action(
    Text(PUBLIC, "FencedFollowerFetch; FollowerReplicate"), replica=nodes, leader=nodes
)
def follower_fetches(p: Partition, replica: int, leader: int) -> Step[Partition]:
    """A follower copies its leader's next record, and learns its high watermark."""
    own, other = p.replicas[replica], p.replicas[leader]
    end = own.log.length
    record = other.log.at(end)
    matches = reached(p, leader, replica, end) if p.given.truncates_when_it_fetches else True
    return when(
        presumes=presumes_to_lead(p, leader),
        follows=follows(p, leader, replica),
        matches=matches,
        has_more=end < other.log.length,
    ).then(
        p.having_of(
            "replicas",
            replica,
            log=own.log.append(id=record.id, epoch=record.epoch),
            hw=least(other.hw, end + 1),
        )
    )

"""Records are written, copied, and reach the disk."""

from kafka_tck.model.durability.committing import committed, isr_size
from kafka_tck.model.durability.state import ALL, Cluster, durability
from kafka_tck.model.shapes import either
from kafka_tck.model.sources import Code, Docs
from kafka_tck.model.spec import Step, nodes, when
from kafka_tck.model.terms import Bool, Int, Seq, all_of, any_of, last_where, least


@durability.action(
    Code("Partition.appendRecordsToLeader"), Docs("acks, min.insync.replicas"), leader=nodes
)
def producer_writes(p: Cluster, leader: int) -> Step[Cluster]:
    """The leader appends a record; with acks=0 or 1 its producer takes it to be safe."""
    needs_all = p.given.acks == ALL
    written = p.having(produced=p.produced.append(acked=not needs_all, waits=needs_all)).having_of(
        "brokers", leader, **_appended(p, leader, p.produced.length)
    )
    return when(
        leads=p.leader == leader,
        is_planned=p.produced.length < p.given.records,
        has_enough_replicas=isr_size(p) >= p.given.least_isr if needs_all else True,
    ).then(committed(written))


def _appended(p: Cluster, broker: int, record: Int) -> dict[str, object]:
    own = p.brokers[broker]
    on_disk = own.log.length + 1 if p.given.flush else own.on_disk
    return {"log": own.log.append(id=record), "on_disk": on_disk}


@durability.action(Code("ReplicaManager.fetchMessages"), follower=nodes, leader=nodes)
def follower_fetches(p: Cluster, follower: int, leader: int) -> Step[Cluster]:
    """A follower tells how far its log goes, and copies the leader's next record.

    One whose log differs from the leader's cuts it instead (KIP-101, KIP-595).
    """
    own, other = p.brokers[follower], p.brokers[leader]
    shared = _shared(own.log, other.log)
    differs = shared < own.log.length
    has_more = own.log.length < other.log.length
    cut = p.having_of(
        "brokers", follower, log=own.log.cut(shared), on_disk=least(own.on_disk, shared)
    )
    fetched = either(differs, cut, _copied(p, follower, other.log, has_more))
    return when(
        leads=p.leader == leader,
        is_another=follower != leader,
        runs=own.runs,
        does_something=any_of([differs, has_more, own.known != own.log.length]),
    ).then(committed(fetched))


def _copied(p: Cluster, follower: int, source: Seq, has_more: Bool) -> Cluster:
    own = p.brokers[follower]
    told = p.having_of("brokers", follower, known=own.log.length)
    longer = told.having_of(
        "brokers", follower, **_appended(p, follower, source.at(own.log.length).id)
    )
    if not p.given.acks_before_append:
        return either(has_more, longer, told)
    early = p.having_of("brokers", follower, known=own.log.length + 1)
    return either(
        all_of([has_more, own.known == own.log.length]), early, either(has_more, longer, told)
    )


def _shared(one: Seq, other: Seq) -> Int:
    """How many records two logs share from their start; ids are never used twice."""
    both = least(one.length, other.length)
    return last_where(both, lambda o: one.at(o).id == other.at(o).id)


@durability.action(Docs("flush.messages, flush.ms and the page cache"), broker=nodes)
def page_cache_is_written(p: Cluster, broker: int) -> Step[Cluster]:
    """The operating system writes a broker's page cache to disk, whenever it likes."""
    own = p.brokers[broker]
    return when(runs=own.runs, has_unwritten=own.on_disk < own.log.length).then(
        p.having_of("brokers", broker, on_disk=own.log.length)
    )

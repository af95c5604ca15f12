"""Another broker leads the transaction log."""

from kafka_tck.model.spec import Step, nodes, when
from kafka_tck.model.terms import negate
from kafka_tck.model.transactions_diary.coordinators import answered
from kafka_tck.model.transactions_diary.state import (
    NOT_COORDINATOR,
    NOTHING_KNOWN,
    Cluster,
    at_leader,
    public,
    transactions_diary,
)


@transactions_diary.action(public("ElectLeader"), broker=nodes)
def controller_elects(p: Cluster, broker: int) -> Step[Cluster]:
    """Another broker leads the log, under a new epoch, and knows what its predecessor knows."""
    known = {name: at_leader(p, name) for name in NOTHING_KNOWN}
    return when(does_not_lead=p.brokers[broker].knows_leader != broker).then(
        p.having(leader=broker, epoch=p.epoch + 1).having_of(
            "brokers", broker, knows_leader=broker, knows_epoch=p.epoch + 1, **known
        )
    )


@transactions_diary.action(public("BecomeFollower"), broker=nodes)
def coordinator_resigns(p: Cluster, broker: int) -> Step[Cluster]:
    """A broker hears that another leads: it drops what is not committed, and tells who waits."""
    own = p.brokers[broker]
    resigned = p.having_of(
        "brokers",
        broker,
        knows_epoch=p.epoch,
        knows_leader=p.leader,
        log=own.log.cut(own.hw),
        **NOTHING_KNOWN,
    )
    return when(
        is_behind=own.knows_epoch < p.epoch,
        believes_to_lead=own.knows_leader == broker,
        does_not=negate(p.leader == broker),
    ).then(answered(resigned, own.log.at(own.hw), NOT_COORDINATOR))

"""The controller changes the ISR and the leader, under a new epoch each time."""

from kafka_tck.model.replication.agreeing import isr_with
from kafka_tck.model.replication.state import PUBLIC, Partition, replication
from kafka_tck.model.sources import Text
from kafka_tck.model.spec import Step, nodes, when
from kafka_tck.model.terms import NONE, Bool, Int, all_of, any_of, choose, negate


@replication.action(Text(PUBLIC, "ControllerShrinkIsr"), replica=nodes)
def controller_shrinks_isr(p: Partition, replica: int) -> Step[Partition]:
    """The controller takes a broker that failed out of the ISR, but never the last leader.

    A leader that fails leaves the partition without one until the next election.
    """
    leads = p.leader == replica
    others = any_of(member for n, member in enumerate(p.isr) if n != replica)
    stays = all_of([leads, negate(others)])
    isr = isr_with(p.isr, replica, all_of([p.isr[replica], stays]))
    return when(concerned=any_of([leads, p.isr[replica]])).then(
        _decided(p, choose(leads, NONE, p.leader), isr)
    )


@replication.action(Text(PUBLIC, "ControllerElectLeader"), replica=nodes)
def controller_elects_leader(p: Partition, replica: int) -> Step[Partition]:
    """The controller makes another member of the ISR the leader, under a new epoch."""
    return when(in_isr=p.isr[replica], is_new=p.leader != replica).then(_decided(p, replica, p.isr))


def _decided(p: Partition, leader: int | Int, isr: tuple[bool | Bool, ...]) -> Partition:
    return p.having(isr=isr, requests=p.requests.append(leader=leader, isr=isr))

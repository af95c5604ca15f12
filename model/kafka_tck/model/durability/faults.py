"""Processes end, machines lose power, brokers come back."""

from kafka_tck.model.durability.committing import committed
from kafka_tck.model.durability.elections import elected, is_fit
from kafka_tck.model.durability.isr import kept_eligible
from kafka_tck.model.durability.state import Cluster, durability
from kafka_tck.model.shapes import either
from kafka_tck.model.sources import KIP, Code, Docs
from kafka_tck.model.spec import Step, nodes, nodes_or_none, when
from kafka_tck.model.terms import NONE, all_of, any_of, choose, least, negate


@durability.action(
    Docs("a process that is killed leaves its page cache"), broker=nodes, heir=nodes_or_none
)
def broker_crashes(p: Cluster, broker: int, heir: int) -> Step[Cluster]:
    """A broker's process ends; what it had appended is still there when it comes back."""
    stopped = p.having(crashes=p.crashes + 1).having_of("brokers", broker, runs=False)
    return _failed(p, stopped, broker, heir)


@durability.action(
    Docs("a machine that loses power loses what was not on disk"), broker=nodes, heir=nodes_or_none
)
def broker_loses_power(p: Cluster, broker: int, heir: int) -> Step[Cluster]:
    """A broker's machine fails; what was in its page cache only is gone."""
    own = p.brokers[broker]
    stopped = p.having(power_failures=p.power_failures + 1).having_of(
        "brokers", broker, runs=False, log=own.log.cut(own.on_disk)
    )
    return _failed(p, stopped, broker, heir)


def _failed(p: Cluster, stopped: Cluster, broker: int, heir: int) -> Step[Cluster]:
    others = any_of(b.in_isr for n, b in enumerate(p.brokers) if n != broker)
    # Without eligible replicas the last member of the ISR stays in it.
    leaves = all_of([p.brokers[broker].in_isr, True if p.given.elr else others])
    left = stopped.having_of(
        "brokers", broker, in_isr=all_of([p.brokers[broker].in_isr, negate(leaves)])
    )
    fenced = kept_eligible(left, p, broker)
    if p.given.elr:
        fenced = fenced.having_of(
            "brokers",
            broker,
            is_eligible=any_of([p.brokers[broker].is_eligible, fenced.brokers[broker].is_eligible]),
        )
    led = p.leader == broker
    return when(
        runs=p.brokers[broker].runs,
        heir_is_fit=choose(led, is_fit(fenced, heir), p.leader == heir),
    ).then(either(led, elected(fenced, heir), committed(fenced)))


@durability.action(
    Code("ReplicationControlManager.handleUncleanBrokerShutdown"),
    KIP(966),
    broker=nodes,
    heir=nodes_or_none,
)
def broker_restarts(p: Cluster, broker: int, heir: int) -> Step[Cluster]:
    """A broker that failed comes back; where eligible replicas are kept it is not one any more."""
    own = p.brokers[broker]
    back = p.having_of(
        "brokers",
        broker,
        runs=True,
        known=0,
        on_disk=least(own.on_disk, own.log.length),
        is_eligible=False if p.given.elr else own.is_eligible,
    )
    vacant = p.leader == NONE
    return when(
        is_down=negate(own.runs),
        heir_is_fit=choose(vacant, is_fit(back, heir), p.leader == heir),
    ).then(either(vacant, elected(back, heir), back))

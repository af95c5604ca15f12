"""How brokers stop: crashes, power failures, and the end of a controlled shutdown."""

from __future__ import annotations

from typing import Any

from kafka_tck.model.lifecycle.brokers import nobody
from kafka_tck.model.lifecycle.state import Partition, concerned, lifecycle
from kafka_tck.model.sources import Code, Text
from kafka_tck.model.spec import Step, nodes, when, whole
from kafka_tck.model.terms import NONE, Int

SPEC = "kafka-tlaplus by Jack Vanlightly, KIP-966"


@lifecycle.action(Text(SPEC), broker=nodes)
def broker_crashes(p: Partition, broker: int) -> Step[Partition]:
    """A process ends with its log whole. The controller does not know that."""
    return when(is_up=p.brokers[broker].up, **concerned(p, broker)).then(
        _stopped(p, broker, clean=False).having(crashes=p.crashes + 1, mishaps=p.mishaps + 1)
    )


@lifecycle.action(
    Text(SPEC),
    only=lambda given: given.power_fails,
    broker=nodes,
    kept=whole(0, lambda sizes: sizes["log_size"] - 1),
)
def machine_loses_power(p: Partition, broker: int, kept: Int) -> Step[Partition]:
    """A process ends, and with it the end of its log, which was not flushed."""
    own = p.brokers[broker]
    after = _stopped(p, broker, clean=False, log=own.log.cut(kept))
    return when(is_up=own.up, had_more=kept < own.log.length, **concerned(p, broker)).then(
        after.having(
            crashes=p.crashes + 1,
            mishaps=p.mishaps + 1,
            power_failed=p.power_failed if p.given.elr else True,
        )
    )


@lifecycle.action(
    Code("BrokerHeartbeatManager.calculateNextBrokerState", "trunk of Oct 2024"), broker=nodes
)
def broker_shuts_down(p: Partition, broker: int) -> Step[Partition]:
    """The controller lets a broker stop that leads nothing any more: a clean shutdown."""
    own = p.brokers[broker]
    return when(
        is_up=own.up, is_shutting_down=own.shutting_down, leads_nothing=p.leader != broker
    ).then(_stopped(p, broker, clean=True, fenced=True))


def _stopped(p: Partition, broker: int, **changes: Any) -> Partition:
    """The broker is down, and what was not in its log is forgotten."""
    return p.having_of(
        "brokers",
        broker,
        up=False,
        leader_epoch=NONE,
        leader=NONE,
        partition_epoch=NONE,
        isr=nobody(p),
        pending=False,
        proposed=nobody(p),
        hw=0,
        start=0,
        ends=tuple(NONE for _ in p.brokers),
        seen=tuple(NONE for _ in p.brokers),
        **changes,
    )

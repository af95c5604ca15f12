"""How fast the suite itself is: operations per second of a few of its machines."""

import time
from typing import Final

from kafka_tck.adapters.target import TargetOptions
from kafka_tck.properties.deviations import shipped
from kafka_tck.properties.machine import Machine
from kafka_tck.properties.machines import all_machines
from kafka_tck.properties.suite import Suite

MACHINES: Final = ("PartitionLog", "FetchSessions", "TopicLives", "RefusedRequests")
"""One on a log, one on sessions, one on topics, one with a twin."""

SEED: Final = 1


def machines_named(names: tuple[str, ...]) -> list[type[Machine]]:
    """The machines of the suite that have these names. KeyError for an unknown one."""
    known = {machine.__name__: machine for machine in all_machines()}
    return [known[name] for name in names]


def operations_per_second(spec: str, names: tuple[str, ...]) -> float:
    """One run with a fixed seed and the quick profile; opening the target is not counted."""
    suite = Suite(spec, TargetOptions(seed=SEED), "quick", shipped())
    session = suite.open()
    try:
        start = time.perf_counter()
        suite.run(machines_named(names), lambda name: None)
        return session.operations / (time.perf_counter() - start)
    finally:
        suite.close()

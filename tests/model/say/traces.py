"""A short trace for tests: a record is written and replicated, and the follower is shrunk out."""

from kafka_tck.model.modules import load
from kafka_tck.model.say.trace import Trace, retold

CALLS = (
    ("controller_elects_leader", {"replica": 2}),
    ("broker_becomes_leader", {"replica": 2, "epoch": 0}),
    ("broker_becomes_follower", {"replica": 0, "leader": 2, "epoch": 0}),
    ("leader_appends", {"leader": 2}),
    ("follower_fetches", {"replica": 0, "leader": 2}),
    ("leader_shrinks_isr", {"leader": 2, "follower": 1}),
    ("leader_advances_hw", {"leader": 2}),
)


def replicated() -> Trace:
    return retold(load("replication"), CALLS)

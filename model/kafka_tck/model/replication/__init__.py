"""Replication of one partition: `state.py` says what it is about. The parts register themselves."""

from kafka_tck.model.replication import claims, controller, followers, leaders, variants
from kafka_tck.model.replication.agreeing import leads_truly, presumes_to_lead, same_record
from kafka_tck.model.replication.state import KIP_101, Partition, Replica, Replication, replication

__all__ = [
    "KIP_101",
    "Partition",
    "Replica",
    "Replication",
    "claims",
    "controller",
    "followers",
    "leaders",
    "leads_truly",
    "presumes_to_lead",
    "replication",
    "same_record",
    "variants",
]

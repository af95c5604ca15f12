"""The modules of the specification, by name."""

from importlib import import_module
from typing import Any, Final

from kafka_tck.model.spec import Module

WHERE: Final = {
    "async_isr": "kafka_tck.model.async_isr:async_isr",
    "cached_partition": "kafka_tck.model.fetch_sessions:cached_partition",
    "cause_and_effect": "kafka_tck.model.cause_and_effect:cause_and_effect",
    "consumer": "kafka_tck.model.consumer:consumer",
    "durability": "kafka_tck.model.durability:durability",
    "fetch_session": "kafka_tck.model.fetch_sessions:fetch_session",
    "groups_classic": "kafka_tck.model.groups_classic:groups_classic",
    "groups_consumer": "kafka_tck.model.groups_consumer:groups_consumer",
    "idempotence": "kafka_tck.model.idempotence:idempotence",
    "lifecycle": "kafka_tck.model.lifecycle:lifecycle",
    "log": "kafka_tck.model.log:log",
    "offsets": "kafka_tck.model.offsets:offsets",
    "pipeline": "kafka_tck.model.pipeline:pipeline",
    "replication": "kafka_tck.model.replication:replication",
    "transactions": "kafka_tck.model.transactions:transactions",
    "transactions_diary": "kafka_tck.model.transactions_diary:transactions_diary",
}
"""Name to `python.module:attribute`. A module is added by one line here."""


def load(name: str) -> Module[Any]:
    """The module of this name. KeyError if there is none."""
    path, _, attribute = WHERE[name].partition(":")
    module: Module[Any] = getattr(import_module(path), attribute)
    return module


PROOFS: Final = {
    "async_isr": "kafka_tck.model.async_isr_proof",
    "cached_partition": "kafka_tck.model.fetch_sessions_proof",
    "consumer": "kafka_tck.model.consumer_proof",
    "groups_classic": "kafka_tck.model.groups_classic_proof",
    "groups_consumer": "kafka_tck.model.groups_consumer_proof",
    "idempotence": "kafka_tck.model.idempotence_proof",
    "offsets": "kafka_tck.model.offsets_proof",
    "replication": "kafka_tck.model.replication_proof",
    "transactions": "kafka_tck.model.transactions_proof",
}
"""Name to the Python module that registers what supports its claims, where one is needed."""


def load_with_proof(name: str) -> Module[Any]:
    """The module of this name, with the claims that support its own."""
    if name in PROOFS:
        import_module(PROOFS[name])
    return load(name)


def every_module() -> list[Module[Any]]:
    """All of them, in the order of their names."""
    return [load(name) for name in sorted(WHERE)]

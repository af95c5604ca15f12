"""Asking for metadata by names, by ids, for all topics and for none."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Final

from kafka_tck.adapters.client import Answer
from kafka_tck.model.topics import error_of_lookup
from kafka_tck.properties.belief import Belief
from kafka_tck.properties.claims import Claim, Judgement, Observation, claim, claim_that
from kafka_tck.properties.operations.answers import claim_answered, silent
from kafka_tck.properties.operations.metadata.metadata_laws import (
    brokers_are_told,
    lookups_are_told_apart,
    null_lists_all,
    one_leader_per_epoch,
    partitions_are_complete,
)
from kafka_tck.properties.operations.operation import Operation
from kafka_tck.properties.operations.topics.naming import (
    broker,
    cluster_of,
    live_ids,
    real_id,
    spell,
    symbol_of_id,
)
from kafka_tck.properties.world import World
from kafka_tck.wire.errors import error_name

LEADERS: Final = "leaders"
"""The note of a belief that keeps the leader of each topic id, partition and leader epoch."""

CLUSTER_ID: Final = "cluster id"


@dataclass(frozen=True)
class Metadata(Operation, kind="metadata"):
    """Asks one node, by its position, about names (None: all topics) or, instead, about ids."""

    names: tuple[str, ...] | None = ()
    ids: tuple[str, ...] = ()
    version: int | None = None
    node: int = 1

    def perform(self, world: World) -> Observation:
        version = world.profile.newest("Metadata") if self.version is None else self.version
        client = world.client(node=broker(world, self.node))
        outcome = world.call(
            client,
            "Metadata",
            version,
            topics=self._asked(world, version),
            allow_auto_topic_creation=False,
        )
        if not isinstance(outcome, Answer):
            return silent(outcome)
        entries = outcome.body.topics or []
        if self._lists_all(version):
            entries = [entry for entry in entries if entry.name in world.names.values()]
        ours = [seen_topic(world, entry, version) for entry in entries]
        told = {"version": version, "topics": ours}
        return {**told, **seen_cluster(outcome.body, version)}

    def _asked(self, world: World, version: int) -> list[dict[str, Any]] | None:
        if self.names is None:
            return None if version > 0 else []
        by_id = [{"name": None, "topic_id": real_id(world, id_)} for id_ in self.ids]
        return by_id + [{"name": spell(world, name)} for name in self.names]

    def judge(self, world: World, belief: Belief, seen: Observation) -> Sequence[Judgement]:
        if "silence" in seen:
            return [Judgement((claim_answered(seen),), belief)]
        claims = [claim_answered(seen), *_claims_on_cluster(world, belief, seen)]
        if self._lists_all(seen["version"]):
            claims.append(_claim_on_all(belief, seen))
        elif not self.names and not self.ids:
            claims.append(_claim_on_none(seen))
        else:
            claims += self._claims_on_lookups(world, belief, seen)
        told, after = _claims_on_topics(world, belief, seen)
        after = after.noting(CLUSTER_ID, belief.notes.get(CLUSTER_ID) or seen["cluster_id"])
        return [Judgement((*claims, *told), after)]

    def _lists_all(self, version: int) -> bool:
        return self.names is None or (version == 0 and not self.names)

    def _claims_on_lookups(self, world: World, belief: Belief, seen: Observation) -> list[Claim]:
        live, cluster = live_ids(belief), cluster_of(world, belief)
        by_id = {
            (live.get(id_), id_): "NONE" if id_ in live else "UNKNOWN_TOPIC_ID" for id_ in self.ids
        }
        by_name = {(n, None): error_of_lookup(spell(world, n), cluster) for n in self.names or ()}
        legal = sorted(_lookup(topic, id_, error) for (topic, id_), error in by_id.items())
        legal += sorted(_lookup(topic, None, error) for (topic, _), error in by_name.items())
        told = sorted(
            _lookup(entry["topic"], entry["id"] if self.ids else None, entry["error"])
            for entry in seen["topics"]
        )
        why = "these topics exist, and no others of those that were asked for"
        return [claim(lookups_are_told_apart.id, told, legal, because=why)]


def _lookup(topic: str | None, id_: str | None, error: str) -> list[str]:
    return [topic or "", id_ or "", error]


def _claim_on_all(belief: Belief, seen: Observation) -> Claim:
    told = sorted([entry["topic"], entry["error"]] for entry in seen["topics"])
    legal = [[topic, "NONE"] for topic in sorted(belief.topics)]
    why = "these are the topics of this run that exist"
    return claim(null_lists_all.id, told, legal, because=why)


def _claim_on_none(seen: Observation) -> Claim:
    return claim(null_lists_all.id, seen["topics"], [], because="no topic was asked for")


def _claims_on_cluster(world: World, belief: Belief, seen: Observation) -> list[Claim]:
    nodes = list(world.target.nodes())
    told = [seen["brokers"], seen["controller"] in (*seen["brokers"], None)]
    known = belief.notes.get(CLUSTER_ID)
    same = known is None or seen["cluster_id"] in (known, None)
    return [
        claim(brokers_are_told.id, told, [nodes, True], because="these brokers are alive"),
        claim_that(
            brokers_are_told.id,
            same,
            expected=f"cluster id {known}",
            actual=seen["cluster_id"],
            because="it was told before",
        ),
    ]


def _claims_on_topics(
    world: World, belief: Belief, seen: Observation
) -> tuple[list[Claim], Belief]:
    claims: list[Claim] = []
    for entry in seen["topics"]:
        if entry["error"] == "NONE" and entry["topic"] in belief.topics:
            claims.append(_claim_on_partitions(world, belief, entry))
            told, belief = _claims_on_leaders(belief, entry)
            claims += told
    return claims, belief


def _claim_on_partitions(world: World, belief: Belief, entry: dict[str, Any]) -> Claim:
    count = belief.topics[entry["topic"]].partitions
    indexes = [partition["index"] for partition in entry["partitions"]]
    faults = [_fault_of(world, partition) for partition in entry["partitions"]]
    return claim(
        partitions_are_complete.id,
        {"partitions": indexes, "faults": sorted({fault for fault in faults if fault})},
        {"partitions": list(range(count)), "faults": []},
        because=f"the topic has {count} partitions and every broker is alive",
    )


def _fault_of(world: World, partition: dict[str, Any]) -> str | None:
    """What is wrong with the description of a partition of a healthy cluster."""
    replicas, isr = partition["replicas"], partition["isr"]
    if partition["error"] != "NONE" or partition["offline"]:
        return f"{partition['error']}, offline {partition['offline']}"
    if len(set(replicas)) != len(replicas) or not set(replicas) <= set(world.target.nodes()):
        return f"replicas {replicas}"
    if not set(isr) <= set(replicas) or partition["leader"] not in isr:
        return f"leader {partition['leader']}, ISR {isr}, replicas {replicas}"
    return None


def _claims_on_leaders(belief: Belief, entry: dict[str, Any]) -> tuple[list[Claim], Belief]:
    known = belief.notes.get(LEADERS, {})
    assert isinstance(known, dict)
    told = {
        (entry["id"], partition["index"], partition["epoch"]): partition["leader"]
        for partition in entry["partitions"]
        if partition["epoch"] is not None and entry["id"] is not None
    }
    claims = [
        claim(one_leader_per_epoch.id, leader, known[key], because=f"so far it led in {key}")
        for key, leader in told.items()
        if key in known
    ]
    return claims, belief.noting(LEADERS, {**told, **known})


def seen_topic(world: World, entry: Any, version: int) -> dict[str, Any]:
    """One topic of a Metadata answer as plain values."""
    return {
        "topic": None if entry.name is None else world.symbol_of(entry.name),
        "id": _symbol(world, entry.topic_id) if version >= 10 else None,
        "error": error_name(entry.error_code),
        "partitions": [
            _seen_partition(partition, version)
            for partition in sorted(entry.partitions, key=lambda p: int(p.partition_index))
        ],
    }


def _symbol(world: World, real: Any) -> str | None:
    """The symbol of an id, also of one that was made up."""
    made_up = {real_id(world, symbol): symbol for symbol in ("nothing#1",)}
    return made_up.get(real) or symbol_of_id(world, real)


def _seen_partition(partition: Any, version: int) -> dict[str, Any]:
    return {
        "index": partition.partition_index,
        "error": error_name(partition.error_code),
        "leader": partition.leader_id,
        "epoch": partition.leader_epoch if version >= 7 else None,
        "replicas": list(partition.replica_nodes),
        "isr": list(partition.isr_nodes),
        "offline": list(partition.offline_replicas or []) if version >= 5 else [],
    }


def seen_cluster(body: Any, version: int) -> dict[str, Any]:
    """Brokers, controller and cluster id of a Metadata answer; None where a version has none."""
    return {
        "brokers": sorted(b.node_id for b in body.brokers),
        "controller": body.controller_id if version >= 1 else None,
        "cluster_id": body.cluster_id if version >= 2 else None,
    }

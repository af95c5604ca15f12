"""DescribeCluster."""

from collections.abc import Sequence
from dataclasses import dataclass

from kafka_tck.adapters.client import Answer
from kafka_tck.model.sources import KIP
from kafka_tck.properties.belief import Belief
from kafka_tck.properties.claims import Judgement, Observation, claim
from kafka_tck.properties.operations.answers import claim_answered, silent
from kafka_tck.properties.operations.operation import Operation
from kafka_tck.properties.requirement import Requirement
from kafka_tck.properties.world import World
from kafka_tck.wire.errors import error_name

clusters_are_described = Requirement(
    "cluster.brokers-are-described",
    "DescribeCluster names every live broker, one of them as controller, and the cluster id that "
    "Metadata tells.",
    KIP(700),
    covers=("G-18",),
    mutants=("describes-another-cluster-id",),
)

endpoints_are_checked = Requirement(
    "cluster.only-brokers-are-described-to-clients",
    "From version 1 on, asking a broker for the controllers is MISMATCHED_ENDPOINT_TYPE, and for "
    "an unknown type of endpoint UNSUPPORTED_ENDPOINT_TYPE.",
    KIP(919),
    covers=("G-18",),
    since=(3, 7),
    mutants=("ignores-the-endpoint-type",),
)

BROKERS, CONTROLLERS = 1, 2


@dataclass(frozen=True)
class DescribeCluster(Operation, kind="describe_cluster"):
    """Asks for the nodes of one kind of endpoint (version 0 knows only brokers)."""

    endpoint: int = BROKERS
    version: int | None = None

    def perform(self, world: World) -> Observation:
        version = self.version
        if version is None:
            version = world.profile.newest("DescribeCluster")
        asked = {"endpoint_type": self.endpoint} if version >= 1 else {}
        outcome = world.call(world.client(), "DescribeCluster", version, **asked)
        metadata = world.call(world.client(), "Metadata", topics=[])
        if not isinstance(outcome, Answer):
            return silent(outcome)
        body = outcome.body
        return {
            "error": error_name(body.error_code),
            "version": version,
            "brokers": sorted(b.broker_id for b in body.brokers or []),
            "controller": body.controller_id,
            "cluster_id": body.cluster_id,
            "by_metadata": metadata.body.cluster_id if isinstance(metadata, Answer) else None,
        }

    def judge(self, world: World, belief: Belief, seen: Observation) -> Sequence[Judgement]:
        claims = [claim_answered(seen)]
        if "silence" not in seen and self.endpoint != BROKERS and seen["version"] >= 1:
            mismatch = self.endpoint == CONTROLLERS
            legal = "MISMATCHED_ENDPOINT_TYPE" if mismatch else "UNSUPPORTED_ENDPOINT_TYPE"
            why = f"endpoint type {self.endpoint} at a broker's listener"
            claims.append(claim(endpoints_are_checked.id, seen["error"], legal, because=why))
        elif "silence" not in seen:
            nodes = list(world.target.nodes())
            told = [seen["error"], seen["brokers"], seen["cluster_id"], seen["controller"] in nodes]
            legal_answer = ["NONE", nodes, seen["by_metadata"], True]
            why = "these brokers are alive, and Metadata tells this cluster id"
            claims.append(claim(clusters_are_described.id, told, legal_answer, because=why))
        return [Judgement(tuple(claims), belief)]

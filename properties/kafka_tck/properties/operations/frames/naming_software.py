"""ApiVersions: how a client must name its software."""

from collections.abc import Sequence
from dataclasses import dataclass

from kafka_tck.adapters.client import Answer
from kafka_tck.model.frame_rules import is_software_name
from kafka_tck.properties.belief import Belief
from kafka_tck.properties.claims import Judgement, Observation, claim
from kafka_tck.properties.operations.answers import claim_answered, silent
from kafka_tck.properties.operations.frames.frame_requirements import software_must_be_named
from kafka_tck.properties.operations.operation import Operation
from kafka_tck.properties.world import World
from kafka_tck.wire.errors import error_name


@dataclass(frozen=True)
class NameSoftware(Operation, kind="name_software"):
    """ApiVersions of a served version, on a connection that has been used before."""

    version: int
    name: str = "tck"
    software_version: str = "1"

    def perform(self, world: World) -> Observation:
        named = {
            "client_software_name": self.name,
            "client_software_version": self.software_version,
        }
        client = world.client("versions")
        outcome = world.call(client, "ApiVersions", self.version, **named)
        if not isinstance(outcome, Answer):
            return silent(outcome)
        return {"error": error_name(outcome.body.error_code)}

    def judge(self, world: World, belief: Belief, seen: Observation) -> Sequence[Judgement]:
        claims = [claim_answered(seen)]
        if "silence" not in seen:
            named = is_software_name(self.name) and is_software_name(self.software_version)
            error = "NONE" if named or self.version < 3 else "INVALID_REQUEST"
            claims.append(
                claim(
                    software_must_be_named.id,
                    seen["error"],
                    error,
                    because=f"{self.name!r} and {self.software_version!r} in v{self.version}",
                )
            )
        return [Judgement(tuple(claims), belief)]

"""What ApiVersions tells: version ranges and features."""

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from kafka_tck.adapters.client import Answer
from kafka_tck.model.sources import KIP, Docs
from kafka_tck.model.versions import OLDEST_SINCE_4_0
from kafka_tck.properties.belief import Belief
from kafka_tck.properties.claims import Claim, Judgement, Observation, claim
from kafka_tck.properties.operations.answers import claim_answered, silent
from kafka_tck.properties.operations.operation import Operation
from kafka_tck.properties.requirement import Authority, Requirement
from kafka_tck.properties.world import World
from kafka_tck.wire.errors import error_name
from kafka_tck.wire.messages import BY_KEY

ranges_are_ranges = Requirement(
    "api-versions.each-api-has-one-range",
    "ApiVersions tells one range of versions for each API, the lowest not above the highest; "
    "every version of it tells the same ranges.",
    KIP(35),
    covers=("G-20", "G-43"),
    mutants=("tells-other-ranges-to-old-clients",),
)

old_versions_are_gone = Requirement(
    "api-versions.removed-versions-are-not-advertised",
    "Versions that Kafka 4.0 removed are not in the ranges.",
    KIP(896),
    covers=("G-20",),
    since=(4, 0),
    mutants=("advertises-removed-versions",),
)

produce_begins_at_zero = Requirement(
    "api-versions.produce-is-advertised-from-zero",
    "Produce is advertised from version 0 on, although versions 0 to 2 are removed: without them "
    "old librdkafka clients do not compress.",
    Docs("KAFKA-18659"),
    covers=("G-20",),
    authority=Authority.OBSERVED,
    since=(4, 0),
    mutants=("advertises-produce-from-three",),
)

features_are_supported = Requirement(
    "api-versions.finalized-features-are-supported",
    "From version 3 on ApiVersions tells finalized features, each at a level of at least 1 within "
    "the supported range; version 3 leaves out supported features whose lowest level is 0.",
    KIP(1022),
    covers=("G-41",),
    since=(3, 9),
    mutants=("finalizes-an-unsupported-level", "tells-version-3-of-level-0"),
)


@dataclass(frozen=True)
class AskVersions(Operation, kind="ask_versions"):
    """Asks ApiVersions in every version that it has itself."""

    def perform(self, world: World) -> Observation:
        told: dict[str, Any] = {}
        for version in world.profile.versions("ApiVersions"):
            client = world.client("versions")
            names = {"client_software_name": "kafka-tck", "client_software_version": "1"}
            outcome = world.call(client, "ApiVersions", version, **names if version >= 3 else {})
            if not isinstance(outcome, Answer):
                return silent(outcome)
            told[str(version)] = _seen(outcome.body, version)
        return {"told": told}

    def judge(self, world: World, belief: Belief, seen: Observation) -> Sequence[Judgement]:
        claims = [claim_answered(seen)]
        if "silence" not in seen:
            newest = seen["told"][max(seen["told"], key=int)]
            claims += _claims_on_ranges(seen["told"], newest)
            claims += _claims_on_features(seen["told"])
        return [Judgement(tuple(claims), belief)]


def _seen(body: Any, version: int) -> dict[str, Any]:
    seen: dict[str, Any] = {
        "error": error_name(body.error_code),
        "ranges": sorted([k.api_key, k.min_version, k.max_version] for k in body.api_keys),
    }
    if version >= 3:
        seen["supported"] = {
            f.name: [f.min_version, f.max_version] for f in body.supported_features
        }
        seen["finalized"] = {f.name: f.max_version_level for f in body.finalized_features or []}
    return seen


def _claims_on_ranges(told: Mapping[str, Any], newest: dict[str, Any]) -> list[Claim]:
    counted = Counter(key for key, _, _ in newest["ranges"])
    wrong = [r for r in newest["ranges"] if counted[r[0]] > 1 or not 0 <= r[1] <= r[2]]
    differing = [version for version, one in told.items() if one["ranges"] != newest["ranges"]]
    lowest = {BY_KEY[key].name: low for key, low, _ in newest["ranges"] if key in BY_KEY}
    removed = {
        api: lowest[api] for api, low in OLDEST_SINCE_4_0.items() if lowest.get(api, low) < low
    }
    return [
        claim(ranges_are_ranges.id, wrong, [], because="each API once, lowest to highest"),
        claim(ranges_are_ranges.id, differing, [], because="all versions tell the same ranges"),
        claim(old_versions_are_gone.id, removed, {}, because="KIP-896 removed them"),
        claim(
            produce_begins_at_zero.id, lowest.get("Produce"), 0, because="old clients look there"
        ),
    ]


def _claims_on_features(told: Mapping[str, Any]) -> list[Claim]:
    if "3" not in told:
        return []
    newest = told[max(told, key=int)]
    levels = newest["finalized"].items()
    wrong = {
        name: level
        for name, level in levels
        if not max(1, newest["supported"].get(name, [0, 0])[0])
        <= level
        <= newest["supported"].get(name, [0, 0])[1]
    }
    below = [name for name, (low, _) in told["3"]["supported"].items() if low == 0]
    return [
        claim(features_are_supported.id, wrong, {}, because="these are the supported features"),
        claim(features_are_supported.id, below, [], because="version 3 cannot tell a level of 0"),
        claim(
            features_are_supported.id,
            told["3"]["finalized"],
            newest["finalized"],
            because="version 3 and the newest tell the same finalized features",
        ),
    ]

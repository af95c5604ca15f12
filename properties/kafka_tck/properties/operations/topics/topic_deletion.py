"""Deleting topics, by name and by id."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

from kafka_tck.adapters.client import Answer
from kafka_tck.model.sources import KIP, Code
from kafka_tck.model.topics import Doomed, Flaw, flaws_of_deletion
from kafka_tck.properties.belief import Belief
from kafka_tck.properties.claims import Claim, Judgement, Observation, claim, claim_that
from kafka_tck.properties.operations.answers import claim_answered, silent
from kafka_tck.properties.operations.operation import Operation
from kafka_tck.properties.operations.topics.naming import live_ids, real_id, spell, symbol_of_id
from kafka_tck.properties.operations.topics.settling import exists, forget, gone, once
from kafka_tck.properties.requirement import Requirement
from kafka_tck.properties.world import World
from kafka_tck.wire.errors import error_name

deletions_name_what_exists = Requirement(
    "topics.deleting-an-unknown-name-is-refused",
    "Deleting a name that no topic has is UNKNOWN_TOPIC_OR_PARTITION, also when it is the "
    "repetition of a request whose answer was lost.",
    Code("ReplicationControlManager.findTopicIds"),
    covers=("G-08", "G-44"),
    mutants=("deleting-nothing-is-another-error",),
)

deletions_know_the_id = Requirement(
    "topics.deleting-an-unknown-id-is-refused",
    "From version 6 on, deleting an id that no topic has, or has any more, is UNKNOWN_TOPIC_ID; "
    "a topic made again under the name is not touched.",
    KIP(516),
    covers=("G-08", "G-06"),
    mutants=("deletes-by-a-dead-id",),
)

deletions_refer_once = Requirement(
    "topics.ambiguous-deletions-are-refused",
    "A topic that is named twice in one request, by both name and id in one entry, or not at all, "
    "is INVALID_REQUEST and is not deleted.",
    Code("ControllerApis.deleteTopics"),
    covers=("G-08",),
    mutants=("deletes-what-is-named-twice",),
)

legal_deletions_succeed = Requirement(
    "topics.each-deletion-of-a-request-is-decided-alone",
    "Each topic of a DeleteTopics request is answered, and is deleted exactly if nothing is wrong "
    "with its own entry.",
    Code("ControllerApis.deleteTopics"),
    covers=("G-08",),
    mutants=("one-bad-name-spoils-the-deletion",),
)

deleted_topics_are_not_served = Requirement(
    "topics.a-deleted-topic-is-not-served",
    "After a deletion was answered with success, every broker stops showing and serving the "
    "topic, eventually.",
    Code("ReplicaManager.stopPartitions; KRaftMetadataCache"),
    covers=("G-09",),
    mutants=("serves-a-deleted-topic",),
)

_OF_KIND: Final[Mapping[str, Requirement]] = {
    "absent": deletions_name_what_exists,
    "id": deletions_know_the_id,
    "reference": deletions_refer_once,
}

DELETION: Final = (*_OF_KIND.values(), legal_deletions_succeed, deleted_topics_are_not_served)


@dataclass(frozen=True)
class DeleteTopics(Operation, kind="delete_topics"):
    """Asks to delete topics, each by name or by id, and waits until they are gone everywhere."""

    topics: tuple[Doomed, ...]
    version: int | None = None

    def perform(self, world: World) -> Observation:
        version = world.profile.newest("DeleteTopics") if self.version is None else self.version
        fields = _by_reference(world, self.topics) if version >= 6 else _by_name(world, self.topics)
        outcome = world.call(world.client(), "DeleteTopics", version, timeout_ms=30_000, **fields)
        if not isinstance(outcome, Answer):
            names = {doomed[0] for doomed in self.topics if doomed[0] is not None}
            return {**silent(outcome), "gone": _awaited(world, names, doubtful=True)}
        entries = [_seen(world, entry, version) for entry in outcome.body.responses]
        deleted = {_topic_of(entry) for entry in entries if entry["error"] == "NONE"}
        return {"topics": entries, "gone": _awaited(world, deleted), "by_name": version < 6}

    def judge(self, world: World, belief: Belief, seen: Observation) -> Sequence[Judgement]:
        claims = [claim_answered(seen)]
        if "silence" not in seen:
            claims += self._claims(belief, seen)
        for topic in seen["gone"]:
            belief = belief.without_topic(topic)
        return [Judgement(tuple(claims), belief)]

    def _claims(self, belief: Belief, seen: Observation) -> list[Claim]:
        given = [Doomed(*doomed) for doomed in self.topics]
        asked = [Doomed(d.name) for d in given if d.name] if seen["by_name"] else given
        flaws = {doomed: flaws_of_deletion(asked, doomed, live_ids(belief)) for doomed in asked}
        claims = [_claim_on(doomed, flaws[doomed], seen["topics"]) for doomed in flaws]
        claims += [_claim_asked_for(entry, flaws) for entry in seen["topics"]]
        return claims + [_claim_on_absence(topic, how) for topic, how in seen["gone"].items()]


def _claim_on(doomed: Doomed, flaws: Sequence[Flaw], entries: list[dict[str, Any]]) -> Claim:
    """Some entry tells of this topic what is true."""
    told = sorted({entry["error"] for entry in entries if _tells_of(entry, doomed)})
    legal = {flaw.error for flaw in flaws} or {"NONE"}
    requirement = _OF_KIND[flaws[0].kind] if flaws else legal_deletions_succeed
    return claim_that(
        requirement.id,
        bool(legal & set(told)),
        expected=f"{doomed.name or doomed.id}: {' or '.join(sorted(legal))}",
        actual=told,
        because=f"wrong: {flaws[0].kind}" if flaws else "it exists and is named once",
    )


def _claim_asked_for(entry: dict[str, Any], flaws: Mapping[Doomed, Sequence[Flaw]]) -> Claim:
    """No entry tells of a topic what is true of none that was asked for."""
    about = [doomed for doomed in flaws if _tells_of(entry, doomed)]
    legal = {f.error for d in about for f in flaws[d]}
    legal |= {"NONE"} if any(not flaws[doomed] for doomed in about) else set()
    return claim(
        legal_deletions_succeed.id,
        entry["error"],
        *sorted(legal),
        because=f"{entry['topic'] or entry['id']} was asked for {len(about)} times",
    )


def _tells_of(entry: dict[str, Any], doomed: Doomed) -> bool:
    if doomed == Doomed():
        return entry["topic"] is None and entry["id"] is None
    by_name = doomed.name is not None and entry["topic"] == doomed.name
    return by_name or (doomed.id is not None and entry["id"] == doomed.id)


def _claim_on_absence(topic: str, how: Any) -> Claim:
    return claim_that(
        deleted_topics_are_not_served.id,
        how is not None,
        expected="UNKNOWN_TOPIC_OR_PARTITION from every node",
        actual="gone" if how is not None else "it is shown or served after 30 s",
        because=f"the deletion of {topic} was answered with success",
    )


def _awaited(world: World, names: set[str], doubtful: bool = False) -> dict[str, Any]:
    deleted = [n for n in sorted(names) if not (doubtful and exists(world, n))]
    absent = {name: once(world, lambda n=name: gone(world, n)) for name in deleted}  # type: ignore[misc]
    for name in deleted:
        forget(world, name)
    return absent


def _by_name(world: World, topics: Sequence[Doomed]) -> dict[str, Any]:
    return {"topic_names": [spell(world, doomed[0]) for doomed in topics if doomed[0]]}


def _by_reference(world: World, topics: Sequence[Doomed]) -> dict[str, Any]:
    return {
        "topics": [
            {"name": name and spell(world, name), "topic_id": real_id(world, id_)}
            for name, id_ in topics
        ]
    }


def _seen(world: World, entry: Any, version: int) -> dict[str, Any]:
    topic = None if entry.name is None else world.symbol_of(entry.name)
    id_ = entry.topic_id if version >= 6 else None
    return {"topic": topic, "id": _id_symbol(world, id_), "error": error_name(entry.error_code)}


def _id_symbol(world: World, real: Any) -> str | None:
    """An id of our own, or the made-up one that stands for any that no topic has."""
    if real is not None and real == real_id(world, UNKNOWN_ID):
        return UNKNOWN_ID
    return symbol_of_id(world, real)


UNKNOWN_ID: Final = "nothing#1"


def _topic_of(entry: dict[str, Any]) -> str:
    if entry["topic"] is not None:
        return str(entry["topic"])
    return str(entry["id"]).rpartition("#")[0]

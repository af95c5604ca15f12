"""The requests of groups without members: committing, promising, asking, deleting."""

from collections.abc import Sequence
from typing import Any, NamedTuple

from kafka_tck.adapters.client import Answer
from kafka_tck.properties.claims import Observation
from kafka_tck.properties.operations.coordinators import GROUP, TRANSACTION, coordinator
from kafka_tck.properties.operations.isolation.producer import Live, persist
from kafka_tck.properties.world import World
from kafka_tck.wire.errors import error_name


class Entry(NamedTuple):
    """One offset of a commit; the metadata is so many letters."""

    partition: int
    offset: int
    leader_epoch: int = -1
    metadata: int = 0

    @property
    def text(self) -> str:
        return "m" * self.metadata


def entries_in(entries: Sequence[Sequence[Any]]) -> list[Entry]:
    """The entries of a step; a replayed one has them as plain tuples."""
    return [Entry(*entry) for entry in entries]


def _topics(world: World, topic: str, entries: Sequence[Entry], by_id: bool) -> list[Any]:
    named = {"topic_id": world.ids[topic]} if by_id else {"name": world.real(topic)}
    partitions = [
        {
            "partition_index": entry.partition,
            "committed_offset": entry.offset,
            "committed_leader_epoch": entry.leader_epoch,
            "committed_metadata": entry.text,
        }
        for entry in entries
    ]
    return [{**named, "partitions": partitions}]


def _seen(found: Answer | Observation) -> Observation:
    """The error of each entry, by partition."""
    if not isinstance(found, Answer):
        return found
    errors = {
        str(entry.partition_index): error_name(entry.error_code)
        for topic in found.body.topics
        for entry in topic.partitions
    }
    return {"errors": errors, "version": found.version}


def commit(
    world: World,
    group: str,
    topic: str,
    entries: Sequence[Entry],
    generation: int,
    version: int | None = None,
) -> Observation:
    """OffsetCommit without a member."""
    version = world.profile.newest("OffsetCommit") if version is None else version
    at = coordinator(world, world.real(group), GROUP)
    fields = {
        "group_id": world.real(group),
        "generation_id_or_member_epoch": generation,
        "member_id": "",
        "topics": _topics(world, topic, entries, version >= 10),
    }
    return _seen(persist(world, lambda: world.call(at, "OffsetCommit", version, **fields)))


def promise(
    world: World,
    me: Live,
    epoch: int,
    group: str,
    topic: str,
    entries: Sequence[Entry],
    generation: int,
    version: int,
) -> Observation:
    """TxnOffsetCommit without a member."""
    at = coordinator(world, world.real(group), GROUP)
    fields = {
        "transactional_id": me.name,
        "group_id": world.real(group),
        "producer_id": me.producer_id,
        "producer_epoch": epoch,
        "topics": _topics(world, topic, entries, by_id=False),
        **({"generation_id": generation, "member_id": ""} if version >= 3 else {}),
    }
    return _seen(persist(world, lambda: world.call(at, "TxnOffsetCommit", version, **fields)))


def add_offsets(world: World, me: Live, group: str) -> str:
    """AddOffsetsToTxn as clients before 4.0 send it; the error by name."""
    at = coordinator(world, me.name, TRANSACTION)
    found = persist(
        world,
        lambda: world.call(
            at,
            "AddOffsetsToTxn",
            min(3, world.profile.newest("AddOffsetsToTxn")),
            transactional_id=me.name,
            producer_id=me.producer_id,
            producer_epoch=me.epoch,
            group_id=world.real(group),
        ),
    )
    return error_name(found.body.error_code) if isinstance(found, Answer) else "no answer"


def ask(
    world: World, group: str, topic: str, partitions: Sequence[int], stable: bool, version: int
) -> Observation:
    """OffsetFetch of one group and topic: error, offset, leader epoch and metadata by partition."""
    at = coordinator(world, world.real(group), GROUP)
    named = {"topic_id": world.ids[topic]} if version >= 10 else {"name": world.real(topic)}
    topics = [{**named, "partition_indexes": list(partitions)}]
    one: dict[str, Any] = {"group_id": world.real(group), "topics": topics}
    if version >= 8:
        # A null member and epoch -1: nobody in particular asks.
        member = {"member_id": None, "member_epoch": -1} if version >= 9 else {}
        one = {"groups": [{**one, **member}]}
    fields = one | ({"require_stable": stable} if version >= 7 else {})
    found = persist(
        world, lambda: world.call(at, "OffsetFetch", version, **fields), error_of=_error_of_ask
    )
    if not isinstance(found, Answer):
        return found
    body = found.body.groups[0] if version >= 8 else found.body
    told = {
        str(entry.partition_index): _told(entry, version)
        for entry_topic in body.topics
        for entry in entry_topic.partitions
    }
    return {"error": _error_of_ask(found.body), "told": told}


def _told(entry: Any, version: int) -> list[Any]:
    epoch = entry.committed_leader_epoch if version >= 5 else None
    return [error_name(entry.error_code), entry.committed_offset, epoch, entry.metadata]


def _error_of_ask(body: Any) -> str:
    """The error of the group, or that of the whole answer in versions for one group."""
    groups: Sequence[Any] = getattr(body, "groups", None) or []
    code = groups[0].error_code if groups else getattr(body, "error_code", 0)
    return error_name(code or 0)


def delete_group(world: World, group: str) -> Observation:
    """DeleteGroups of one group; the error by name."""
    at = coordinator(world, world.real(group), GROUP)
    found = persist(
        world,
        lambda: world.call(at, "DeleteGroups", groups_names=[world.real(group)]),
        error_of=_error_of_deletion,
    )
    return {"error": _error_of_deletion(found.body)} if isinstance(found, Answer) else found


def _error_of_deletion(body: Any) -> str:
    return error_name(body.results[0].error_code)


def asked_versions(world: World, wanted: int | None) -> int:
    """The version of OffsetFetch to ask with: the wanted one if the target has it."""
    newest = world.profile.newest("OffsetFetch")
    return newest if wanted is None else max(2, min(wanted, newest))

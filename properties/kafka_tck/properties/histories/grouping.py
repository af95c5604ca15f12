"""The requests of a group's members in a storm: from symbols to bytes, and answers to symbols.

`{"do": "sync", "group": "s1g", "member": "…", "generation": 4, "assign": {"…": ["s1a-0"]}}`: only
the leader of a generation assigns anything.
"""

import json
from collections.abc import Callable, Mapping, Sequence
from typing import Any, Final

from kafka_tck.adapters.client import Pending, RawClient
from kafka_tck.properties.profile import Profile
from kafka_tck.wire.errors import error_name
from kafka_tck.wire.messages import Message

Request = Mapping[str, Any]
Real = Callable[[str], str]
Outcome = dict[str, Any]

_GROUP: Final = 0
"""The kind of coordinator that FindCoordinator is asked for."""
_PROTOCOL: Final = {"name": "turns", "metadata": b""}
_HIGHEST: Final = {
    "FindCoordinator": 3,
    "JoinGroup": 4,
    "SyncGroup": 2,
    "Heartbeat": 2,
    "LeaveGroup": 2,
    "OffsetCommit": 7,
    "OffsetFetch": 7,
}


def group_versions(profile: Profile) -> dict[str, int]:
    """The version of each API of groups that is spoken to a target."""
    if not profile.has("JoinGroup"):
        return {}
    return {api: min(profile.newest(api), highest) for api, highest in _HIGHEST.items()}


def _find(c: RawClient, request: Request, real: Real) -> Pending:
    return c.send("FindCoordinator", key=real(request["group"]), key_type=_GROUP)


def _join(c: RawClient, request: Request, real: Real) -> Pending:
    return c.send(
        "JoinGroup",
        group_id=real(request["group"]),
        session_timeout_ms=request["session_ms"],
        rebalance_timeout_ms=request["rebalance_ms"],
        member_id=request["member"],
        protocol_type="consumer",
        protocols=[_PROTOCOL],
    )


def _sync(c: RawClient, request: Request, real: Real) -> Pending:
    assignments = [
        {"member_id": member, "assignment": json.dumps(partitions).encode()}
        for member, partitions in request["assign"].items()
    ]
    return c.send("SyncGroup", **_who(request, real), assignments=assignments)


def _beat(c: RawClient, request: Request, real: Real) -> Pending:
    return c.send("Heartbeat", **_who(request, real))


def _leave(c: RawClient, request: Request, real: Real) -> Pending:
    return c.send("LeaveGroup", group_id=real(request["group"]), member_id=request["member"])


def _who(request: Request, real: Real) -> dict[str, Any]:
    return {
        "group_id": real(request["group"]),
        "generation_id": request["generation"],
        "member_id": request["member"],
    }


def _commit(c: RawClient, request: Request, real: Real) -> Pending:
    topics = [
        {
            "name": real(topic),
            "partitions": [
                {
                    "partition_index": index,
                    "committed_offset": request["offsets"][f"{topic}-{index}"],
                    "committed_leader_epoch": -1,
                    "committed_metadata": "",
                }
                for index in indexes
            ],
        }
        for topic, indexes in _by_topic(request["offsets"])
    ]
    return c.send(
        "OffsetCommit",
        group_id=real(request["group"]),
        generation_id_or_member_epoch=request["generation"],
        member_id=request["member"],
        group_instance_id=None,
        topics=topics,
    )


def _committed(c: RawClient, request: Request, real: Real) -> Pending:
    topics = [
        {"name": real(topic), "partition_indexes": indexes}
        for topic, indexes in _by_topic(request["of"])
    ]
    return c.send(
        "OffsetFetch", group_id=real(request["group"]), topics=topics, require_stable=False
    )


def _by_topic(partitions: Sequence[str] | Mapping[str, int]) -> list[tuple[str, list[int]]]:
    found: dict[str, list[int]] = {}
    for partition in sorted(partitions):
        topic, _, index = partition.rpartition("-")
        found.setdefault(topic, []).append(int(index))
    return list(found.items())


SENDS: Final = {
    "find_group": _find,
    "join": _join,
    "sync": _sync,
    "beat": _beat,
    "leave": _leave,
    "commit": _commit,
    "committed": _committed,
}

Symbol = Callable[[str], str]


def _of_find(body: Message, symbol_of: Symbol) -> Outcome:
    return {"error": error_name(body.error_code), "node": body.node_id}


def _of_join(body: Message, symbol_of: Symbol) -> Outcome:
    return {
        "error": error_name(body.error_code),
        "member": body.member_id,
        "generation": body.generation_id,
        "led_by": body.leader,
        "members": sorted(member.member_id for member in body.members),
    }


def _of_sync(body: Message, symbol_of: Symbol) -> Outcome:
    error = error_name(body.error_code)
    if error != "NONE":
        return {"error": error}
    return {"error": error, "assigned": json.loads(bytes(body.assignment) or b"[]")}


def _of_simple(body: Message, symbol_of: Symbol) -> Outcome:
    return {"error": error_name(body.error_code)}


def _of_commit(body: Message, symbol_of: Symbol) -> Outcome:
    """The first error, if there is any: all partitions of a commit share their fate here."""
    told = [error_name(part.error_code) for topic in body.topics for part in topic.partitions]
    return {"error": next((error for error in told if error != "NONE"), "NONE")}


def _of_committed(body: Message, symbol_of: Symbol) -> Outcome:
    parts = [
        (f"{symbol_of(topic.name)}-{part.partition_index}", part)
        for topic in body.topics
        for part in topic.partitions
    ]
    errors = [error_name(part.error_code) for _, part in parts]
    error = next((each for each in errors if each != "NONE"), error_name(body.error_code))
    return {
        "error": error,
        "offsets": {
            name: part.committed_offset for name, part in sorted(parts, key=lambda each: each[0])
        },
    }


READS: Final = {
    "find_group": _of_find,
    "join": _of_join,
    "sync": _of_sync,
    "beat": _of_simple,
    "leave": _of_simple,
    "commit": _of_commit,
    "committed": _of_committed,
}
"""An answer is read with the symbols of its topics' names."""

"""The fields of what members of the classic protocol are answered.

Source: JoinGroupResponse, SyncGroupResponse, 4.3.
"""

from typing import Any

from kafka_tck.wire.errors import error_code

Fields = dict[str, Any]


def joined(
    *,
    member_id: str,
    generation: int,
    protocol_type: str | None,
    protocol: str | None,
    leader: str,
    members: list[Fields] | None = None,
    skip_assignment: bool = False,
    error: str = "NONE",
) -> Fields:
    """A JoinGroup that is answered; `members` are told to the leader."""
    return {
        "error_code": error_code(error),
        "generation_id": generation,
        "protocol_type": protocol_type,
        "protocol_name": protocol,
        "leader": leader,
        "skip_assignment": skip_assignment,
        "member_id": member_id,
        "members": members or [],
    }


def not_joined(error: str, member_id: str = "") -> Fields:
    return joined(
        member_id=member_id,
        generation=-1,
        protocol_type=None,
        protocol=None,
        leader="",
        error=error,
    )


def synced(protocol_type: str | None, protocol: str | None, assignment: bytes) -> Fields:
    return {
        "error_code": 0,
        "protocol_type": protocol_type,
        "protocol_name": protocol,
        "assignment": assignment,
    }


def not_synced(error: str) -> Fields:
    return {**synced(None, None, b""), "error_code": error_code(error)}

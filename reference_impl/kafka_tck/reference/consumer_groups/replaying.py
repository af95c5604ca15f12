"""All consumer groups that records describe: a pure fold, in the order of the log.

Source: GroupMetadataManager.replay, 4.3.
"""

from kafka_tck.reference.consumer_groups.group import ConsumerGroup
from kafka_tck.reference.consumer_groups.records import (
    Key,
    KeyKind,
    read_current,
    read_group,
    read_metadata,
    read_regex,
    read_target,
    read_target_of,
)


def replay(group: ConsumerGroup, key: Key, value: bytes | None) -> None:
    """One more record about a group. The end of the group itself is not for it to know."""
    if key.kind is KeyKind.GROUP and value is not None:
        said = read_group(value)
        group.epoch, group.metadata_hash = said.epoch, said.metadata_hash
    elif key.kind is KeyKind.MEMBER:
        _replay_member(group, key.name, value)
    elif key.kind is KeyKind.TARGET and value is not None:
        made = read_target(value)
        group.target_epoch, group.target_made_at = made.epoch, made.made_at
    elif key.kind is KeyKind.TARGET_OF_MEMBER:
        _replay_target(group, key.name, value)
    elif key.kind is KeyKind.CURRENT:
        group.hold(key.name, None if value is None else read_current(value))
    elif key.kind is KeyKind.REGEX:
        _replay_regex(group, key.name, value)


def _replay_member(group: ConsumerGroup, member_id: str, value: bytes | None) -> None:
    if value is None:
        group.remove(member_id)
    else:
        group.describe(read_metadata(member_id, value))


def _replay_target(group: ConsumerGroup, member_id: str, value: bytes | None) -> None:
    if value is None:
        group.target.pop(member_id, None)
    else:
        group.target[member_id] = read_target_of(value)


def _replay_regex(group: ConsumerGroup, regex: str, value: bytes | None) -> None:
    if value is None:
        group.resolved.pop(regex, None)
    else:
        group.resolved[regex] = read_regex(value)

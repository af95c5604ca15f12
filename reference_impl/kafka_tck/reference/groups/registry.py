"""The groups of one shard by their ids, each of one type at a time.

A coordinator has two: what it has written, which it decides by, and what is committed of it,
which is all that readers are told. Both are the same fold of records, over more or less of the log.
Source: GroupMetadataManager.replay, getOrMaybeCreateClassicGroup, 4.3.
"""

from collections.abc import Iterator
from typing import TYPE_CHECKING

from kafka_tck.reference.classic_groups.group import ClassicGroup
from kafka_tck.reference.groups.group import Group

if TYPE_CHECKING:
    from kafka_tck.reference.groups.shard import GroupShard


class GroupRegistry:
    """Groups in the order in which they came to be; `shard` is where they are coordinated."""

    def __init__(self, shard: "GroupShard") -> None:
        self.shard = shard
        self._groups: dict[str, Group] = {}

    def get(self, group_id: str) -> Group | None:
        return self._groups.get(group_id)

    def __iter__(self) -> Iterator[Group]:
        return iter(list(self._groups.values()))

    def put(self, group: Group) -> None:
        """The group is there from now on, in place of one of the same id."""
        self._groups[group.group_id] = group

    def remove(self, group_id: str) -> None:
        self._groups.pop(group_id, None)

    def begin(self, group_id: str) -> Group:
        """The group of this id; if there is none, an empty one that keeps offsets only."""
        found = self._groups.get(group_id)
        if found is None:
            found = ClassicGroup(self.shard, group_id)
            self.put(found)
        return found

"""The assignors of real clients, called as their group's leader calls them."""

import json
import subprocess
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import pytest

from kafka_tck.model.assignors.claims import owners
from kafka_tck.model.assignors.group import Assignment, Group, Member, TopicPartition

PROGRAM = Path(__file__).parent / "java" / "Assignors.java"


class _Cluster:
    """What the Python clients' assignors ask of the metadata."""

    def __init__(self, group: Group) -> None:
        self._partitions = group.partitions

    def topics(self) -> set[str]:
        return set(self._partitions)

    def partitions_for_topic(self, topic: str) -> set[int] | None:
        count = self._partitions.get(topic)
        return None if count is None else set(range(count))


def _by_topic(partitions: frozenset[TopicPartition]) -> list[tuple[str, list[int]]]:
    topics = sorted({p.topic for p in partitions})
    return [(t, sorted(p.partition for p in partitions if p.topic == t)) for t in topics]


def kafka_python_assigns(name: str, group: Group) -> Assignment:
    """By kafka-python's assignor of this name."""
    pytest.importorskip("kafka")
    from kafka.coordinator.assignors import cooperative_sticky, range, roundrobin
    from kafka.coordinator.assignors.sticky import sticky_assignor

    assignor = {
        "range": range.RangePartitionAssignor,
        "roundrobin": roundrobin.RoundRobinPartitionAssignor,
        "sticky": sticky_assignor.StickyPartitionAssignor,
        "cooperative-sticky": cooperative_sticky.CooperativeStickyAssignor,
    }[name]()
    members = [_KafkaPythonMember(name, member) for member in group.members]
    given = assignor.assign(_Cluster(group), members)
    return {member: _partitions(assignment) for member, assignment in given.items()}


class _KafkaPythonMember:
    """A member as the answer to JoinGroup shows it to the leader."""

    def __init__(self, name: str, member: Member) -> None:
        from kafka.coordinator.assignors.sticky.user_data import StickyAssignorUserData
        from kafka.protocol.consumer.metadata import ConsumerProtocolSubscription

        self.member_id = member.id
        self.group_instance_id = member.instance
        told = StickyAssignorUserData(_by_topic(member.owned), member.generation).encode()
        owned = [
            ConsumerProtocolSubscription.TopicPartition(topic=topic, partitions=partitions)
            for topic, partitions in _by_topic(member.owned)
        ]
        self.metadata = ConsumerProtocolSubscription(
            version=3,
            topics=sorted(member.topics),
            user_data=told if name == "sticky" and member.owned else b"",
            owned_partitions=owned,
            generation_id=member.generation,
            rack_id=None,
        )


def aiokafka_assigns(name: str, group: Group) -> Assignment:
    """By aiokafka's assignor of this name."""
    pytest.importorskip("aiokafka")
    from aiokafka.coordinator.assignors import range, roundrobin
    from aiokafka.coordinator.assignors.sticky import sticky_assignor
    from aiokafka.coordinator.protocol import ConsumerProtocolMemberMetadata
    from aiokafka.structs import TopicPartition as Theirs

    sticky = sticky_assignor.StickyPartitionAssignor
    if name == "sticky":
        members = {
            member.id: sticky._metadata(
                sorted(member.topics),
                [Theirs(*partition) for partition in sorted(member.owned)] or None,
                member.generation,
            )
            for member in group.members
        }
        given = sticky.assign(_Cluster(group), members)
    else:
        assignor = {
            "range": range.RangePartitionAssignor,
            "roundrobin": roundrobin.RoundRobinPartitionAssignor,
        }[name]
        members = {
            member.id: ConsumerProtocolMemberMetadata(0, sorted(member.topics), b"")
            for member in group.members
        }
        given = assignor.assign(_Cluster(group), members)
    return {member: _partitions(assignment) for member, assignment in given.items()}


def _partitions(assignment: Any) -> frozenset[TopicPartition]:
    return frozenset(TopicPartition(*partition) for partition in assignment.partitions())


def kafka_assigns(
    java: Sequence[str], groups: Sequence[Group]
) -> list[Mapping[str, Assignment | str]]:
    """By every assignor of Kafka itself, of its client and of its coordinator.

    What stands for an assignment is a text if the assignor threw something.
    """
    lines = "".join(json.dumps(_told(group)) + "\n" for group in groups)
    done = subprocess.run(
        [*java, str(PROGRAM)], input=lines, capture_output=True, text=True, timeout=300
    )
    assert done.returncode == 0, done.stderr
    return [
        {name: _read(given) for name, given in json.loads(line).items()}
        for line in done.stdout.splitlines()
    ]


def _read(given: Any) -> Assignment | str:
    if isinstance(given, str):
        return given
    return {member: frozenset(TopicPartition(*p) for p in ps) for member, ps in given.items()}


def _told(group: Group) -> dict[str, object]:
    targets = owners(group)
    return {
        "partitions": dict(group.partitions),
        "racks": {f"{p.topic}-{p.partition}": sorted(racks) for p, racks in group.racks.items()},
        "members": [
            {
                "id": member.id,
                "topics": sorted(member.topics),
                "instance": member.instance,
                "owned": sorted(member.owned),
                "generation": member.generation,
                "rack": member.rack,
                "target": sorted(p for p, owner in targets.items() if owner == member.id),
            }
            for member in group.members
        ],
    }

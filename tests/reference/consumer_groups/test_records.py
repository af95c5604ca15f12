"""Records of consumer groups: read back as written, in Kafka's own bytes."""

from uuid import UUID

import pytest

from kafka_tck.reference.consumer_groups.members import ClassicMember, Member, MemberState
from kafka_tck.reference.consumer_groups.records import (
    GroupValue,
    Key,
    KeyKind,
    RegexValue,
    TargetValue,
    current_of,
    metadata_of,
    read_current,
    read_group,
    read_key,
    read_metadata,
    read_regex,
    read_target,
    read_target_of,
    target_of,
)

T, U = UUID(int=1), UUID(int=2)


@pytest.mark.parametrize("kind", list(KeyKind))
def test_keys(kind: KeyKind) -> None:
    key = Key(kind, "g", "m" if kind.has_name else "")
    assert read_key(key.encode()) == key


def test_other_keys_are_not_ours() -> None:
    assert read_key(b"\x00\x02\x00\x01g") is None
    assert read_key(b"\x00\x0b\x00\x01g") is None


def test_bytes_of_a_key_and_of_epochs() -> None:
    assert Key(KeyKind.MEMBER, "g", "me").encode() == b"\x00\x05\x00\x01g\x00\x02me"
    assert GroupValue(3).encode() == b"\x00\x00\x00\x00\x00\x03\x00"
    assert TargetValue(2, 9).encode() == b"\x00\x00\x00\x00\x00\x02\x01\x00\x08" + bytes(7) + b"\t"


@pytest.mark.parametrize("number", [0, 1, -1, -(1 << 63)])
def test_numbers_with_tags(number: int) -> None:
    assert read_group(GroupValue(7, number).encode()) == GroupValue(7, number)
    assert read_target(TargetValue(7, number).encode()) == TargetValue(7, number)


def test_regex() -> None:
    value = RegexValue(frozenset({"a", "b"}), 5, 1_700_000_000_000)
    assert read_regex(value.encode()) == value


def test_target() -> None:
    target = frozenset({(T, 0), (T, 3), (U, 1)})
    assert read_target_of(target_of(target)) == target
    assert target_of([]) == b"\x00\x00\x01\x00"


@pytest.mark.parametrize("classic", [None, ClassicMember(45_000, (("range", b"\x00\x01"),))])
@pytest.mark.parametrize("instance_id", [None, "i"])
def test_what_a_member_says(classic: ClassicMember | None, instance_id: str | None) -> None:
    member = Member(
        "m",
        instance_id=instance_id,
        rack_id="r",
        rebalance_timeout_ms=300_000,
        client_id="c",
        client_host="/127.0.0.1",
        topics=frozenset({"a", "b"}),
        regex="a.*",
        assignor="range",
        classic=classic,
    )
    assert read_metadata("m", metadata_of(member)) == member


def test_what_apache_kafka_writes_of_a_member() -> None:
    data = b"\x00\x00\x02i\x02q\nkafka-tck\x0b/127.0.0.1\x01\x04t.*\x00\x00'\x10\x06range"
    data += b"\x01\x00\x01\x00"
    member = read_metadata("m", data)
    assert (member.instance_id, member.rack_id, member.regex) == ("i", "q", "t.*")
    assert (member.rebalance_timeout_ms, member.assignor, member.classic) == (10_000, "range", None)
    assert metadata_of(member) == data


def test_what_a_member_holds() -> None:
    member = Member(
        "m",
        epoch=5,
        previous_epoch=4,
        state=MemberState.UNREVOKED_PARTITIONS,
        assigned={(T, 0): 3, (U, 2): 5},
        revoking={(T, 1): 2},
    )
    held = read_current(current_of(member))
    assert (held.epoch, held.previous_epoch, held.state) == (5, 4, member.state)
    assert held.assigned == member.assigned
    assert held.revoking == member.revoking


def test_partitions_without_epochs_were_assigned_at_the_members() -> None:
    old = b"\x00\x00" + b"\x00\x00\x00\x05\x00\x00\x00\x04\x00"
    old += b"\x02" + T.bytes + b"\x02\x00\x00\x00\x07\x00" + b"\x01\x00"
    assert read_current(old).assigned == {(T, 7): 5}

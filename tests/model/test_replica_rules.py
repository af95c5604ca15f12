"""What clients of a replicated partition may be told: the cases that requirements rest on."""

import pytest

from kafka_tck.model import replica_rules


@pytest.mark.parametrize(
    ("in_sync", "minimum", "reachable", "outlasts_lag", "expected"),
    [
        (1, 2, 1, True, "NOT_ENOUGH_REPLICAS"),
        (3, 2, 2, False, "REQUEST_TIMED_OUT"),
        (3, 2, 2, True, "NONE"),
        (3, 3, 2, True, "REQUEST_TIMED_OUT"),
    ],
)
def test_acks_all_while_a_member_is_out_of_reach(
    in_sync: int, minimum: int, reachable: int, outlasts_lag: bool, expected: str
) -> None:
    legal = replica_rules.answers_to_acks_all(
        in_sync=in_sync, minimum=minimum, reachable=reachable, outlasts_lag=outlasts_lag
    )
    assert legal[0] == expected
    assert "NONE" not in legal[1:]


@pytest.mark.parametrize("in_sync", [1, 3])
def test_deposed_leaders_acknowledge_nothing(in_sync: int) -> None:
    for answers in (
        replica_rules.answers_of_deposed(in_sync=in_sync, minimum=2),
        replica_rules.answers_once_deposition_is_known(in_sync=in_sync, minimum=2),
    ):
        assert "NONE" not in answers
        assert ("NOT_ENOUGH_REPLICAS" in answers) == (in_sync < 2)


@pytest.mark.parametrize(
    ("leader", "isr", "offline", "legal"),
    [
        (1, [1, 2], [], True),
        (3, [1, 2], [], False),
        (1, [1, 4], [], False),
        (1, [1, 2], [2], False),
        (-1, [1], [1], True),
        (-1, [1, 2], [1], False),
        (-1, [], [1, 2, 3], True),
    ],
)
def test_leaders_and_isrs(leader: int, isr: list[int], offline: list[int], legal: bool) -> None:
    assert replica_rules.state_is_legal(leader, isr, [1, 2, 3], offline) is legal


def test_epochs_rise_when_another_leads() -> None:
    assert replica_rules.least_epoch(4, moved=True) == 5
    assert replica_rules.least_epoch(4, moved=False) == 4


def test_what_is_lost_and_what_was_deleted() -> None:
    acknowledged = {"a": 0, "b": 1, "c": 2}
    assert replica_rules.lost(acknowledged, {1: "b", 2: "x"}, deleted_before=1) == {"c": 2}
    assert replica_rules.lost(acknowledged, {}, deleted_before=3) == {}


def test_a_new_leader_may_show_less_until_it_knows() -> None:
    before = {0: "a", 1: "b"}

    def missing(values: dict[int, str], knows: bool) -> dict[int, str]:
        return replica_rules.changed(before, values, deleted_before=0, leader_knows=knows)

    assert missing({0: "a"}, False) == {}
    assert missing({0: "a"}, True) == {1: "b"}
    assert missing({0: "x"}, False) == {0: "a"}


def test_followers_show_what_their_leader_shows() -> None:
    shown = {0: "a", 1: "b"}
    assert replica_rules.beyond_leader(shown, {0: "a"}, hw=1, leader_knows=True) == {1: "b"}
    assert replica_rules.beyond_leader(shown, {0: "a"}, hw=1, leader_knows=False) == {}
    assert replica_rules.beyond_leader(shown, {0: "x"}, hw=1, leader_knows=False) == {0: "a"}


def test_the_latest_offset_covers_what_is_committed() -> None:
    assert replica_rules.latest_is_legal("NONE", 3, 3)
    assert not replica_rules.latest_is_legal("NONE", 2, 3)
    assert replica_rules.latest_is_legal("OFFSET_NOT_AVAILABLE", -1, 3)


def test_strangers_and_repetitions() -> None:
    assert replica_rules.strangers(["a", "b"], {"a", "b"}) == []
    assert replica_rules.strangers(["a", "c"], {"a", "b"}) == ["c"]
    assert replica_rules.strangers(["a", "a"], {"a"}) == ["a"]


def test_consumers_are_directed_to_followers_in_sync_in_their_rack() -> None:
    assert replica_rules.may_be_directed(-1, leader=1, in_rack=False, in_sync=False)
    assert replica_rules.may_be_directed(2, leader=1, in_rack=True, in_sync=True)
    assert not replica_rules.may_be_directed(1, leader=1, in_rack=True, in_sync=True)
    assert not replica_rules.may_be_directed(2, leader=1, in_rack=False, in_sync=True)
    assert not replica_rules.may_be_directed(2, leader=1, in_rack=True, in_sync=False)

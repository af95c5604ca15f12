"""The judgements of groups find two owners, lost offsets and skipped records, and nothing else."""

from typing import Any

import pytest
from tests.properties.histories.by_hand import Hand, P

from kafka_tck.properties.histories.events import Answered, Calm
from kafka_tck.properties.histories.members import REBALANCE_MS, SESSION_MS, in_turns

ASSIGNED = "one-generation-has-one-assignment"
OWNER = "partitions-have-one-owner"
OFFSETS = "committed-offsets-stay"
SKIPPED = "groups-skip-nothing"
FINE = {"error": "NONE"}
LOST = {"silence": "timed out"}


class Grouped(Hand):
    """Members `g1.1` and `g2.1`, whose ids are `one` and `two`; the coordinator is node 1."""

    def ask(self, client: str, do: str, node: int = 1, **request: Any) -> int:
        return self.send(node, {"do": do, "group": "g", **request}, client)

    def synced(
        self, client: str, member: str, generation: int, assigned: list[str], **assign: list[str]
    ) -> None:
        asked: dict[str, Any] = {"member": member, "generation": generation, "assign": assign}
        self.answer(self.ask(client, "sync", **asked), {**FINE, "assigned": assigned})

    def joins(self, client: str, member: str) -> None:
        self.ask(client, "join", member=member)

    def committed(
        self, offset: int, outcome: dict[str, Any] = FINE, generation: int = 1, node: int = 1
    ) -> None:
        asked: dict[str, Any] = {
            "member": "one",
            "generation": generation,
            "offsets": {P: offset},
        }
        self.answer(self.ask("g1.1", "commit", node, **asked), outcome)

    def told(self, offset: int, node: int = 1) -> None:
        number = self.ask("g2.1", "committed", node, of=[P])
        self.answer(number, {**FINE, "offsets": {P: offset}})

    def given(self, *offsets: int) -> None:
        number = self.send(1, {"do": "fetch", "partition": P, "offset": offsets[0]}, "g1.1")
        records = [[offset, 0, f"v{offset}"] for offset in offsets]
        self.answer(number, {**FINE, "hw": 9, "log_start": 0, "records": records})


@pytest.fixture
def hand() -> Grouped:
    return Grouped()


def test_partitions_are_handed_out_in_turns() -> None:
    assert in_turns(["b", "a"], ["t-2", "t-0", "t-1"]) == {"a": ["t-0", "t-2"], "b": ["t-1"]}


def test_a_generation_gives_what_its_leader_sent(hand: Grouped) -> None:
    hand.synced("g1.1", "one", 1, [P], one=[P], two=[])
    hand.synced("g2.1", "two", 1, [])
    assert hand.broken() == set()


def test_a_partition_that_the_leader_gave_to_another_is_wrong(hand: Grouped) -> None:
    hand.synced("g1.1", "one", 1, [P], one=[P], two=[])
    hand.synced("g2.1", "two", 1, [P])
    assert hand.broken() == {ASSIGNED}


def test_two_leaders_of_one_generation_are_not_both_heard(hand: Grouped) -> None:
    hand.synced("g1.1", "one", 1, [P], one=[P], two=[])
    hand.synced("g2.1", "two", 1, [P], one=[], two=[P])
    assert hand.broken() == {ASSIGNED}


def test_an_older_generation_ends_when_its_member_joins_again(hand: Grouped) -> None:
    hand.synced("g1.1", "one", 1, [P], one=[P])
    hand.committed(0)
    hand.joins("g1.1", "one")
    hand.synced("g2.1", "two", 2, [P], two=[P], one=[])
    assert hand.broken() == set()


def test_a_member_within_its_session_is_not_passed_over(hand: Grouped) -> None:
    hand.synced("g1.1", "one", 1, [P], one=[P])
    hand.committed(0)
    hand.synced("g2.1", "two", 2, [P], two=[P])
    assert hand.broken() == {OWNER}


def test_a_member_that_is_away_for_its_session_is_removed(hand: Grouped) -> None:
    hand.synced("g1.1", "one", 1, [P], one=[P])
    hand.committed(0)
    number = hand.ask("g2.1", "sync", member="two", generation=2, assign={"two": [P]})
    hand.events.append(Answered(number, hand.now + SESSION_MS, {**FINE, "assigned": [P]}))
    assert hand.broken() == set()


def test_a_member_that_commits_and_does_not_join_is_removed(hand: Grouped) -> None:
    hand.synced("g1.1", "one", 1, [P], one=[P])
    hand.events += [Calm(hand.now)] * REBALANCE_MS  # an event is a millisecond
    hand.committed(0)
    hand.synced("g2.1", "two", 2, [P], two=[P])
    assert hand.broken() == set()


def test_a_late_answer_of_an_older_generation_means_nothing(hand: Grouped) -> None:
    hand.synced("g1.1", "one", 2, [P], one=[P])
    hand.committed(0, generation=2)
    hand.synced("g2.1", "two", 1, [P], two=[P])
    assert hand.broken() == set()


def test_without_a_commit_nobody_knows_whether_the_member_was_one(hand: Grouped) -> None:
    hand.synced("g1.1", "one", 1, [P], one=[P])
    hand.synced("g2.1", "two", 2, [P], two=[P])
    assert hand.broken() == set()


def test_a_later_commit_counts_also_if_it_is_lower(hand: Grouped) -> None:
    hand.committed(3)
    hand.committed(2)
    hand.told(2)
    assert hand.broken() == set()


def test_an_offset_that_was_replaced_does_not_come_back(hand: Grouped) -> None:
    hand.committed(3)
    hand.committed(2)
    hand.told(3)
    assert hand.broken() == {OFFSETS}


def test_a_committed_offset_is_not_forgotten(hand: Grouped) -> None:
    hand.committed(3)
    hand.told(-1)
    assert hand.broken() == {OFFSETS}


def test_a_coordinator_that_was_may_tell_what_it_knew(hand: Grouped) -> None:
    hand.committed(2, node=2)
    hand.committed(3, node=1)
    hand.told(2, node=2)
    hand.told(-1, node=3)
    assert hand.broken() == set()


def test_in_the_end_every_commit_counts(hand: Grouped) -> None:
    hand.committed(3, node=1)
    hand.settled()
    hand.told(-1, node=3)
    assert hand.broken() == {OFFSETS}


def test_a_commit_without_an_answer_may_come_late(hand: Grouped) -> None:
    hand.committed(5, LOST)
    hand.committed(6)
    hand.told(5)
    assert hand.broken() == set()


def test_a_refused_commit_leaves_no_trace(hand: Grouped) -> None:
    hand.committed(5, {"error": "ILLEGAL_GENERATION"})
    hand.told(5)
    assert hand.broken() == {OFFSETS}


def test_an_offset_that_nobody_committed_is_invented(hand: Grouped) -> None:
    hand.told(7)
    assert hand.broken() == {OFFSETS}


def test_what_lies_before_a_committed_offset_was_given(hand: Grouped) -> None:
    hand.wrote("v0", "v1", at=0)
    hand.given(0, 1)
    hand.committed(2)
    hand.last_reads([(0, 0, "v0"), (1, 0, "v1")])
    assert hand.broken() == set()


def test_a_record_that_no_member_was_given_is_skipped(hand: Grouped) -> None:
    hand.wrote("v0", "v1", at=0)
    hand.given(1)
    hand.committed(2)
    hand.last_reads([(0, 0, "v0"), (1, 0, "v1")])
    assert hand.broken() == {SKIPPED}

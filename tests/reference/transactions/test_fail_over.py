"""Coordinators and leaders come and go while transactions are on their way."""

from collections.abc import Iterator

import pytest
from tests.reference.conftest import Caller
from tests.reference.transactions.crowd import Crowd, written

from kafka_tck.reference.rules import Rules, TransactionRules
from kafka_tck.wire.messages import decode_response

ALL = [[1, 2, 3], [2, 3, 1]]


@pytest.fixture
def crowd() -> Iterator[Crowd]:
    made = Crowd(3, ALL)
    yield made
    made.close()


class Unguarded(TransactionRules):
    """A batch that was verified is appended whatever has come since."""

    def too_late(self, marked: bool) -> bool:
        return False


def other_than(*nodes: int) -> int:
    return next(node for node in (1, 2, 3) if node not in nodes)


def told(caller: Caller) -> str:
    """The error in the answer to a Produce v9 that has come meanwhile."""
    frame = caller.frame()
    assert frame is not None
    return written(decode_response("Produce", 9, frame)[1])


def committed_and_killed(crowd: Crowd) -> tuple[int, int]:
    """A commit is decided, and its coordinator dies before it has sent a marker."""
    _, pid, epoch = crowd.init()
    assert crowd.write(pid, epoch) == crowd.write(pid, epoch, index=1) == "NONE"
    assert crowd.end(pid, epoch) == ("NONE", pid, epoch + 1)
    assert crowd.outcomes() == [f"data {epoch}"]
    crowd.cluster.kill(crowd.coordinator)
    crowd.pass_ms(12_000)
    return pid, epoch


def test_a_new_coordinator_finishes_what_was_decided(crowd: Crowd) -> None:
    before = crowd.coordinator
    pid, epoch = committed_and_killed(crowd)
    assert crowd.coordinator != before
    assert crowd.state() == ("CompleteCommit", pid, epoch + 1, [])
    for index in (0, 1):
        assert crowd.outcomes(index) == [f"data {epoch}", f"commit {epoch + 1}"]
    assert crowd.end(pid, epoch) == ("NONE", pid, epoch + 1)


def test_a_new_coordinator_knows_what_is_open(crowd: Crowd) -> None:
    _, pid, epoch = crowd.init()
    assert crowd.write(pid, epoch) == "NONE"
    began = crowd.entry().transaction.started
    crowd.cluster.stop(crowd.coordinator)
    crowd.pass_ms(50)
    assert crowd.state() == ("Ongoing", pid, epoch, [("t", [0])])
    assert crowd.entry().transaction.started == began
    assert crowd.end(pid, epoch, commit=False) == ("NONE", pid, epoch + 1)
    crowd.pass_ms(500)
    assert crowd.outcomes() == [f"data {epoch}", f"abort {epoch + 1}"]


def test_while_it_loads_and_after_it_leads_no_more(crowd: Crowd) -> None:
    _, pid, epoch = crowd.init()
    before = crowd.coordinator
    crowd.cluster.stop(before)
    assert crowd.coordinator != before
    assert crowd.init("x", pid, epoch)[0] == "COORDINATOR_LOAD_IN_PROGRESS"
    listed = crowd.at(crowd.coordinator).call("ListTransactions", 2)
    assert listed.error_code == 14
    crowd.pass_ms(5)
    assert crowd.init("x", pid, epoch) == ("NONE", pid, epoch + 1)
    crowd.cluster.start(before)
    fields = {"transactional_id": "x", "transaction_timeout_ms": 1000}
    assert crowd.at(before).call("InitProducerId", 5, **fields).error_code == 16


def test_markers_are_repeated_until_the_leader_is_back(crowd: Crowd) -> None:
    lone = Crowd(3, [[1], [2], [3]])
    coordinator = lone.coordinator
    away = other_than(coordinator)
    _, pid, epoch = lone.init()
    here = coordinator - 1
    for index in (here, away - 1):
        assert lone.write(pid, epoch, index=index) == "NONE"
    lone.cluster.kill(away)
    assert lone.end(pid, epoch)[0] == "NONE"
    lone.pass_ms(30_000)
    assert lone.state()[0] == "PrepareCommit"
    assert lone.outcomes(here) == [f"data {epoch}", f"commit {epoch + 1}"], "one marker only"
    lone.cluster.start(away)
    lone.pass_ms(3_000)
    assert lone.outcomes(away - 1) == [f"data {epoch}", f"commit {epoch + 1}"]
    assert lone.state()[0] == "CompleteCommit"
    lone.close()


def test_partitions_that_are_deleted_need_no_marker(crowd: Crowd) -> None:
    lone = Crowd(3, [[1], [2], [3]])
    away = other_than(lone.coordinator)
    _, pid, epoch = lone.init()
    assert lone.write(pid, epoch, index=away - 1) == "NONE"
    lone.cluster.kill(away)
    assert lone.end(pid, epoch)[0] == "NONE"
    lone.pass_ms(500)
    assert lone.state()[0] == "PrepareCommit"
    caller = lone.at(lone.coordinator)
    caller.call("DeleteTopics", 5, topic_names=["t"], timeout_ms=1000)
    lone.pass_ms(500)
    assert lone.state()[0] == "CompleteCommit"
    lone.close()


def test_too_few_replicas_decide_nothing(crowd: Crowd) -> None:
    """An end that is not committed may be repeated, and has one outcome."""
    _, pid, epoch = crowd.init()
    assert crowd.write(pid, epoch) == "NONE"
    coordinator = crowd.coordinator
    others = [node for node in (1, 2, 3) if node != coordinator]
    for node in others:
        crowd.cluster.kill(node)
    crowd.pass_ms(12_000)
    assert crowd.end(pid, epoch)[0] == "COORDINATOR_NOT_AVAILABLE"
    assert crowd.state()[0] == "Ongoing"
    for node in others:
        crowd.cluster.start(node)
    crowd.pass_ms(5_000)
    assert crowd.end(pid, epoch) == ("NONE", pid, epoch + 1)
    crowd.pass_ms(1_000)
    assert crowd.state()[0] == "CompleteCommit"


@pytest.mark.parametrize("guarded", [True, False])
def test_a_marker_between_the_question_and_the_append(guarded: bool) -> None:
    """A late batch of a transaction that ends meanwhile is refused, and else would hang."""
    rules = {} if guarded else {"rules": Rules(transactions=Unguarded())}
    crowd = Crowd(3, [[1], [2], [3]], **rules)
    coordinator = crowd.coordinator
    leader = other_than(coordinator)
    _, pid, epoch = crowd.init()
    assert crowd.add(pid, epoch, leader - 1) == {leader - 1: "NONE"}
    late = crowd.at(leader)
    crowd.cluster.delay(coordinator, leader, 50)
    late.send("Produce", 9, **crowd.batch(pid, epoch, 0, leader - 1))
    crowd.cluster._last_due.clear()
    crowd.cluster.delay(coordinator, leader, 0)
    assert crowd.end(pid, epoch, commit=False, v=4)[0] == "NONE"
    crowd.pass_ms(100)
    assert told(late) == ("INVALID_TXN_STATE" if guarded else "NONE")
    hangs = crowd.log(leader - 1).producers.open_transaction(pid) is not None
    assert hangs is not guarded
    crowd.close()


def test_of_batches_that_wait_the_first_begins_the_transaction() -> None:
    crowd = Crowd(3, [[1], [2], [3]])
    coordinator = crowd.coordinator
    leader = other_than(coordinator)
    _, pid, epoch = crowd.init()
    assert crowd.add(pid, epoch, leader - 1) == {leader - 1: "NONE"}
    crowd.cluster.delay(coordinator, leader, 50)
    first, second = Caller(crowd.cluster, leader), Caller(crowd.cluster, leader)
    second.send("Produce", 9, **crowd.batch(pid, epoch, 1, leader - 1))
    first.send("Produce", 9, **crowd.batch(pid, epoch, 0, leader - 1))
    crowd.pass_ms(200)
    assert told(second) == "OUT_OF_ORDER_SEQUENCE_NUMBER"
    assert told(first) == "NONE"
    assert crowd.write(pid, epoch, 1, index=leader - 1, v=9) == "NONE"
    crowd.close()


def test_a_client_that_leaves_does_not_stop_what_it_began(crowd: Crowd) -> None:
    _, pid, epoch = crowd.init()
    assert crowd.write(pid, epoch) == "NONE"
    coordinator = crowd.coordinator
    for node in (1, 2, 3):
        if node != coordinator:
            crowd.cluster.delay(node, coordinator, 100)
    client = crowd.at(coordinator)
    end = {"transactional_id": "x", "producer_id": pid, "producer_epoch": epoch, "committed": True}
    client.send("EndTxn", 5, **end)
    assert client.frame() is None, "the followers have not got it yet"
    crowd.cluster.disconnect(client.connection)
    crowd._callers.clear()
    crowd.pass_ms(5_000)
    assert crowd.state()[0] == "CompleteCommit"

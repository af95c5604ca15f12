"""What one transaction coordinator answers; Apache Kafka 4.3.1 answers the same."""

from collections.abc import Iterator
from dataclasses import replace
from typing import Any

import pytest
from tests.reference.transactions.crowd import Crowd

from kafka_tck.wire.errors import error_name


@pytest.fixture
def crowd() -> Iterator[Crowd]:
    made = Crowd()
    yield made
    made.close()


def begun(crowd: Crowd) -> tuple[int, int]:
    """A producer whose transaction has partition 0."""
    _, pid, epoch = crowd.init()
    assert crowd.add(pid, epoch, 0) == {0: "NONE"}
    return pid, epoch


def test_each_init_raises_the_epoch(crowd: Crowd) -> None:
    error, pid, epoch = crowd.init()
    assert (error, epoch) == ("NONE", 0)
    assert crowd.init() == ("NONE", pid, 1)
    assert crowd.init("x", pid, 1) == ("NONE", pid, 2)
    assert crowd.init("x", pid, 1) == ("NONE", pid, 2), "asked again"
    assert crowd.init("x", pid, 7) == ("PRODUCER_FENCED", -1, -1)
    assert crowd.init("x", pid, 7, v=3)[0] == "INVALID_PRODUCER_EPOCH"
    assert crowd.init("y", 77, 3)[0] == "NONE", "a new id does not compare"


def test_an_init_that_cannot_be(crowd: Crowd) -> None:
    assert crowd.init("")[0] == "INVALID_REQUEST"
    assert crowd.init("x", 5, -1)[0] == crowd.init(None, -1, 5)[0] == "INVALID_REQUEST"
    assert crowd.init(ms=0)[0] == crowd.init(ms=900_001)[0] == "INVALID_TRANSACTION_TIMEOUT"
    assert crowd.state()[0] == "TRANSACTIONAL_ID_NOT_FOUND"


@pytest.mark.parametrize(("says_who", "rise"), [(False, 2), (True, 1)])
def test_an_init_aborts_what_is_open(crowd: Crowd, says_who: bool, rise: int) -> None:
    pid, epoch = begun(crowd)
    assert crowd.write(pid, epoch) == "NONE"
    who = (pid, epoch) if says_who else (-1, -1)
    assert crowd.init("x", *who)[0] == "CONCURRENT_TRANSACTIONS"
    assert crowd.init("x", *who)[0] == "CONCURRENT_TRANSACTIONS", "until the abort is complete"
    crowd.pass_ms(10)
    assert crowd.init("x", *who) == ("NONE", pid, epoch + rise)
    assert crowd.outcomes() == [f"data {epoch}", f"abort {epoch + 1}"]


def test_partitions_are_added_all_or_none(crowd: Crowd) -> None:
    _, pid, epoch = crowd.init()
    refused = {0: "OPERATION_NOT_ATTEMPTED", 9: "UNKNOWN_TOPIC_OR_PARTITION"}
    assert crowd.add(pid, epoch, 0, 9) == refused
    assert crowd.state()[0] == "Empty"
    assert crowd.add(pid + 1, epoch, 0) == {0: "INVALID_PRODUCER_ID_MAPPING"}
    assert crowd.add(pid, epoch + 1, 0) == {0: "PRODUCER_FENCED"}
    assert crowd.add(pid, epoch + 1, 0, v=1) == {0: "INVALID_PRODUCER_EPOCH"}
    assert crowd.add(pid, epoch, 0, 1) == {0: "NONE", 1: "NONE"}
    assert crowd.state() == ("Ongoing", pid, epoch, [("t", [0, 1])])


@pytest.mark.parametrize("commit", [True, False])
def test_an_old_end_keeps_the_epoch(crowd: Crowd, commit: bool) -> None:
    pid, epoch = begun(crowd)
    assert crowd.write(pid, epoch, v=9) == "NONE"
    assert crowd.end(pid, epoch + 1, v=4)[0] == "PRODUCER_FENCED"
    assert crowd.end(pid, epoch + 1, v=1)[0] == "INVALID_PRODUCER_EPOCH"
    assert crowd.end(pid, epoch, commit=commit, v=4)[0] == "NONE"
    assert crowd.end(pid, epoch, commit=commit, v=4)[0] == "CONCURRENT_TRANSACTIONS"
    assert crowd.add(pid, epoch, 0) == {0: "CONCURRENT_TRANSACTIONS"}
    crowd.pass_ms(10)
    outcome = "commit" if commit else "abort"
    assert crowd.outcomes() == [f"data {epoch}", f"{outcome} {epoch}"]
    assert crowd.state() == (f"Complete{outcome.title()}", pid, epoch, [])
    assert crowd.end(pid, epoch, commit=commit, v=4)[0] == "NONE"
    assert crowd.end(pid, epoch, commit=not commit, v=4)[0] == "INVALID_TXN_STATE"


def test_a_new_end_raises_the_epoch(crowd: Crowd) -> None:
    _, pid, epoch = crowd.init()
    assert crowd.write(pid, epoch) == "NONE", "the leader adds the partition"
    assert crowd.state() == ("Ongoing", pid, epoch, [("t", [0])])
    for wrong in (epoch - 1, epoch + 1):
        assert crowd.end(pid, wrong)[0] == "PRODUCER_FENCED"
    assert crowd.end(pid, epoch) == ("NONE", pid, epoch + 1)
    assert crowd.end(pid, epoch + 1)[0] == "PRODUCER_FENCED", "until it is complete"
    crowd.pass_ms(10)
    assert crowd.outcomes() == [f"data {epoch}", f"commit {epoch + 1}"]
    assert crowd.end(pid, epoch) == ("NONE", pid, epoch + 1), "asked again"
    assert crowd.end(pid, epoch, commit=False)[0] == "INVALID_TXN_STATE"
    assert crowd.end(pid, epoch + 1)[0] == "INVALID_TXN_STATE", "there is nothing to commit"
    assert crowd.write(pid, epoch, 1) == "INVALID_PRODUCER_EPOCH"


def test_nothing_can_be_aborted_but_not_committed(crowd: Crowd) -> None:
    _, pid, epoch = crowd.init()
    assert crowd.end(pid, epoch)[0] == "INVALID_TXN_STATE"
    assert crowd.end(pid, epoch - 1, commit=False)[0] == "PRODUCER_FENCED"
    assert crowd.end(pid, epoch, commit=False, v=4)[0] == "INVALID_TXN_STATE"
    assert crowd.end(pid, epoch, commit=False) == ("NONE", pid, epoch + 1)
    crowd.pass_ms(10)
    assert crowd.end(pid, epoch, commit=False) == ("NONE", pid, epoch + 1)
    assert crowd.end(pid, epoch + 1, commit=False) == ("NONE", pid, epoch + 2)
    assert crowd.outcomes() == []


def test_the_last_epoch_leads_to_another_producer_id(crowd: Crowd) -> None:
    _, pid, _ = crowd.init()
    entry = crowd.entry()
    entry.transaction = replace(entry.transaction, epoch=32766)
    assert crowd.write(pid, 32766) == "NONE"
    error, other, epoch = crowd.end(pid, 32766)
    assert (error, other > pid, epoch) == ("NONE", True, 0)
    crowd.pass_ms(10)
    assert crowd.outcomes() == ["data 32766", "commit 32767"]
    assert crowd.end(pid, 32766) == ("NONE", other, 0)
    assert crowd.init("x", pid, 32766) == ("NONE", other, 0)
    entry.transaction = replace(entry.transaction, epoch=32766)
    error, third, epoch = crowd.init("x", other, 32766)
    assert (error, third > other, epoch) == ("NONE", True, 0)
    assert crowd.init("x", other, 32766) == ("NONE", third, 0)


@pytest.mark.parametrize(
    ("version", "error"), [(9, "INVALID_TXN_STATE"), (11, "TRANSACTION_ABORTABLE")]
)
def test_a_batch_outside_of_a_transaction_is_refused(
    crowd: Crowd, version: int, error: str
) -> None:
    _, pid, epoch = crowd.init()
    assert crowd.write(pid, epoch, v=version) == error
    assert crowd.write(pid, epoch + 1, v=version) == "INVALID_PRODUCER_EPOCH"
    assert crowd.write(pid + 1, epoch, v=version) == "INVALID_PRODUCER_ID_MAPPING"
    assert crowd.outcomes() == []
    assert crowd.add(pid, epoch, 1) == {1: "NONE"}
    assert crowd.write(pid, epoch, v=version) == error, "another partition was added"
    assert crowd.write(pid, epoch, v=version, index=1) == "NONE"


def test_what_takes_too_long_is_aborted(crowd: Crowd) -> None:
    _, pid, epoch = crowd.init(ms=1000)
    assert crowd.write(pid, epoch) == "NONE"
    crowd.pass_ms(900)
    assert crowd.add(pid, epoch, 1) == {1: "NONE"}, "the timeout goes on"
    assert crowd.state()[0] == "Ongoing"
    crowd.pass_ms(400)
    assert crowd.state() == ("CompleteAbort", pid, epoch + 1, [])
    assert crowd.outcomes() == [f"data {epoch}", f"abort {epoch + 1}"]
    assert crowd.end(pid, epoch, v=4)[0] == "PRODUCER_FENCED"
    assert crowd.write(pid, epoch, 1, v=9) == "INVALID_PRODUCER_EPOCH"
    assert crowd.init("x", pid, epoch) == ("NONE", pid, epoch + 1)


def test_the_next_transaction_waits_for_the_one_before(crowd: Crowd) -> None:
    _, pid, epoch = crowd.init()
    assert crowd.write(pid, epoch) == "NONE"
    before = crowd.cluster.now_ms
    assert crowd.end(pid, epoch)[0] == "NONE"
    assert crowd.write(pid, epoch + 1) == "NONE"
    assert crowd.cluster.now_ms - before == 20, "one retry of the addition"


def test_idle_ids_are_forgotten() -> None:
    crowd = Crowd(config={"transactional.id.expiration.ms": "5000000"})
    _, pid, epoch = crowd.init()
    crowd.pass_ms(4_000_000)
    assert crowd.state()[:3] == ("Empty", pid, epoch)
    crowd.pass_ms(4_000_000)
    assert crowd.state()[0] == "TRANSACTIONAL_ID_NOT_FOUND"
    assert crowd.add(pid, epoch, 0) == {0: "INVALID_PRODUCER_ID_MAPPING"}
    error, other, first = crowd.init()
    assert (error, other > pid, first) == ("NONE", True, 0)
    crowd.close()


def test_lists_go_through_filters(crowd: Crowd) -> None:
    pid, _ = begun(crowd)
    crowd.init("y")
    crowd.pass_ms(500)

    def listed(version: int = 2, **filters: Any) -> list[str]:
        none = {"state_filters": [], "producer_id_filters": [], "duration_filter": -1}
        told = crowd.at(1).call("ListTransactions", version, **(none | filters))
        assert error_name(told.error_code) == "NONE"
        bogus = [name for name in filters.get("state_filters", []) if name == "Bogus"]
        assert told.unknown_state_filters == bogus
        return [one.transactional_id for one in told.transaction_states]

    assert listed() == ["x", "y"]
    assert listed(state_filters=["Ongoing", "Bogus"]) == ["x"]
    assert listed(state_filters=["Bogus"]) == []
    assert listed(producer_id_filters=[pid]) == ["x"]
    assert listed(duration_filter=1000) == ["y"], "without a transaction it has no beginning"
    assert listed(transactional_id_pattern="[xz]") == ["x"]
    assert listed(1, producer_id_filters=[pid + 99]) == []
    told = crowd.at(1).call("ListTransactions", 2, transactional_id_pattern="(")
    assert error_name(told.error_code) == "INVALID_REGULAR_EXPRESSION"


@pytest.mark.parametrize("level", [0, 1, 2])
def test_requests_of_newer_clients_need_transaction_version_1(level: int) -> None:
    crowd = Crowd(features={"transaction.version": level})
    _, pid, epoch = crowd.init()
    newer = "UNSUPPORTED_VERSION" if level == 0 else "NONE"
    assert crowd.write(pid, epoch) == newer
    assert crowd.state()[0] == ("Empty" if level == 0 else "Ongoing")
    assert crowd.add(pid, epoch, 0) == {0: "NONE"}
    assert crowd.end(pid, epoch)[0] == newer
    if level == 0:
        assert crowd.end(pid, epoch, v=4)[0] == "NONE"
    crowd.close()

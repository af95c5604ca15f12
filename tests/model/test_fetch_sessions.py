"""The model of fetch sessions: explored in full within small bounds, and as whole sessions."""

from collections import deque
from collections.abc import Iterator
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kafka_tck.model.fetch_sessions import (
    LAST_EPOCH,
    NEVER_SENT,
    UNSENT,
    Held,
    answered,
    cached_partition,
    fetch_session,
    opened,
)
from kafka_tck.model.run import Done, Refused, attempt, holds_in
from kafka_tck.model.spec import Module

State = tuple[tuple[str, int | bool], ...]

SESSION_ACTIONS: list[tuple[str, dict[str, int]]] = [
    *[("client_opens", {"by_id": i, "partitions": n}) for i in (0, 1) for n in (0, 1)],
    *[
        ("client_continues", {"epoch": e, "by_id": i, "partitions": n})
        for e in range(1, 5)
        for i in (0, 1)
        for n in (0, 1)
    ],
    ("client_closes", {}),
    ("broker_forgets", {}),
]
CACHED_ACTIONS: list[tuple[str, dict[str, int]]] = [
    *[("log_moves", {"hw": hw, "log_start": s}) for hw in range(3) for s in range(hw + 1)],
    ("partition_fails", {}),
    ("partition_recovers", {}),
    *[("broker_answers", {"stands_out": n}) for n in (0, 1)],
]


def reachable(module: Module[Any], actions: list[tuple[str, dict[str, int]]]) -> set[State]:
    """Every state that these instances of actions lead to."""
    first: State = tuple(module.initial.items())
    found, queue = {first}, deque([first])
    while queue:
        for after in successors(module, dict(queue.popleft()), actions):
            if after not in found:
                found.add(after)
                queue.append(after)
    return found


def successors(
    module: Module[Any], state: dict[str, int | bool], actions: list[tuple[str, dict[str, int]]]
) -> Iterator[State]:
    for name, parameters in actions:
        outcome = attempt(module, name, state, **parameters)
        if isinstance(outcome, Done) and outcome.state.get("next_epoch", 0) <= 4:
            yield tuple(outcome.state.items())


@pytest.mark.parametrize(
    ("module", "actions", "count"),
    [(fetch_session, SESSION_ACTIONS, 27), (cached_partition, CACHED_ACTIONS, 216)],
    ids=["fetch_session", "cached_partition"],
)
def test_promises_hold_in_every_reachable_state(
    module: Module[Any], actions: list[tuple[str, dict[str, int]]], count: int
) -> None:
    states = [dict(state) for state in reachable(module, actions)]
    for promise in module.always_claims.values():
        assert all(holds_in(module, promise.claim, state) for state in states), promise.name
    for promise in module.sometimes_claims.values():
        assert any(holds_in(module, promise.claim, state) for state in states), promise.name
    assert len(states) == count


def test_refusals_come_in_kafkas_order() -> None:
    held: Held[str, int] = opened({"p": 0}, by_id=False)

    def refusal(session: Held[str, int], epoch: int, by_id: bool) -> str | None:
        outcome = session.continued(epoch, by_id)
        return outcome.error if isinstance(outcome, Refused) else None

    assert refusal(held.closed(), 7, True) == "FETCH_SESSION_ID_NOT_FOUND"
    assert refusal(held, 7, True) == "INVALID_FETCH_SESSION_EPOCH"
    assert refusal(held, 1, True) == "FETCH_SESSION_TOPIC_ID_ERROR"
    assert refusal(held, 1, False) is None
    assert refusal(held.forgotten(), 1, False) == "FETCH_SESSION_ID_NOT_FOUND"


def test_epochs_wrap_to_one() -> None:
    last = {**opened({"p": 0}, by_id=True).state, "next_epoch": LAST_EPOCH}
    again = Held(last, {"p": (0, UNSENT)}).continued(LAST_EPOCH, by_id=True)
    assert isinstance(again, Held)
    assert again.state["next_epoch"] == 1


def test_a_session_left_without_partitions_is_closed() -> None:
    held = opened({"p": 0}, by_id=True).updated({}, {"p"}).continued(1, by_id=True)
    assert isinstance(held, Held)
    assert not held.is_open


def test_forgetting_wins_over_asking_and_starts_afresh() -> None:
    includes, sent = answered(UNSENT, hw=3, log_start=0, fails=False, stands_out=False)
    held = opened({"p": 0, "q": 0}, by_id=True).sending({"p": sent, "q": sent}, ())
    assert includes
    assert list(held.updated({"p": 1}, {"p"}).parts) == ["q"]
    again = held.updated({}, {"p"}).updated({"p": 1}, ())
    assert list(again.parts) == ["q", "p"]
    assert again.parts["p"] == (1, UNSENT)
    assert held.updated({"p": 1}, ()).parts["p"] == (1, sent)


def test_whoever_returned_records_goes_last() -> None:
    held = opened({"p": 0, "q": 0, "r": 0}, by_id=True)
    sent = dict.fromkeys("pqr", UNSENT)
    assert list(held.sending(sent, ["p"]).parts) == ["q", "r", "p"]
    assert list(held.sending(sent, ["q", "p"]).parts) == ["r", "p", "q"]


def test_an_error_that_clears_is_told_with_the_bounds_of_before() -> None:
    _, sent = answered(UNSENT, hw=3, log_start=1, fails=False, stands_out=False)
    assert not answered(sent, 3, 1, fails=False, stands_out=False)[0]
    told, failing = answered(sent, 3, 1, fails=True, stands_out=False)
    assert told
    assert failing["sent_hw"] == NEVER_SENT
    assert answered(failing, 3, 1, fails=True, stands_out=False)[0]
    assert answered(failing, 3, 1, fails=False, stands_out=False)[0]


@given(
    st.lists(
        st.tuples(st.integers(0, 4), st.integers(0, 4), st.booleans(), st.booleans()), min_size=1
    )
)
def test_a_client_that_keeps_what_it_was_told_knows_every_error_and_bound(
    history: list[tuple[int, int, bool, bool]],
) -> None:
    """The law behind sessions: what is left out is as it was told last."""
    sent, known = UNSENT, None
    for hw, start, fails, stands_out in history:
        includes, sent = answered(sent, hw, start, fails, stands_out)
        truth = "error" if fails else (hw, start)
        known = truth if includes else known
        assert known == truth

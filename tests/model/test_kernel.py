"""The kernel: terms, modules of guarded actions, the run reader, and the log module in it."""

from collections.abc import Callable, Mapping
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kafka_tck.model.log import Log, log
from kafka_tck.model.run import Done, Refused, Values, _compiled, attempt, holds_in
from kafka_tck.model.shapes import Shape
from kafka_tck.model.spec import Guard, Module, Step, otherwise, when
from kafka_tck.model.terms import (
    Bool,
    Int,
    Misuse,
    Term,
    all_of,
    any_of,
    bool_var,
    choose,
    implies,
    int_var,
    least,
    lift,
    most,
    negate,
)

NAMES = ("x", "y")
NUMBERS = st.integers(-3, 3)
STATES = st.fixed_dictionaries({"x": NUMBERS, "y": NUMBERS, "b": st.booleans()})


def _ints(smaller: st.SearchStrategy[Any]) -> st.SearchStrategy[Any]:
    ints, bools = smaller, _bools(smaller)
    return st.one_of(
        st.builds(lambda a, b: a + b, ints, ints),
        st.builds(lambda a, b: a - b, ints, ints),
        st.builds(choose, bools, ints, ints),
        st.builds(least, ints, ints),
        st.builds(most, ints, ints),
    )


def _bools(ints: st.SearchStrategy[Any]) -> st.SearchStrategy[Any]:
    plain = st.one_of(
        st.just(bool_var("b")),
        st.builds(lambda a, b: a < b, ints, ints),
        st.builds(lambda a, b: a >= b, ints, ints),
        st.builds(lambda a, b: a == b, ints, ints),
        st.builds(lambda a, b: a != b, ints, ints),
    )
    return st.one_of(
        plain,
        st.builds(negate, plain),
        st.builds(implies, plain, plain),
        st.lists(plain, max_size=3).map(all_of),
        st.lists(plain, max_size=3).map(any_of),
        st.builds(lambda p, q: p == q, plain, plain),
    )


LEAVES = st.sampled_from([int_var("x"), int_var("y")]) | NUMBERS.map(lift)
TERMS = st.recursive(LEAVES, _ints, max_leaves=8)

_MEANING: Mapping[str, Callable[..., Any]] = {
    "add": lambda a, b: a + b,
    "sub": lambda a, b: a - b,
    "lt": lambda a, b: a < b,
    "le": lambda a, b: a <= b,
    "eq": lambda a, b: a == b,
    "same": lambda a, b: a is b,
    "and": lambda *parts: all(parts),
    "or": lambda *parts: any(parts),
    "not": lambda part: not part,
    "choose": lambda condition, yes, no: yes if condition else no,
    "least": lambda *parts: sorted(parts)[0],
    "most": lambda *parts: sorted(parts)[-1],
}


def _value(term: Term, state: Values) -> Any:
    """What a term means, worked out node by node."""
    if term.op == "const":
        return term.args[0]
    if term.op == "var":
        return state[term.args[0]]
    return _MEANING[term.op](*(_value(arg, state) for arg in term.args))


@given(TERMS | _bools(TERMS), STATES)
def test_the_run_reader_computes_what_a_term_means(term: Term, state: Values) -> None:
    assert _compiled(term)(state) == _value(term, state)


@pytest.mark.parametrize(
    "ask",
    [
        lambda x: bool(x == 1),
        lambda x: x == 1 and x == 2,
        lambda x: x == 1 or x == 2,
        lambda x: not x,
        lambda x: 1 if x > 0 else 2,
        lambda x: 0 < x < 3,
        lambda x: x in [int_var("y")],
        lambda x: [i for i in range(3) if i == x],
    ],
)
def test_the_truth_of_a_term_is_not_known(ask: Callable[[Int], object]) -> None:
    with pytest.raises(Misuse, match="all_of, any_of, negate, implies or choose"):
        ask(int_var("x"))


def test_only_numbers_truth_values_and_terms_are_lifted() -> None:
    assert lift(True).op == "const"
    assert isinstance(lift(True), Bool)
    assert isinstance(lift(1), Int)
    x = int_var("x")
    assert lift(x) is x
    with pytest.raises(Misuse, match="neither a term"):
        lift("1")


def test_terms_read_like_formulas() -> None:
    x, y = int_var("x"), int_var("y")
    assert str(x + 1 <= y) == "(x + 1) <= y"
    assert str(all_of([x < y, negate(bool_var("b"))])) == "(x < y) and not(b)"


class Counter(Shape):
    count: Int
    stopped: Bool


def _counter() -> Module[Counter]:
    module = Module("counter", Counter, count=0, stopped=False)

    @module.action()
    def client_adds(s: Counter, by: int) -> Step[Counter]:
        """A client adds."""
        guards = when(
            runs=otherwise(negate(s.stopped), "STOPPED"),
            is_positive=otherwise(by > 0, "NOT_POSITIVE"),
            fits=s.count + by <= 3,
        )
        return guards.then(s.having(count=s.count + by)).answering(before=s.count)

    @module.action()
    def node_stops(s: Counter) -> Step[Counter]:
        """The node stops."""
        return when().then(s.having(stopped=True))

    return module


COUNTER = _counter()


def test_the_first_guard_in_order_that_fails_is_told() -> None:
    stopped = {"count": 3, "stopped": True}
    running = {"count": 3, "stopped": False}
    assert attempt(COUNTER, "client_adds", stopped, by=0) == Refused("runs", "STOPPED")
    assert attempt(COUNTER, "client_adds", running, by=0) == Refused("is_positive", "NOT_POSITIVE")
    assert attempt(COUNTER, "client_adds", running, by=1) == Refused("fits", None)


def test_an_action_changes_only_what_it_names() -> None:
    done = attempt(COUNTER, "client_adds", {"count": 1, "stopped": False}, by=2)
    assert done == Done({"count": 3, "stopped": False}, {"before": 1})
    assert attempt(COUNTER, "node_stops", {"count": 1, "stopped": False}) == Done(
        {"count": 1, "stopped": True}, {}
    )


def test_actions_and_their_parts_are_named() -> None:
    adds = COUNTER.actions["client_adds"]
    assert (adds.name, adds.sentence, adds.parameters) == ("client_adds", "A client adds.", ("by",))
    guards = adds.step(Counter.variables(), by=1).guards
    assert list(guards) == ["runs", "is_positive", "fits"]
    assert all(isinstance(guard, Guard) for guard in guards.values())


def test_a_module_wants_a_full_initial_state_and_a_sentence_for_each_action() -> None:
    with pytest.raises(ValueError, match="must set exactly"):
        Module("counter", Counter, count=0)
    module = Module("counter", Counter, count=0, stopped=False)

    def node_waits(s: Counter) -> Step[Counter]:
        return when().then(s)

    with pytest.raises(ValueError, match="has no sentence"):
        module.action()(node_waits)


def test_two_actions_of_one_name_are_refused() -> None:
    module = _counter()

    def node_stops(s: Counter) -> Step[Counter]:
        """Again."""
        return when().then(s)

    with pytest.raises(ValueError, match="defined twice"):
        module.action()(node_stops)


SMALL = st.integers(-2, 6)
STEPS = st.lists(
    st.sampled_from(sorted(log.actions)).flatmap(
        lambda name: st.tuples(
            st.just(name),
            st.fixed_dictionaries(dict.fromkeys(log.actions[name].parameters, SMALL)),
        )
    ),
    max_size=12,
)


def _walk(steps: list[tuple[str, dict[str, int]]]) -> list[Values]:
    """The states that these steps lead through; refused ones change nothing."""
    states: list[Values] = [log.initial]
    for name, parameters in steps:
        outcome = attempt(log, name, states[-1], **parameters)
        states.append(outcome.state if isinstance(outcome, Done) else states[-1])
    return states


@given(STEPS)
def test_what_always_holds_of_the_log_holds_along_every_run(
    steps: list[tuple[str, dict[str, int]]],
) -> None:
    for state in _walk(steps):
        for name, promise in log.always_claims.items():
            assert holds_in(log, promise.claim, state), name


@given(STEPS)
def test_nothing_falls_along_a_run_of_the_log(steps: list[tuple[str, dict[str, int]]]) -> None:
    states = _walk(steps)
    for before, after in zip(states, states[1:], strict=False):
        assert all(before[name] <= after[name] for name in Log.names())


def test_what_the_log_may_reach_is_reached() -> None:
    reached = _walk([("leader_appends", {"count": 3}), ("client_deletes_records", {"before": 1})])
    for name, promise in log.sometimes_claims.items():
        assert any(holds_in(log, promise.claim, state) for state in reached), name


def test_every_action_of_the_log_can_happen() -> None:
    grown = _walk([("leader_appends", {"count": 3})])[-1]
    for name, action in log.actions.items():
        chosen = dict.fromkeys(action.parameters, 1)
        assert isinstance(attempt(log, name, grown, **chosen), Done), name


@pytest.mark.parametrize(
    ("before", "expected"),
    [
        (-2, Refused("is_an_offset", "OFFSET_OUT_OF_RANGE")),
        (-1, 5),
        (0, 2),
        (2, 2),
        (3, 3),
        (5, 5),
        (6, Refused("is_committed", "OFFSET_OUT_OF_RANGE")),
    ],
)
def test_deletion_moves_the_start_up_to_the_hw(before: int, expected: int | Refused) -> None:
    state = {"log_start": 2, "hw": 5, "leo": 7, "epoch": 0}
    outcome = attempt(log, "client_deletes_records", state, before=before)
    if isinstance(expected, Refused):
        assert outcome == expected
    else:
        assert outcome == Done({**state, "log_start": expected}, {"low_watermark": expected})


@pytest.mark.parametrize(("offset", "guard"), [(1, "not_deleted"), (8, "not_past_the_end")])
def test_reads_outside_the_log_are_refused(offset: int, guard: str) -> None:
    state = {"log_start": 2, "hw": 5, "leo": 7, "epoch": 0}
    assert attempt(log, "client_fetches", state, offset=offset) == Refused(
        guard, "OFFSET_OUT_OF_RANGE"
    )
    for fine in (2, 5, 7):
        assert isinstance(attempt(log, "client_fetches", state, offset=fine), Done)


def test_every_refusal_of_a_client_has_an_error() -> None:
    state = Log.variables()
    for name, action in log.actions.items():
        step = action.step(state, **dict.fromkeys(action.parameters, 1))
        if name.startswith("client_"):
            assert all(guard.error for guard in step.guards.values()), name

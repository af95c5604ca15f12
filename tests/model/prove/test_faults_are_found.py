"""Planted faults: what is false, vacuous, or read differently by two readers is told."""

from typing import Any

import pytest
import z3
from click.testing import CliRunner

from kafka_tck.cli import prove as prove_command
from kafka_tck.model import modules
from kafka_tck.model.prove import reader as prove_reader
from kafka_tck.model.prove.bounded import inductive_over, searched
from kafka_tck.model.prove.formulas import plus
from kafka_tck.model.prove.induction import Proof
from kafka_tck.model.prove.results import ReadersDisagree, Report, Verdict
from kafka_tck.model.prove.words import Unreadable
from kafka_tck.model.shapes import Shape, flag, number, sequence
from kafka_tck.model.spec import Module, Step, when
from kafka_tck.model.terms import Bool, Int, Seq, all_of, every, first_where, negate


class Tank(Shape):
    level: Int = number(0, 3)
    log: Seq = sequence(3, level=number(0, 3))


def tank(start: int = 0, most: int = 3) -> Module[Tank]:
    module = Module("tank", Tank, lambda given: {"level": start, "log": ()})

    @module.action()
    def pump_fills(t: Tank) -> Step[Tank]:
        """The level rises by one, and the old one is noted."""
        return when(has_room=t.level < most).then(
            t.having(level=t.level + 1, log=t.log.append(level=t.level))
        )

    @module.action()
    def valve_opens(t: Tank, by: Int) -> Step[Tank]:
        """The level falls."""
        return when(falls=by > 0, is_there=by <= t.level).then(t.having(level=t.level - by))

    @module.always()
    def levels_are_in_range(t: Tank) -> Bool:
        """No level is below nothing or above the brim."""
        noted = every(t.log.length, lambda o: t.log.at(o).level < 3)
        return all_of([t.level >= 0, t.level <= 3, noted])

    return module


def proved(module: Module[Any], **options: Any) -> Report:
    return Proof(module, **options).run()


def test_what_is_right_is_proved() -> None:
    report = proved(tank())
    assert report.verdict is Verdict.PROVED
    assert len(report.of("happens")) == 2
    assert proved(tank(), quantified=True).verdict is Verdict.PROVED


def test_a_claim_that_is_false_at_the_beginning_is_refuted() -> None:
    report = proved(tank(start=4))
    assert report.verdict is Verdict.REFUTED
    (check,) = report.of("starts")
    assert check.verdict is Verdict.REFUTED
    assert check.state == {"level": 4, "log": ()}


@pytest.mark.parametrize("quantified", [False, True])
def test_a_step_that_breaks_a_claim_is_shown(quantified: bool) -> None:
    report = proved(tank(most=4), quantified=quantified)
    (check,) = report.of("keeps", action="pump_fills")
    assert check.verdict is Verdict.REFUTED
    assert check.move is not None
    assert check.move.before["level"] == 3
    assert check.move.after["level"] == 4
    assert [one.verdict for one in report.of("keeps", action="valve_opens")] == [Verdict.PROVED]


def test_claims_that_contradict_each_other_prove_nothing() -> None:
    module = tank()

    @module.supports()
    def the_level_is_none(t: Tank) -> Bool:
        """Nothing is right."""
        return all_of([t.level > 0, t.level < 0])

    report = proved(module)
    assert report.verdict is Verdict.REFUTED
    assert {check.verdict for check in report.of("keeps")} == {Verdict.PROVED}
    assert {check.verdict for check in report.of("happens")} == {Verdict.REFUTED}


def test_an_action_that_can_never_happen_is_told() -> None:
    module = tank()

    @module.action()
    def tank_overflows(t: Tank) -> Step[Tank]:
        """It stands higher than its brim."""
        return when(is_over=t.level > 3).then(t.having(level=0))

    report = proved(module)
    assert report.verdict is Verdict.REFUTED
    (check,) = report.of("happens", action="tank_overflows")
    assert check.verdict is Verdict.REFUTED
    assert "all claims hold" in check.why


def test_a_guard_that_is_always_false_is_told() -> None:
    module = tank()

    @module.action()
    def nobody_acts(t: Tank) -> Step[Tank]:
        """It never happens."""
        return when(is_so=False).then(t.having(level=9))

    (check,) = proved(module).of("happens", action="nobody_acts")
    assert check.verdict is Verdict.REFUTED


def test_a_fault_of_the_translation_is_not_taken_for_a_counterexample(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    wrong = {**prove_reader._PLAIN, "sub": lambda a, b: plus(a, b)}
    monkeypatch.setattr(prove_reader, "_PLAIN", wrong)
    with pytest.raises(ReadersDisagree, match="the readers disagree"):
        proved(tank())


def test_a_time_out_is_neither_a_proof_nor_a_refutation(monkeypatch: pytest.MonkeyPatch) -> None:
    def gives_up(self: z3.Solver, *assumptions: z3.BoolRef) -> z3.CheckSatResult:
        return z3.unknown

    monkeypatch.setattr(z3.Solver, "check", gives_up)
    report = proved(tank())
    assert report.verdict is Verdict.UNKNOWN
    assert {check.verdict for check in report.of("keeps")} == {Verdict.UNKNOWN}
    assert {check.verdict for check in report.of("happens")} == {Verdict.UNKNOWN}


def test_a_bounded_search_finds_the_shortest_run() -> None:
    module = tank(most=4)
    found = searched(module, module.always_claims, 6)
    assert (found.verdict, found.claim) == (Verdict.REFUTED, "levels_are_in_range")
    assert [move.action for move in found.run] == ["pump_fills"] * 4
    assert found.run[-1].after == {"level": 4, "log": ((0,), (1,), (2,), (3,))}
    assert searched(module, module.always_claims, 3).verdict is Verdict.PROVED


def test_a_bounded_search_says_how_far_there_was_anything_to_see() -> None:
    module = Module("tank", Tank, lambda given: {"level": 0, "log": ()})

    @module.action()
    def pump_fills(t: Tank) -> Step[Tank]:
        """The level rises, twice at most."""
        return when(has_room=t.level < 2).then(t.having(level=t.level + 1))

    found = searched(module, {}, 5)
    assert (found.depth, found.reached) == (5, 2)


def test_a_bounded_search_says_what_it_did_not_look_at() -> None:
    module = tank()
    assert not searched(module, module.always_claims, 2, longest=2).left_out
    assert searched(module, module.always_claims, 3, longest=2).left_out


def switches() -> Module[Any]:
    class Switches(Shape):
        a: Bool = flag()
        b: Bool = flag()
        c: Bool = flag()

    module = Module("switches", Switches, lambda given: {"a": False, "b": False, "c": False})

    @module.action()
    def signal_passes(s: Any) -> Step[Any]:
        """Each switch takes on the one before it."""
        return when().then(s.having(b=s.a, c=s.b))

    @module.always()
    def the_last_is_off(s: Any) -> Bool:
        """The last switch is off."""
        return negate(s.c)

    return module


def test_some_claims_need_induction_over_several_steps() -> None:
    module = switches()
    assert proved(module).verdict is Verdict.REFUTED
    assert inductive_over(module, module.always_claims, 1).verdict is Verdict.UNKNOWN
    assert inductive_over(module, module.always_claims, 2).verdict is Verdict.UNKNOWN
    assert inductive_over(module, module.always_claims, 3).verdict is Verdict.PROVED


def test_induction_over_several_steps_finds_what_is_false_soon() -> None:
    module = tank(start=3, most=4)
    found = inductive_over(module, module.always_claims, 2)
    assert (found.verdict, len(found.run)) == (Verdict.REFUTED, 1)


def test_first_where_inside_every_has_no_quantified_reading(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    module = tank()

    @module.supports()
    def something_is_first(t: Tank) -> Bool:
        """A claim about a position within a claim about positions."""
        return every(t.log.length, lambda o: first_where(o, lambda q: t.log.at(q).level >= 0) >= 0)

    assert proved(module).verdict is Verdict.PROVED
    with pytest.raises(Unreadable, match="no quantified reading"):
        proved(module, quantified=True)
    monkeypatch.setattr(prove_command, "module_named", lambda name: module)
    monkeypatch.setattr(modules, "load_with_proof", lambda name: module)
    told = CliRunner().invoke(prove_command.prove, ["tank", "--quantified"])
    assert told.exit_code == 4
    said = "something-is-first: first_where inside every has no quantified reading"
    assert said in " ".join(told.stderr.split())

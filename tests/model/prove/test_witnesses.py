"""What a guard, a hypothesis and the denial of a claim say there is need not be one thing."""

from typing import Any

import pytest

from kafka_tck.model.prove.induction import Proof
from kafka_tck.model.prove.results import Verdict
from kafka_tck.model.shapes import Shape, flag, number, sequence
from kafka_tck.model.spec import Module, Step, when
from kafka_tck.model.terms import Bool, Int, Seq, any_of, every, implies, negate


class Tank(Shape):
    brim: Int = number(0, 3)
    is_low: Bool = flag()
    log: Seq = sequence(3, level=number(0, 3))


def tank() -> Module[Tank]:
    return Module("tank", Tank, lambda given: {"brim": 3, "is_low": False, "log": ()})


def is_noted(t: Tank, level: int) -> Bool:
    """Whether the log has this level somewhere."""
    return negate(every(t.log.length, lambda o: t.log.at(o).level != level))


def is_below(t: Tank, brim: int | Int) -> Bool:
    return every(t.log.length, lambda o: t.log.at(o).level <= brim)


def with_a_guard() -> Module[Tank]:
    module = tank()

    @module.action()
    def brim_sinks(t: Tank) -> Step[Tank]:
        """One level is 0: that says nothing of the others."""
        return when(was_empty=is_noted(t, 0)).then(t.having(brim=0))

    @module.always()
    def levels_are_below_the_brim(t: Tank) -> Bool:
        """No level is above the brim."""
        return is_below(t, t.brim)

    return module


def with_a_hypothesis() -> Module[Tank]:
    module = tank()

    @module.action()
    def brim_sinks(t: Tank) -> Step[Tank]:
        """It does so at any time."""
        return when().then(t.having(brim=0))

    @module.supports()
    def it_was_empty(t: Tank) -> Bool:
        """One level is 0, if there is any."""
        return implies(t.log.length > 0, is_noted(t, 0))

    @module.always()
    def levels_are_below_the_brim(t: Tank) -> Bool:
        """No level is above the brim."""
        return is_below(t, t.brim)

    return module


def with_one_term_in_two_claims() -> Module[Tank]:
    module = tank()

    @module.action()
    def tank_is_looked_at(t: Tank) -> Step[Tank]:
        """It counts as low if it was empty once."""
        return when().then(t.having(is_low=is_noted(t, 0)))

    @module.always()
    def a_low_tank_has_low_levels(t: Tank) -> Bool:
        """No level of it is above 2."""
        return any_of([is_below(t, 2), negate(t.is_low)])

    @module.always()
    def levels_are_below_the_brim(t: Tank) -> Bool:
        """One or the other brim, or it is not low."""
        return any_of([is_below(t, 1), is_below(t, 0), negate(t.is_low)])

    return module


@pytest.mark.parametrize("quantified", [False, True])
@pytest.mark.parametrize(
    "made", [with_a_guard, with_a_hypothesis, with_one_term_in_two_claims], ids=lambda m: m.__name__
)
def test_a_claim_is_refuted_by_another_record_than_the_one_that_is_known(
    made: Any, quantified: bool
) -> None:
    report = Proof(made(), quantified=quantified).run()
    (check,) = report.of("keeps", claim="levels_are_below_the_brim")
    assert check.verdict is Verdict.REFUTED
    assert check.move is not None
    assert {0} < {level for (level,) in check.move.before["log"]}

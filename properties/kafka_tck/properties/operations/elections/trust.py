"""What is believed of the eligible leader replicas, and what is claimed of them at every look."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from kafka_tck.properties.belief import Belief
from kafka_tck.properties.claims import Claim, claim_that
from kafka_tck.properties.operations.elections import laws
from kafka_tck.properties.operations.elections.moving_laws import elr_are_replicas
from kafka_tck.properties.operations.elections.showing import keeps_elr, of_plain
from kafka_tck.properties.operations.replication.history import history_of, with_history
from kafka_tck.properties.operations.replication.looking import claims_on_state
from kafka_tck.properties.world import World

NOTE = "eligible leader replicas"


@dataclass(frozen=True)
class Trust:
    """Whether all was clean since all replicas were in sync."""

    clean: bool = True


def distrusting(belief: Belief) -> Belief:
    """After an unclean election, or the unclean end of a replica."""
    return belief.noting(NOTE, Trust(clean=False))


def trusting(belief: Belief) -> Belief:
    """After all replicas are in sync."""
    return belief.noting(NOTE, Trust())


def is_trusted(belief: Belief) -> bool:
    found = belief.notes.get(NOTE, Trust())
    assert isinstance(found, Trust)
    return found.clean


def after(belief: Belief, seen: Any) -> Belief:
    """The belief after what the brokers show."""
    return with_history(belief, history_of(belief).led_as(seen))


def claims_on_shown(world: World, belief: Belief, seen: Any) -> list[Claim]:
    """What holds of every state of a partition that brokers show."""
    told = list(claims_on_state(history_of(belief), seen))
    if keeps_elr(world):
        told += _claims_on_elr(belief, seen)
    return told


def _claims_on_elr(belief: Belief, seen: Any) -> list[Claim]:
    now = of_plain(seen)
    needed = min(history_of(belief).minimum, len(now.replicas))
    facts = {name: seen[name] for name in ("isr", "elr")}
    told = [
        claim_that(
            laws.elr_is_out_of_sync.id,
            not now.elr & now.isr,
            expected="eligible leader replicas that are not in the ISR",
            actual=facts,
            because="who is in sync needs no second right to lead",
        ),
        claim_that(
            elr_are_replicas.id,
            now.elr <= set(now.replicas),
            expected="eligible leader replicas that are replicas",
            actual={**facts, "replicas": seen["replicas"]},
            because="who is removed deletes its log",
        ),
    ]
    if len(now.isr) >= needed:
        told.append(
            claim_that(
                laws.elr_ends_at_the_minimum.id,
                not now.elr & set(now.replicas),
                expected="no eligible leader replicas",
                actual=facts,
                because=f"{len(now.isr)} are in sync, {needed} needed",
            )
        )
    elif is_trusted(belief):
        told.append(
            claim_that(
                laws.elr_makes_up_the_minimum.id,
                len(now.isr | now.elr) >= needed,
                expected=f"an ISR and eligible leader replicas of {needed} at least",
                actual=facts,
                because=f"{needed} are needed in sync, and all that ended was clean",
            )
        )
    return told

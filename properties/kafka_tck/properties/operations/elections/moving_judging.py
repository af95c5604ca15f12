"""What a reassignment, or the cancellation of one, must lead to."""

from __future__ import annotations

from collections.abc import Sequence

from kafka_tck.properties.claims import Claim, Observation, claim, claim_that
from kafka_tck.properties.operations.elections import moving_laws as laws
from kafka_tck.properties.operations.elections.listing import Look


def has_arrived(now: Look, target: Sequence[int]) -> bool:
    """The replicas are those of the target, one of them leads, and nothing is under way."""
    shown = now.shown
    return now.listed is None and list(shown.replicas) == list(target) and shown.leader in target


def is_unchanged(before: Look, now: Look) -> bool:
    """A refused request has changed nothing; what runs may have gone on."""
    return before.listed is not None or before.shown.replicas == now.shown.replicas


def claims_on_target(before: Look, now: Look, seen: Observation) -> list[Claim]:
    """After a legal target, with or without a reassignment under way before it."""
    target = seen["target"]
    if before.listed is not None:
        return [*_claims_on_later(now, target, seen), *claim_on_epoch(before, now)]
    removing = sorted(set(before.shown.replicas) - set(target))
    adding = sorted(set(target) - set(before.shown.replicas))
    if set(seen["apart"]) & set(adding):
        return _claims_on_running(before, now, target, adding, removing)
    told = claim_on_epoch(before, now)
    if seen["free"]:
        told.append(
            claim_that(
                laws.targets_are_reached.id,
                seen["error"] == "NONE" and has_arrived(now, target),
                expected=f"NONE, replicas {target}, one of them the leader, and nothing listed",
                actual=now.plain(),
                because="nothing hinders the reassignment",
            )
        )
    return told


def _claims_on_later(now: Look, target: list[int], seen: Observation) -> list[Claim]:
    removing = now.listed.removing if now.listed else ()
    adding = now.listed.adding if now.listed else ()
    stay = [node for node in now.shown.replicas if node not in removing]
    return [
        claim(
            laws.later_targets.id,
            (seen["error"], stay, sorted(set(adding) & set(removing))),
            ("NONE", target, []),
            because=f"{target} is the target that was given last",
        )
    ]


def _claims_on_running(
    before: Look, now: Look, target: list[int], adding: list[int], removing: list[int]
) -> list[Claim]:
    """One that cannot complete: a replica that is added cannot reach the leader."""
    listed = now.listed
    told = listed and [list(listed.replicas), sorted(listed.adding), sorted(listed.removing)]
    gone = sorted(set(before.shown.replicas) - set(now.shown.replicas))
    return [
        claim(
            laws.complete_in_sync.id,
            gone,
            [],
            because=f"{adding} are to be added, and cannot be in sync yet",
        ),
        claim(
            laws.running_ones_are_listed.id,
            [told, list(now.shown.replicas)],
            [[[*target, *removing], adding, removing], [*target, *removing]],
            because=f"{list(before.shown.replicas)} are to become {target}",
        ),
    ]


def claim_on_epoch(before: Look, now: Look) -> list[Claim]:
    """The leader epoch rises when replicas are removed."""
    gone = sorted(set(before.shown.replicas) - set(now.shown.replicas))
    if not gone:
        return []
    return [
        claim_that(
            laws.removal_makes_an_epoch.id,
            now.shown.epoch > before.shown.epoch,
            expected=f"an epoch above {before.shown.epoch}",
            actual=now.shown.epoch,
            because=f"{gone} are no replicas any more",
        )
    ]


def claims_on_cancel(before: Look, now: Look, error: str) -> list[Claim]:
    """After a null target."""
    if before.listed is None:
        return [
            claim(
                laws.nothing_to_cancel.id,
                error,
                "NO_REASSIGNMENT_IN_PROGRESS",
                because="no reassignment runs",
            )
        ]
    adding = before.listed.adding
    if not before.shown.isr - set(adding):
        return []  # nobody from before is in sync: that is refused, or unclean
    wanted = [node for node in before.shown.replicas if node not in adding]
    told = [error, list(now.shown.replicas), now.listed is None]
    return [
        claim(
            laws.cancelled_ones_go_back.id,
            told,
            ["NONE", wanted, True],
            because=f"of {list(before.shown.replicas)} {list(adding)} were being added",
        ),
        *claim_on_epoch(before, now),
    ]

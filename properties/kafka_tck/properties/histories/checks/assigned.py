"""Two views of one generation: members that were not given what their leader sent."""

from collections.abc import Iterator

from kafka_tck.model.sources import Code
from kafka_tck.properties.histories.checks.needs import GROUPED
from kafka_tck.properties.histories.finding import Found, places_of
from kafka_tck.properties.histories.groups import Stay, stays
from kafka_tck.properties.histories.history import History, Op
from kafka_tck.properties.requirement import Requirement

requirement = Requirement(
    "history.one-generation-has-one-assignment",
    "All members that were answered in one generation of a group were given what one leader of "
    "this generation sent for them, whatever fails; so no partition is given to two.",
    Code("GroupMetadataManager.classicGroupSyncToClassicGroup"),
    covers=("F-26", "F-23", "F-27"),
    needs=GROUPED,
)


def check(history: History) -> Iterator[Found]:
    sent: dict[int, list[Op]] = {}
    for op in history.ops:
        if op.request["do"] == "sync" and op.request["assign"]:
            sent.setdefault(op.request["generation"], []).append(op)
    given: dict[int, list[Stay]] = {}
    for stay in stays(history):
        given.setdefault(stay.generation, []).append(stay)
    for generation, members in given.items():
        if any(all(_is_given(stay, op) for stay in members) for op in sent.get(generation, ())):
            continue
        places = places_of(*(stay.sync for stay in members), *sent.get(generation, ()))
        told = ", ".join(f"{stay.sync.client} was given {stay.assigned}" for stay in members)
        said = f"in generation {generation} {told}: no leader sent that"
        yield Found(requirement.id, "", said, places)


def _is_given(stay: Stay, leader: Op) -> bool:
    """Whether this member was given what the leader's request says; nothing if it says nothing."""
    return bool(stay.assigned == leader.request["assign"].get(stay.member, []))

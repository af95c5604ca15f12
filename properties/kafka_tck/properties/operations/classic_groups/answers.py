"""Claims on the answers to JoinGroup and SyncGroup: those that are due, and those that are not."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Any, Final

from kafka_tck.model.groups.verdicts import JOIN, Case, Key, Owed
from kafka_tck.properties.claims import Claim, Observation, claim
from kafka_tck.properties.operations.classic_groups import laws, member_laws
from kafka_tck.properties.operations.classic_groups.believed import Known, law_of
from kafka_tck.properties.operations.classic_groups.members import key_of, label
from kafka_tck.properties.requirement import Requirement

_STAYS: Final = "not answered yet"
_OWN_LAW: Final = (
    *(Case.NOTHING_NEW, Case.ANSWER_LOST, Case.REPLACES_STABLE),
    *(Case.JOIN_PHASE_OVER, Case.SESSION_OVER),
)
"""Where a JoinGroup is told of the generation that is, or of one that time has brought."""


def claims_on(
    now: Known,
    answered: Mapping[str, Observation],
    due: Sequence[str],
    sent: Mapping[Key, Case],
) -> Iterable[Claim]:
    """Claims on what came, on what had to come, and on what is held.

    `sent`: the request of the step itself, if it may be held, and the rule that speaks of it.
    """
    for text, seen in answered.items():
        key = key_of(text)
        if key in now.owed:
            yield from _claims_on_answer(key, now.owed[key], seen)
        elif now.holds(key):
            yield _held(key, seen, sent)
    for key, owed in now.owed.items():
        if label(key) in due and label(key) not in answered:
            yield from _missing(key, owed)
    for key in _held_by(now):
        if label(key) not in answered and key not in now.owed:
            yield _held(key, _STAYS, sent)


def _held_by(now: Known) -> Iterator[Key]:
    for name, member in now.group.members.items():
        if member.joins:
            yield name, JOIN
        if member.syncs:
            yield name, "sync"


def _held(key: Key, seen: object, sent: Mapping[Key, Case]) -> Claim:
    law = laws.joins_are_held if key[1] == JOIN else laws.syncs_are_held
    if key[1] == JOIN and key in sent:
        law = law_of(JOIN, sent[key])
    return claim(law.id, seen, _STAYS, because=f"{key[0]} waits for others")


def _missing(key: Key, owed: Owed) -> Iterator[Claim]:
    law = law_of(key[1], owed.because)
    yield claim(law.id, _STAYS, f"{owed.error}, {dict(owed.told)}", because=owed.because.value)


def _claims_on_answer(key: Key, owed: Owed, seen: Observation) -> Iterator[Claim]:
    name, kind = key
    law, why = law_of(kind, owed.because), owed.because.value
    error = seen.get("error", seen.get("silence"))
    yield claim(law.id, error, owed.error, because=why)
    if owed.error != "NONE" or error != "NONE":
        return
    if kind != JOIN:
        told = {part: seen[part] for part in owed.told if part in seen}
        wanted = {part: owed.told[part] for part in told}
        yield claim(laws.fresh_assignments.id, told, wanted, because=why)
        return
    for part, requirement in _parts(owed.because):
        if part in seen:
            yield claim(requirement.id, seen[part], _wanted(part, name, owed, seen), because=why)


def _parts(case: Case) -> Iterator[tuple[str, Requirement]]:
    """The parts of an answer to JoinGroup, each with the requirement that speaks of it."""
    yield "id", laws.own_ids
    own_law = law_of(JOIN, case) if case in _OWN_LAW else None
    yield "generation", own_law or laws.generations_rise
    yield "type", own_law or laws.protocols_are_elected
    yield "protocol", own_law or laws.protocols_are_elected
    yield "leader", own_law or laws.one_leader
    yield "members", own_law or laws.leaders_see_members
    yield "skips", own_law or member_laws.static_in_stable


def _wanted(part: str, name: str, owed: Owed, seen: Observation) -> object:
    if part == "id":
        return name
    wanted: Any = owed.told[part]
    if part == "members" and not seen["tells_instances"]:
        wanted = {each: [None, metadata] for each, (_, metadata) in wanted.items()}
    return wanted

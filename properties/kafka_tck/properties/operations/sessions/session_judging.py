"""What an incremental answer has to be, under one belief of the session."""

from collections.abc import Collection, Mapping
from typing import Any

from kafka_tck.model.fetch_sessions import NEVER_SENT, Held, Sent, answered
from kafka_tck.model.reading import NONE, UNRESOLVED, Found
from kafka_tck.model.run import Refused
from kafka_tck.properties.belief import Belief, Place
from kafka_tck.properties.claims import Claim, Observation, claim, claim_that
from kafka_tck.properties.operations.fetching.asking import ALL, Part
from kafka_tck.properties.operations.fetching.fetch import claim_progress
from kafka_tck.properties.operations.fetching.fetch_judging import (
    NOTHING,
    Asking,
    Parts,
    SeenParts,
    found_in,
    judge_limits,
    judge_part,
)
from kafka_tck.properties.operations.sessions import session_rules as rules
from kafka_tck.properties.requirement import Requirement

Session = Held[Place, Part]
Sessions = Mapping[str, Session | None]
"""Sessions by their symbols; None is one of which nothing is known any more."""

_NOTE = "fetch sessions"
_RESTARTED = "fetch sessions ended by a restart"


def sessions_of(belief: Belief) -> Sessions:
    noted = belief.notes.get(_NOTE, {})
    assert isinstance(noted, dict)
    return noted


def with_session(belief: Belief, name: str, now: Session | None) -> Belief:
    return belief.noting(_NOTE, {**sessions_of(belief), name: now})


def with_sessions(belief: Belief, sessions: Sessions) -> Belief:
    return belief.noting(_NOTE, dict(sessions))


def ended_by_restart(belief: Belief, names: Collection[str]) -> Belief:
    """The belief after the node of these sessions was restarted."""
    ended = {
        name: session.forgotten() if session and name in names else session
        for name, session in sessions_of(belief).items()
    }
    known = restarted(belief) | frozenset(names)
    return with_sessions(belief, ended).noting(_RESTARTED, known)


def restarted(belief: Belief) -> frozenset[str]:
    """The sessions that a restart of their node ended."""
    noted = belief.notes.get(_RESTARTED, frozenset())
    assert isinstance(noted, frozenset)
    return noted


def opened_with(belief: Belief, session: Session, asking: Asking) -> Session:
    """A new session after its full answer; what could not be looked up goes last."""
    found = found_in(belief, wanted(session), asking)
    sent = {
        place: _news(belief, place, before, found[place], None)[1]
        for place, (_, before) in session.parts.items()
    }
    unresolved = [place for place, part in found.items() if part.guard in UNRESOLVED]
    return session.sending(sent, unresolved)


def wanted(session: Session) -> Parts:
    return {place: part for place, (part, _) in session.parts.items()}


def claim_refused(refused: Refused, seen: Observation, special: Requirement | None = None) -> Claim:
    """The claim that a request which cannot continue a session is refused as a whole."""
    rule = special or _REFUSALS[refused.guard]
    return claim(
        rule.id,
        {"error": seen["error"], "session": seen["session"], "parts": len(seen["parts"])},
        {"error": refused.error, "session": "none", "parts": 0},
        because=f"the check {refused.guard} of the session fails",
    )


_REFUSALS = {
    "is_known": rules.unknown_sessions_are_refused,
    "is_next": rules.other_epochs_are_refused,
    "names_topics_alike": rules.names_and_ids_do_not_mix,
}


def claim_continued(seen: Observation, stays: bool) -> list[Claim]:
    """The claims on the head of an answer to a request that was let in."""
    let_in = claim(
        rules.the_next_epoch_continues.id,
        seen["error"],
        NONE,
        because=f"epoch {seen['epoch']} is the session's next one",
    )
    if not let_in.holds:
        return [let_in]
    if not stays:
        left = "the request leaves the session without partitions"
        return [
            let_in,
            claim(rules.empty_sessions_are_closed.id, seen["session"], "none", because=left),
        ]
    named = claim(rules.the_next_epoch_continues.id, seen["session"], "same", because="it goes on")
    return [let_in, named]


def claim_moved(seen: Observation) -> Claim:
    """The claim on a session that is continued from another connection than before."""
    return claim(
        rules.sessions_outlive_connections.id,
        seen["error"],
        NONE,
        because="the session's next epoch comes from another connection than its last one",
    )


def judge_incremental(
    belief: Belief, session: Session, seen: SeenParts, asking: Asking
) -> tuple[list[Claim], Session]:
    """The claims on the partitions of an incremental answer, and the session afterwards."""
    parts = wanted(session)
    found = found_in(belief, parts, asking)
    told = {place: part for place, part in seen.items() if place in parts}
    claims = [_claim_members(parts, seen)]
    sent: dict[Place, Sent] = {}
    for place, (part, before) in session.parts.items():
        news, sent[place] = _news(belief, place, before, found[place], told.get(place))
        claims += _claims_on_presence(place, before, found[place], told.get(place), news)
        if place in told:
            claims += judge_part(belief, place, part, found[place], told[place], asking)
    claims += judge_limits(parts, found, told, asking)
    claims += _claims_on_progress(parts, found, told)
    with_records = [place for place, part in told.items() if part["size"]]
    return claims, session.sending(sent, with_records)


def _claim_members(parts: Parts, seen: SeenParts) -> Claim:
    strangers = sorted(set(seen) - set(parts))
    why = f"the session has {sorted(parts)}"
    return claim(rules.only_members_are_told.id, strangers, [], because=why)


def _news(
    belief: Belief, place: Place, before: Sent, found: Found, seen: Observation | None
) -> tuple[bool, Sent]:
    """Whether the answer has to include the partition, and what then counts as sent."""
    known = belief.partitions.get(place)
    hw, start = (known["hw"], known["log_start"]) if known else (NEVER_SENT, NEVER_SENT)
    stands_out = found.diverging is not None or bool(seen and seen["size"])
    return answered(before, hw, start, found.error != NONE, stands_out)


def _claims_on_presence(
    place: Place, before: Sent, found: Found, seen: Observation | None, news: bool
) -> list[Claim]:
    if not news and seen is None and not found.batches:
        return [_presence(rules.no_news_is_left_out, place, seen, news)]
    if not news:
        return [] if seen is None else [_presence(rules.no_news_is_left_out, place, seen, news)]
    return [_presence(_rule_of_news(before, found), place, seen, news)]


def _rule_of_news(before: Sent, found: Found) -> Requirement:
    if before["sent_hw"] == NEVER_SENT and not before["is_settled"]:
        return rules.additions_are_told
    if found.error != NONE:
        return rules.errors_are_repeated
    if before["known_to_fail"]:
        return rules.recovery_is_told
    return rules.news_is_included


def _presence(rule: Requirement, place: Place, seen: Observation | None, news: bool) -> Claim:
    name = f"{place[0]}/{place[1]}"
    words = {True: f"{name} is included", False: f"{name} is left out"}
    why = "something is new of it" if news else "nothing is new of it"
    return claim_that(
        rule.id,
        (seen is not None) == news,
        expected=words[news],
        actual=words[seen is not None],
        because=why,
    )


def _claims_on_progress(parts: Parts, found: Mapping[Place, Found], told: SeenParts) -> list[Claim]:
    """Whatever the order, some partition with data returns some; by Kafka's order, the first."""
    with_data = [place for place in parts if found[place].batches]
    if not with_data:
        return []
    first = with_data[0]
    given = [place for place in with_data if told.get(place, NOTHING)["batches"]]
    some = claim_progress(found[first].batches, told[given[0]] if given else NOTHING)
    turn = claim_that(
        rules.partitions_take_turns.id,
        first in given,
        expected=f"records of {first[0]}/{first[1]}",
        actual=[f"{topic}/{partition}" for topic, partition in given],
        because="of the partitions with data it was served least recently",
    )
    return [some, turn]


def claim_equivalence(session: Session, seen: SeenParts, full: SeenParts) -> list[Claim]:
    """The claim that the incremental answer says what the full one says."""
    if any(part.limit < ALL for part in wanted(session).values()):
        return []
    equal = claim(
        rules.incremental_equals_full.id,
        [_gist(seen.get(place, NOTHING)) for place in session.parts],
        [_gist(full.get(place, NOTHING)) for place in session.parts],
        because="this is what a full fetch at the same positions has",
    )
    return [equal]


def _gist(part: Observation) -> Any:
    return {"fails": part["error"] != NONE, "batches": part["batches"]}

"""Opening and continuing incremental fetch sessions."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from kafka_tck.adapters.client import RawClient
from kafka_tck.model.fetch_sessions import FINAL_EPOCH, INITIAL_EPOCH, NO_SESSION, opened
from kafka_tck.model.run import Refused
from kafka_tck.properties.belief import Belief, Place
from kafka_tck.properties.claims import Claim, Judgement, Observation, claim, claim_that
from kafka_tck.properties.operations.answers import claim_answered
from kafka_tck.properties.operations.fetching.asking import (
    ALL,
    Part,
    by_id,
    forgotten_of,
    name_in,
    seen_answer,
    topics_of,
)
from kafka_tck.properties.operations.fetching.fetch_judging import Asking, parts_of
from kafka_tck.properties.operations.fetching.fetching import (
    call_fetch,
    client_for,
    elsewhere,
    judge_full,
    parts_in,
    seen_parts,
    version_of,
)
from kafka_tck.properties.operations.operation import Operation
from kafka_tck.properties.operations.sessions import session_rules as rules
from kafka_tck.properties.operations.sessions.client_sessions import (
    ClientSession,
    asking_of,
    client_sessions,
    names_now,
    stranger,
)
from kafka_tck.properties.operations.sessions.session_judging import (
    Session,
    claim_continued,
    claim_equivalence,
    claim_moved,
    claim_refused,
    judge_incremental,
    opened_with,
    restarted,
    sessions_of,
    with_session,
    with_sessions,
)
from kafka_tck.properties.requirement import Requirement
from kafka_tck.properties.world import World


@dataclass(frozen=True)
class OpenSession(Operation, kind="open_session"):
    """A full fetch with epoch 0, which may name a session that it ends by that."""

    name: str
    parts: tuple[Part, ...]
    version: int | None = None
    client: str = "c1"
    max_bytes: int = ALL
    replacing: str | None = None

    def perform(self, world: World) -> Observation:
        parts = parts_in(self.parts)
        version = version_of(world, self.version)
        client = client_for(world, parts, self.client)
        kept = client_sessions(world)
        replaced = kept.get(self.replacing) if self.replacing else None
        outcome = call_fetch(
            world,
            client,
            version,
            max_bytes=self.max_bytes,
            session_id=replaced.id if replaced else NO_SESSION,
            session_epoch=INITIAL_EPOCH,
            topics=topics_of(world, version, parts),
        )
        seen = seen_answer(outcome, names_now(world, version, parts))
        if replaced:
            replaced.is_open = False
        if "silence" in seen:
            return seen
        told = seen["session"]
        taken = any(other.is_open and other.id == told for other in kept.values())
        seen["session"] = "none" if told == NO_SESSION else "taken" if taken else "new"
        asked = dict(parts_of(parts, version))
        kept[self.name] = ClientSession(
            told, client.node, version, self.client, asked, is_open=told != NO_SESSION
        )
        return seen | {"elsewhere": elsewhere(world, parts, client, version)}

    def judge(self, world: World, belief: Belief, seen: Observation) -> Sequence[Judgement]:
        sessions = dict(sessions_of(belief))
        replaced = sessions.get(self.replacing) if self.replacing else None
        if self.replacing and replaced:
            sessions[self.replacing] = replaced.closed()
        answered = claim_answered(seen)
        if "silence" in seen:
            lost = with_sessions(belief, {**sessions, self.name: None})
            return [Judgement((answered,), lost)]
        asking = asking_of(seen, self.max_bytes)
        head = claim(
            rules.opening_answers_in_full.id, seen["error"], "NONE", because="the epoch is 0"
        )
        claims = [answered, head, *self._claims_on_id(seen)]
        claims += judge_full(belief, parts_in(self.parts), seen, asking)
        sessions[self.name] = self._opened(belief, seen, asking)
        return [Judgement(tuple(claims), with_sessions(belief, sessions))]

    def _claims_on_id(self, seen: Observation) -> list[Claim]:
        distinct = claim_that(
            rules.ids_are_distinct.id,
            seen["session"] != "taken",
            expected="an id that no open session has, or 0",
            actual=seen["session"],
            because="other sessions of this run are open",
        )
        return [distinct]

    def _opened(self, belief: Belief, seen: Observation, asking: Asking) -> Session:
        """The new session; what could not be looked up at all stands at its end."""
        asked = parts_of(parts_in(self.parts), asking.version)
        session: Session = opened(asked, by_id(asking.version))
        if seen["session"] == "none":
            return session.closed()
        return opened_with(belief, session, asking)


@dataclass(frozen=True)
class ContinueSession(Operation, kind="continue_session"):
    """An incremental fetch: partitions added or changed, others forgotten, the rest as before.

    `epoch` is the one that is sent, if not the right one. With `compare` a full fetch at the same
    positions follows at once. One that was never opened is unknown; see STRANGE_IDS.
    """

    name: str
    parts: tuple[Part, ...] = ()
    forgotten: tuple[Place, ...] = ()
    epoch: int | None = None
    version: int | None = None
    client: str = "c1"
    max_bytes: int = ALL
    compare: bool = False

    def perform(self, world: World) -> Observation:
        kept = client_sessions(world).get(self.name) or stranger(world, self.name)
        parts, places = parts_in(self.parts), [(t, p) for t, p in self.forgotten]
        version = kept.version if self.version is None else self.version
        epoch = kept.next_epoch if self.epoch is None else self.epoch
        client = world.client(self.client, kept.node)
        outcome = call_fetch(
            world,
            client,
            version,
            max_bytes=self.max_bytes,
            session_id=kept.id,
            session_epoch=epoch,
            topics=topics_of(world, version, parts),
            forgotten_topics_data=forgotten_of(world, version, places),
        )
        everything = [*kept.wanted.values(), *parts]
        seen = seen_answer(outcome, names_now(world, version, everything))
        if "silence" in seen:
            kept.is_open = False
            return seen
        told = seen["session"]
        seen["session"] = "none" if told == NO_SESSION else "same" if told == kept.id else "other"
        moved = kept.connection != self.client
        if seen["error"] == "NONE":
            kept.connection = self.client
            kept.take(parts_of(parts, version), self._places(version), told == kept.id)
        seen |= {"epoch": epoch, "moved": moved}
        seen |= {"elsewhere": elsewhere(world, everything, client, version)}
        return seen | {"full": self._full(world, client, kept) if kept.is_open else None}

    def _places(self, version: int) -> list[Place]:
        """The forgotten partitions as this version means them."""
        return [(t if by_id(version) else name_in(t), p) for t, p in self.forgotten]

    def _full(self, world: World, client: RawClient, kept: ClientSession) -> Any:
        """What a full fetch has at the positions of the session."""
        if not self.compare:
            return None
        parts = list(kept.wanted.values())
        outcome = call_fetch(
            world,
            client,
            kept.version,
            max_bytes=self.max_bytes,
            session_epoch=FINAL_EPOCH,
            topics=topics_of(world, kept.version, parts),
        )
        return seen_answer(outcome, names_now(world, kept.version, parts)).get("parts")

    def judge(self, world: World, belief: Belief, seen: Observation) -> Sequence[Judgement]:
        answered, sessions = claim_answered(seen), sessions_of(belief)
        session = sessions.get(self.name, opened({}, False).closed())
        if session is None:
            return [Judgement((answered,), belief)]
        if "silence" in seen:
            return [Judgement((answered,), with_session(belief, self.name, None))]
        version = seen["version"]
        asked = parts_of(parts_in(self.parts), version)
        updated = session.updated(asked, self._places(version))
        after = updated.continued(seen["epoch"], by_id(version))
        if isinstance(after, Refused):
            claims, now = [claim_refused(after, seen, self._special(belief))], session
        else:
            claims, now = self._judge_answer(belief, after, seen)
        kept = now if all(c.holds for c in claims) else None
        known = self.name in sessions
        return [
            Judgement(
                (answered, *claims), with_session(belief, self.name, kept) if known else belief
            )
        ]

    def _special(self, belief: Belief) -> Requirement | None:
        """The requirement that speaks of just such a refusal."""
        if self.name in ("highest", "lowest"):
            return rules.ids_have_no_bounds
        return rules.restarts_end_sessions if self.name in restarted(belief) else None

    def _judge_answer(
        self, belief: Belief, after: Session, seen: Observation
    ) -> tuple[list[Claim], Session]:
        claims = claim_continued(seen, after.is_open)
        claims += [claim_moved(seen)] if seen["moved"] else []
        if not all(c.holds for c in claims):
            return claims, after
        if not after.is_open:
            asking = asking_of(seen, self.max_bytes)
            return [*claims, *judge_full(belief, parts_in(self.parts), seen, asking)], after
        asking = asking_of(seen, self.max_bytes, in_session=True)
        told, now = judge_incremental(belief, after, seen_parts(seen), asking)
        claims += told
        if seen["full"] is not None and self.max_bytes >= ALL:
            full = seen_parts({"parts": seen["full"], "endpoints": []})
            claims += claim_equivalence(after, seen_parts(seen), full)
        return claims, now

"""How fetch sessions end: by their client, and with their broker."""

from collections.abc import Sequence
from dataclasses import dataclass

from kafka_tck.model.fetch_sessions import FINAL_EPOCH, NO_SESSION
from kafka_tck.properties.belief import Belief
from kafka_tck.properties.claims import Judgement, Observation, claim
from kafka_tck.properties.operations.answers import claim_answered
from kafka_tck.properties.operations.fetching.asking import ALL, Part, seen_answer, topics_of
from kafka_tck.properties.operations.fetching.fetching import (
    call_fetch,
    elsewhere,
    judge_full,
    parts_in,
)
from kafka_tck.properties.operations.nodes import Restart
from kafka_tck.properties.operations.operation import Operation
from kafka_tck.properties.operations.sessions import session_rules as rules
from kafka_tck.properties.operations.sessions.client_sessions import (
    asking_of,
    client_sessions,
    names_now,
    stranger,
)
from kafka_tck.properties.operations.sessions.session_judging import (
    ended_by_restart,
    sessions_of,
    with_session,
)
from kafka_tck.properties.world import World


@dataclass(frozen=True)
class CloseSession(Operation, kind="close_session"):
    """A full fetch with epoch -1 that names a session."""

    name: str
    parts: tuple[Part, ...] = ()
    client: str = "c1"

    def perform(self, world: World) -> Observation:
        parts = parts_in(self.parts)
        kept = client_sessions(world).get(self.name) or stranger(world, self.name)
        client = world.client(self.client, kept.node)
        outcome = call_fetch(
            world,
            client,
            kept.version,
            max_bytes=ALL,
            session_id=kept.id,
            session_epoch=FINAL_EPOCH,
            topics=topics_of(world, kept.version, parts),
        )
        kept.is_open = False
        seen = seen_answer(outcome, names_now(world, kept.version, parts))
        return seen | {"elsewhere": elsewhere(world, parts, client, kept.version)}

    def judge(self, world: World, belief: Belief, seen: Observation) -> Sequence[Judgement]:
        session, answered = sessions_of(belief).get(self.name), claim_answered(seen)
        if "silence" in seen:
            return [Judgement((answered,), with_session(belief, self.name, None))]
        head = claim(
            rules.opening_replaces_the_named.id,
            {"error": seen["error"], "session": seen["session"]},
            {"error": "NONE", "session": NO_SESSION},
            because="the epoch is -1",
        )
        parts = parts_in(self.parts)
        claims = (answered, head, *judge_full(belief, parts, seen, asking_of(seen, ALL)))
        closed = session.closed() if session else None
        return [Judgement(claims, with_session(belief, self.name, closed))]


@dataclass(frozen=True)
class RestartEndingSessions(Restart, kind="restart_ending_sessions"):
    """A clean restart, after which the node knows no session; those of other nodes go on."""

    def perform(self, world: World) -> Observation:
        ended = []
        for name, kept in client_sessions(world).items():
            if kept.node == self.node:
                kept.is_open = False
                ended.append(name)
        return {**super().perform(world), "ended": ended}

    def judge(self, world: World, belief: Belief, seen: Observation) -> Sequence[Judgement]:
        judged = super().judge(world, belief, seen)
        return [Judgement(j.claims, ended_by_restart(j.belief, seen["ended"])) for j in judged]

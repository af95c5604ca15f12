"""Deleting a topic and making it anew under its name."""

from collections.abc import Sequence
from dataclasses import dataclass

from kafka_tck.adapters.client import Answer
from kafka_tck.properties.belief import Belief, Place
from kafka_tck.properties.claims import Judgement, Observation
from kafka_tck.properties.operations.fetching.asking import by_id
from kafka_tck.properties.operations.operation import Operation
from kafka_tck.properties.operations.sessions.client_sessions import client_sessions
from kafka_tck.properties.operations.sessions.session_judging import sessions_of, with_sessions
from kafka_tck.properties.operations.topics.topics import MakeTopic
from kafka_tck.properties.world import TargetGone, World
from kafka_tck.wire.errors import error_name


@dataclass(frozen=True)
class RemakeTopic(Operation, kind="remake_topic"):
    """Deletes a topic, waits until its node does not serve it, and makes it again.

    A fixture, not a claim. Its former id is `t#1` afterwards, `t#2` after the next time.
    """

    topic: str
    partitions: int = 1

    def perform(self, world: World) -> Observation:
        real, former = world.real(self.topic), world.ids[self.topic]
        asked = {"topics": [{"name": real, "topic_id": None}], "timeout_ms": 10_000}
        deleted = world.call(world.client(), "DeleteTopics", **asked)
        error = (
            error_name(deleted.body.responses[0].error_code)
            if isinstance(deleted, Answer)
            else deleted
        )
        if error != "NONE":
            raise TargetGone(f"a topic of the suite could not be deleted: {error}")
        if world.until(lambda: self._is_gone(world)) is None:
            raise TargetGone(f"topic {real} is still served after it was deleted")
        known = [i for i in world.incarnations.get(self.topic, []) if i != former]
        made = MakeTopic(self.topic, self.partitions).perform(world)
        world.incarnations[self.topic] = [*known, former, world.ids[self.topic]]
        symbol = f"{self.topic}#{len(known) + 1}"
        for kept in client_sessions(world).values():
            if by_id(kept.version):
                kept.wanted = {
                    self._renamed(place, symbol): part._replace(
                        topic=self._renamed(place, symbol)[0]
                    )
                    for place, part in kept.wanted.items()
                }
        return {**made, "former": symbol}

    def _is_gone(self, world: World) -> bool | None:
        """Whether no partition is served any more: every ListOffsets is an error."""
        asked = [{"partition_index": p, "timestamp": -1} for p in range(self.partitions)]
        found = world.call(
            world.at_leader(self.topic, 0),
            "ListOffsets",
            topics=[{"name": world.real(self.topic), "partitions": asked}],
        )
        if not isinstance(found, Answer):
            return None
        parts = found.body.topics[0].partitions
        return True if all(part.error_code != 0 for part in parts) else None

    def _renamed(self, place: Place, symbol: str) -> Place:
        return (symbol, place[1]) if place[0] == self.topic else place

    def judge(self, world: World, belief: Belief, seen: Observation) -> Sequence[Judgement]:
        gone = self._with_former(belief.without_topic(self.topic), seen["former"])
        return MakeTopic(self.topic, self.partitions).judge(world, gone, seen)

    def _with_former(self, belief: Belief, symbol: str) -> Belief:
        """Sessions that go by id still mean the topic that was deleted."""
        sessions = {
            name: session.renaming(lambda place: self._renamed(place, symbol))
            if session and session.state["by_id"]
            else session
            for name, session in sessions_of(belief).items()
        }
        return with_sessions(belief, sessions) if sessions else belief

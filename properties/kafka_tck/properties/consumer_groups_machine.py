"""What machines of consumer groups share: three members, two topics, and one group at a time."""

from collections.abc import Mapping, Sequence
from typing import Final

from hypothesis import strategies as st
from hypothesis.stateful import initialize

from kafka_tck.model.consumer_groups.group import Group
from kafka_tck.properties.machine import Machine
from kafka_tck.properties.operations.consumer_groups.believed import (
    counts_of,
    group_of,
    known_of,
)
from kafka_tck.properties.operations.consumer_groups.heartbeating import (
    REBALANCE_MS,
    HeartbeatAsMember,
)
from kafka_tck.properties.operations.consumer_groups.settling import Settle
from kafka_tck.properties.operations.consumer_groups.showing import DescribeConsumerGroup
from kafka_tck.properties.operations.operation import Operation
from kafka_tck.properties.operations.topics.topics import MakeTopic

MEMBERS: Final = st.sampled_from(["a", "b", "c"])
TOPICS: Final = st.sampled_from([("t",), ("t",), ("t", "u"), ("u",)])
EPOCHS: Final = st.sampled_from(["now", "now", "before", "next"])
OWNED: Final = st.sampled_from(["told", "kept", "fewer", "none", "more", "unsaid"])


class ConsumerGroups(Machine):
    """A group whose members join and leave; another one if it answered wrongly."""

    @initialize()
    def make_topics(self) -> None:
        self.turn = 0
        self.do(MakeTopic("t", 3))
        self.do(MakeTopic("u", 2))

    @property
    def group(self) -> str:
        """The group that the program is about."""
        while f"g{self.turn}" in known_of(self.belief).lost:
            self.turn += 1
        return f"g{self.turn}"

    @property
    def known(self) -> Group:
        return group_of(self.belief, self.group)

    @property
    def present(self) -> tuple[str, ...]:
        """Members that did not leave."""
        return tuple(m for m, known in sorted(self.known.members.items()) if not known.is_away)

    def ask(self, step: Operation) -> str:
        """One step, and the error it had."""
        return str(self.do(step).answer.get("error"))

    def join(self, member: str, topics: tuple[str, ...] = ("t",), **fields: object) -> str:
        """A heartbeat that tells everything."""
        asked = {"topics": topics, "rebalance_ms": REBALANCE_MS, **fields}
        return self.ask(HeartbeatAsMember(self.group, member, "join", **asked))  # type: ignore[arg-type]

    def heartbeat(self, member: str, **fields: object) -> str:
        return self.ask(HeartbeatAsMember(self.group, member, **fields))  # type: ignore[arg-type]

    def show(self) -> None:
        self.ask(DescribeConsumerGroup(self.group))

    def settle(self) -> None:
        """The members that are there do as they are told, until all is stable."""
        members = self.known.members
        if not members or len(self.present) < len(members):
            return
        wanted = {topic for known in members.values() for topic in known.topics}
        wanted |= {topic for known in members.values() for topic in known.regex.split("|")}
        counts = {t: n for t, n in counts_of(self.belief).items() if t in wanted}
        self.do(Settle(self.group, self.present, tuple(sorted(counts.items()))))

    def come_to_be(self, members: Sequence[tuple[str, Mapping[str, object]]]) -> None:
        """Another group, with these members."""
        self.turn += 1
        for member, fields in members:
            self.join(member, **fields)  # type: ignore[arg-type]
        self.settle()

    def begin(self, members: int, topics: tuple[str, ...] = ("t",)) -> None:
        """Another group, with members that have what they must have."""
        self.come_to_be([(member, {"topics": topics}) for member in ("a", "b", "c")[:members]])

"""What the coordinators of consumer groups assign: range and uniform, as topics come and go."""

from typing import Final

from hypothesis import strategies as st
from hypothesis.stateful import rule

from kafka_tck.properties.collect import conformance
from kafka_tck.properties.consumer_groups_machine import TOPICS, ConsumerGroups
from kafka_tck.properties.operations.consumer_groups import laws, view_laws
from kafka_tck.properties.operations.consumer_groups.topic_changes import Delete, Grow
from kafka_tck.properties.operations.topics.topics import MakeTopic

ASSIGNOR: Final = st.sampled_from([None, "range", "range", "uniform"])
INSTANCE: Final = st.sampled_from([None, None, "z", "y"])


class ServerAssignors(ConsumerGroups):
    """Groups of up to three members, with other wishes each."""

    requirements = (
        view_laws.preferred,
        view_laws.range_,
        view_laws.uneven,
        view_laws.idle,
        laws.new_topics,
    )
    weight = 0.3
    real_weight = 0.25
    real_steps = 4
    topics = 0

    @rule(
        wishes=st.lists(st.tuples(TOPICS, ASSIGNOR), min_size=1, max_size=3),
        static=INSTANCE,
        leaves=st.booleans(),
    )
    def vote(
        self,
        wishes: list[tuple[tuple[str, ...], str | None]],
        static: str | None,
        leaves: bool,
    ) -> None:
        """Members with topics and assignors of their own; the last one may be static."""
        self.turn += 1
        instances = [None] * (len(wishes) - 1) + [static]
        for member, (topics, assignor), instance in zip("abc", wishes, instances, strict=False):
            self.join(member, topics, assignor=assignor, instance=instance)
            self.show()
        self.settle()
        if leaves:
            self.heartbeat("a", epoch="leave", owned="unsaid")
            self.show()
            self.settle()

    @rule(assignor=st.sampled_from(["range", "uniform"]), members=st.integers(1, 3))
    def vote_anew(self, assignor: str, members: int) -> None:
        """Members come to want another assignor; who joins then is assigned by it."""
        self.begin(members, ("t", "u"))
        for member in self.present:
            self.heartbeat(member, assignor=assignor)
        self.show()
        self.heartbeat("a", epoch="leave", owned="unsaid")
        self.join("d", ("t", "u"), assignor=assignor)
        self.settle()

    @rule(assignor=ASSIGNOR)
    def be_left_over(self, assignor: str | None) -> None:
        """Three members for two partitions; then one of them leaves."""
        self.come_to_be([(m, {"topics": ("u",), "assignor": assignor}) for m in "abc"])
        busy = [m for m, known in sorted(self.known.members.items()) if known.told]
        self.heartbeat(busy[0] if busy else "a", epoch="leave", owned="unsaid")
        self.show()
        self.settle()

    @rule(one=st.sampled_from(["range", "uniform"]))
    def outvote(self, one: str) -> None:
        """One wants an assignor, and then two want the other."""
        other = {"range": "uniform", "uniform": "range"}[one]
        wishes = zip("abc", (one, other, other), strict=True)
        self.come_to_be([(m, {"assignor": assignor}) for m, assignor in wishes])

    @rule(assignor=ASSIGNOR, leaves=st.booleans())
    def divide(self, assignor: str | None, leaves: bool) -> None:
        """Five partitions for three members: two are left over."""
        topics = ("t", "u")
        self.come_to_be([(m, {"topics": topics, "assignor": assignor}) for m in "abc"])
        if leaves:
            self.heartbeat("b", epoch="leave", owned="unsaid")
            self.settle()

    @rule(assignor=ASSIGNOR, members=st.integers(1, 2), grows=st.booleans(), goes=st.booleans())
    def change_topics(self, assignor: str | None, members: int, grows: bool, goes: bool) -> None:
        """A topic that some subscribe to comes to be, grows, and is deleted."""
        self.topics += 1
        late = f"late{self.topics}"
        fields = [("t", late), (late,)][:members]
        self.come_to_be(
            [
                (m, {"topics": topics, "assignor": assignor})
                for m, topics in zip("ab", fields, strict=False)
            ]
        )
        self.do(MakeTopic(late, 2))
        self.settle()
        if grows:
            self.do(Grow(late, 4))
            self.settle()
        if goes:
            self.do(Delete(late))
            self.settle()


test_server_assignors = conformance(ServerAssignors)

"""Consumer groups: members that join, hand over and leave, and others who speak in between."""

from typing import Final

from hypothesis import strategies as st
from hypothesis.stateful import precondition, rule

from kafka_tck.properties.collect import conformance
from kafka_tck.properties.consumer_groups_machine import (
    EPOCHS,
    MEMBERS,
    OWNED,
    TOPICS,
    ConsumerGroups,
)
from kafka_tck.properties.machine import Machine
from kafka_tck.properties.operations.consumer_groups import laws, view_laws
from kafka_tck.properties.operations.consumer_groups.heartbeating import (
    REBALANCE_MS,
    HeartbeatAsMember,
    most_members,
)
from kafka_tck.properties.operations.consumer_groups.unsupported import AskUnsupported

MOST_MEMBERS: Final = 20
"""Larger groups are not filled."""
MALFORMED: Final = st.sampled_from(
    [
        {"epoch": "below all"},
        {"epoch": "leave for a while"},
        {"epoch": "join", "topics": ("t",)},
        {"epoch": "join", "rebalance_ms": REBALANCE_MS},
        {"epoch": "join", "rebalance_ms": REBALANCE_MS, "topics": ("t",), "owned": "more"},
        {"epoch": "join", "rebalance_ms": REBALANCE_MS, "topics": ("t",), "owned": "null"},
        {"epoch": "join", "rebalance_ms": REBALANCE_MS, "topics": ("t",), "instance": ""},
        {"epoch": "join", "rebalance_ms": REBALANCE_MS, "topics": ("t",), "assignor": "sticky"},
        {"epoch": "join", "rebalance_ms": REBALANCE_MS, "topics": ("t",), "nameless": True},
        {"epoch": "now", "nameless": True, "version": 0},
        {"epoch": "now", "assignor": "sticky"},
        {"epoch": "now", "instance": "nobody's"},
        {"epoch": "leave", "instance": "nobody's"},
        {"epoch": "leave for a while", "instance": "nobody's"},
    ]
)
"""Heartbeats that are refused whoever sends them."""


class Unsupported(Machine):
    """Clusters that do not know consumer groups."""

    requirements = (laws.without_the_feature,)
    weight = 0.08

    @rule(version=st.integers(0, 1))
    def ask(self, version: int) -> None:
        self.do(AskUnsupported("g", version))


class HandingOver(ConsumerGroups):
    """Members of one group come and go; between their steps others speak in their names."""

    requirements = (
        laws.malformed,
        laws.full,
        laws.joins,
        laws.ids,
        laws.rejoins,
        laws.unknown_assignors,
        laws.unknown,
        laws.fenced,
        laws.lost_answers,
        laws.goes_on,
        laws.leaves,
        laws.exclusive,
        laws.epochs_rise,
        laws.revokes_first,
        laws.subscribed,
        laws.told_whole,
        laws.only_news,
        laws.interval,
        laws.trace,
        view_laws.shown_as_told,
        view_laws.epochs_in_order,
        view_laws.states,
        view_laws.epoch_begins,
        view_laws.epoch_stays,
        view_laws.complete,
        view_laws.uniform,
        laws.converges,
    )
    real_weight = 0.3
    real_steps = 10

    @rule(member=MEMBERS, topics=TOPICS)
    def come(self, member: str, topics: tuple[str, ...]) -> None:
        """A member joins, or joins anew."""
        self.join(member, topics)
        self.show()

    @rule(member=MEMBERS, owned=OWNED)
    def go_on(self, member: str, owned: str) -> None:
        self.heartbeat(member, owned=owned)

    @rule()
    def become_stable(self) -> None:
        self.settle()

    @rule(member=MEMBERS, epoch=EPOCHS, owned=OWNED)
    def speak_in_its_name(self, member: str, epoch: str, owned: str) -> None:
        """Somebody else has the id of a member; the member goes on."""
        self.heartbeat(member, epoch=epoch, owned=owned, lost=True)
        self.show()
        self.heartbeat(member)

    @rule(member=MEMBERS, fields=MALFORMED)
    def speak_badly(self, member: str, fields: dict[str, object]) -> None:
        """What is refused changes nothing."""
        self.ask(HeartbeatAsMember(self.group, member, lost=True, **fields))  # type: ignore[arg-type]
        self.show()
        for present in self.present:
            self.heartbeat(present)

    @rule(slow=st.sampled_from(["kept", "fewer", "unsaid", "more"]), members=st.integers(1, 2))
    def hand_over(self, slow: str, members: int) -> None:
        """Another member joins; who must give something up takes its time."""
        self.begin(members)
        others = self.present
        self.join("c")
        for member in others:
            self.heartbeat(member)
            self.heartbeat("c")
            self.show()
            self.heartbeat(member, owned=slow)
            self.heartbeat("c")
        self.show()
        self.settle()

    @rule(owned=st.sampled_from(["kept", "unsaid", "told"]), settles=st.booleans())
    def take_back(self, owned: str, settles: bool) -> None:
        """What a member must give up becomes its own again: the other one is gone."""
        self.begin(1)
        self.join("b")
        self.heartbeat("a")
        self.heartbeat("b", epoch="leave", owned="unsaid")
        self.heartbeat("a", owned=owned)
        if settles:
            self.settle()
        self.join("c")
        self.heartbeat("c")
        self.heartbeat("a")
        self.heartbeat("c")
        self.show()
        self.settle()

    @rule(members=st.integers(1, 2))
    def repeat_a_join(self, members: int) -> None:
        """The answer is the same, and nothing begins."""
        self.begin(members)
        self.join("a")
        self.show()
        self.heartbeat("a")

    @rule(members=st.integers(1, 2), again=st.booleans())
    def lose_answers(self, members: int, again: bool) -> None:
        """A member gives up what it must, and does not hear that it advanced."""
        self.begin(members)
        self.join("c", lost=again)
        if again:
            self.join("c")
        for member in [m for m in self.present if m != "c"]:
            self.heartbeat(member)
            self.heartbeat(member, lost=True)
            self.heartbeat(member)
        self.heartbeat("c")
        self.show()
        self.settle()

    @rule(member=MEMBERS, settles=st.booleans())
    def leave(self, member: str, settles: bool) -> None:
        """What it had is free at once."""
        if settles:
            self.settle()
        self.heartbeat(member, epoch="leave", owned="unsaid")
        self.show()
        for present in self.present:
            self.heartbeat(present)
        self.heartbeat(member)
        self.settle()

    @rule(member=MEMBERS, topics=TOPICS)
    def subscribe_anew(self, member: str, topics: tuple[str, ...]) -> None:
        if member in self.known.members:
            self.heartbeat(member, topics=topics)
            self.show()

    @rule(member=MEMBERS)
    def tell_everything(self, member: str) -> None:
        """As after a lost connection."""
        known = self.known.members.get(member)
        if known is not None:
            topics = tuple(sorted(known.topics))
            self.heartbeat(member, topics=topics, rebalance_ms=REBALANCE_MS)

    @precondition(lambda self: self.most <= MOST_MEMBERS)
    @rule(again=st.booleans())
    def fill(self, again: bool) -> None:
        """One member more than there may be; who is there already may join anew."""
        self.turn += 1
        for number in range(self.most + 1):
            self.join(f"m{number}")
        self.show()
        if again:
            self.join("m0")
        self.heartbeat("m1")

    @property
    def most(self) -> int:
        return most_members(self.run.world) or MOST_MEMBERS + 1

    @rule(assignor=st.sampled_from(["sticky", ""]), joins=st.booleans())
    def want_another_assignor(self, assignor: str, joins: bool) -> None:
        self.begin(1)
        if joins:
            self.join("b", assignor=assignor)
        else:
            self.heartbeat("a", assignor=assignor)
        self.show()

    @rule()
    def be_named(self) -> None:
        """In version 0 the coordinator makes the id."""
        self.turn += 1
        self.join("named", nameless=True, version=0)
        self.show()
        self.heartbeat("named")
        self.heartbeat("named", epoch="leave", owned="unsaid")


test_unsupported = conformance(Unsupported)
test_handing_over = conformance(HandingOver)

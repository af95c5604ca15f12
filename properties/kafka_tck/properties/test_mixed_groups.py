"""Groups on their way from the classic protocol to the consumer protocol, and back."""

from hypothesis import strategies as st
from hypothesis.stateful import rule

from kafka_tck.properties.collect import conformance
from kafka_tck.properties.consumer_groups_machine import ConsumerGroups
from kafka_tck.properties.operations.consumer_groups import mixed_laws
from kafka_tck.properties.operations.consumer_groups.mixed import (
    BeatAsClassic,
    JoinAsClassic,
    LeadClassicGroup,
)

TOPIC = (("t", 3),)


class MixedGroups(ConsumerGroups):
    """A member of the classic protocol, `old`, and others of the consumer protocol."""

    requirements = mixed_laws.ALL
    weight = 0.3
    real_weight = 0.2
    real_steps = 4

    def beat(self, ahead: int = 0, member: str = "old") -> None:
        self.ask(BeatAsClassic(self.group, member, ahead))

    def rejoin(self, clings: bool = False) -> None:
        self.ask(JoinAsClassic(self.group, "old", clings=clings))

    @rule(clings=st.booleans(), others=st.integers(1, 2), leaves=st.booleans())
    def upgrade(self, clings: bool, others: int, leaves: bool) -> None:
        """Consumers join a classic group; then they leave again."""
        self.turn += 1
        self.ask(LeadClassicGroup(self.group, "old", TOPIC))
        for member in ("a", "b")[:others]:
            self.join(member)
        self.show()
        self.beat()
        self.beat(ahead=1)
        self.rejoin(clings)
        self.beat()
        self.heartbeat("a")
        self.show()
        self.rejoin(clings)
        self.heartbeat("a")
        self.beat(member="a")
        self.show()
        self.settle()
        if leaves:
            self.downgrade()

    def downgrade(self) -> None:
        for member in [
            m for m, known in sorted(self.known.members.items()) if not known.is_classic
        ]:
            self.heartbeat(member, epoch="leave", owned="unsaid")
        self.show()
        self.ask(LeadClassicGroup(self.group, "old", TOPIC))

    @rule(members=st.integers(1, 2), leaves=st.booleans())
    def come_late(self, members: int, leaves: bool) -> None:
        """A classic member joins a consumer group."""
        self.begin(members)
        self.rejoin()
        self.show()
        for member in [m for m in self.present if m != "old"]:
            self.heartbeat(member)
            self.rejoin()
            self.heartbeat(member)
        self.beat()
        self.rejoin()
        self.show()
        self.join("c")
        self.beat()
        self.settle()
        if leaves:
            self.downgrade()


test_mixed_groups = conformance(MixedGroups)

"""Static members of consumer groups: they leave for a while, and another process comes back."""

from hypothesis import strategies as st
from hypothesis.stateful import rule

from kafka_tck.properties.collect import conformance
from kafka_tck.properties.consumer_groups_machine import ConsumerGroups
from kafka_tck.properties.operations.consumer_groups import laws

WHO = st.sampled_from(["a", "d"])
"""Who comes back: the process that left, or another one with its instance id."""


class StaticMembers(ConsumerGroups):
    """One static member, and one that is none."""

    requirements = (
        laws.instances,
        laws.takes_over,
        laws.resumes,
    )
    weight = 0.3
    real_weight = 0.2
    real_steps = 4

    def meet(self, both: bool) -> None:
        """A static member, and another one perhaps, have what they must have."""
        static = {"topics": ("t",), "instance": "i"}
        self.come_to_be([("a", static), *([("b", {"topics": ("t",)})] if both else [])])

    @rule(both=st.booleans(), who=WHO, late=st.sampled_from(["", "join", "leave"]))
    def be_bounced(self, both: bool, who: str, late: str) -> None:
        """It leaves for a while; something may happen meanwhile; it comes back."""
        self.meet(both)
        self.heartbeat("a", epoch="leave for a while", owned="unsaid", instance="i")
        self.show()
        self.heartbeat("a", epoch="before", instance="i", lost=True)
        if late == "join":
            self.join("c")
        if late == "leave" and both:
            self.heartbeat("b", epoch="leave", owned="unsaid")
        for member in self.present:
            self.heartbeat(member)
        self.join(who, instance="i")
        self.show()
        for member in self.present:
            self.heartbeat(member)
        self.settle()

    @rule(
        both=st.booleans(), epoch=st.sampled_from(["join", "before", "leave", "leave for a while"])
    )
    def be_replaced(self, both: bool, epoch: str) -> None:
        """Who was replaced speaks again, with its instance id and without."""
        self.meet(both)
        self.heartbeat("a", epoch="leave for a while", owned="unsaid", instance="i")
        self.join("d", instance="i")
        joins = {"topics": ("t",), "rebalance_ms": 1000} if epoch == "join" else {}
        self.heartbeat("a", epoch=epoch, instance="i", lost=True, **joins)
        if epoch in ("before", "leave"):
            self.heartbeat("a", epoch=epoch, lost=True)
        self.show()
        self.heartbeat("d", instance="i")
        self.settle()

    @rule(both=st.booleans())
    def be_claimed(self, both: bool) -> None:
        """Another process has the same instance id, and the member did not leave."""
        self.meet(both)
        self.join("d", instance="i", lost=True)
        self.show()
        self.heartbeat("a", instance="i")
        self.heartbeat("a", epoch="leave", owned="unsaid", instance="i")
        self.show()
        self.join("d", instance="i")
        self.settle()


class RepeatedStaticJoins(ConsumerGroups):
    """The answer to the join of a static member is lost."""

    requirements = (laws.repeated_static_join,)
    weight = 0.08

    @rule(both=st.booleans())
    def repeat_the_join(self, both: bool) -> None:
        """The answer to its join was lost."""
        self.turn += 1
        if both:
            self.join("b")
        self.join("a", instance="i", lost=True)
        self.join("a", instance="i")
        self.settle()


test_static_members = conformance(StaticMembers)
test_repeated_static_joins = conformance(RepeatedStaticJoins)

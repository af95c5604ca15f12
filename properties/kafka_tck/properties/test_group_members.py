"""Members of classic groups: staying, leaving, restarting; and what strangers are told."""

from typing import Final

from hypothesis import strategies as st
from hypothesis.stateful import rule

from kafka_tck.model.groups.group import State
from kafka_tck.properties.collect import conformance
from kafka_tck.properties.groups_machine import (
    BELOW,
    BOTH,
    PLAIN,
    SITUATIONS,
    SIZES,
    TURNED,
    Groups,
)
from kafka_tck.properties.operations.classic_groups import laws, member_laws
from kafka_tck.properties.operations.classic_groups.asking import (
    AskWithoutId,
    DeleteClassicGroup,
    Heartbeat,
    LeaveGroup,
)
from kafka_tck.properties.operations.classic_groups.joining import (
    JoinGroup,
    SyncGroup,
)
from kafka_tck.properties.operations.classic_groups.looking import (
    CompareGroupCoordinator,
    DescribeGroup,
    ListTheGroup,
)

WHO: Final = st.sampled_from(
    ["nobody", "former life", "other instance", "unknown instance", "past", "future"]
)
WHAT: Final = st.lists(
    st.sampled_from(["join", "sync", "heartbeat", "leave"]), min_size=1, max_size=4, unique=True
)
MOST_MEMBERS: Final = 12
"""A group is filled only where it may not have more than these."""


class GroupMembers(Groups):
    """Members that live on, and others that say they are members."""

    requirements = (*member_laws.MEMBERS, *laws.INTRUDED)
    weight = 0.8
    real_weight = 0.2
    real_steps = 8

    def sender(self, who: str, index: int) -> tuple[str, str | None, int]:
        """The member id, instance id and generation that somebody sends."""
        now = self.group
        name, member = self.member(index)
        senders = {
            "nobody": ("stranger", None, now.generation),
            "former life": (self.former, "i", now.generation),
            "other instance": (name, "i", now.generation),
            "unknown instance": (name, "j", now.generation),
            "past": (name, member.instance, now.generation - 1),
            "future": (name, member.instance, now.generation + 1),
        }
        return senders[who]

    former = "stranger"
    """The last life of the static member that is over."""

    @rule(situation=SITUATIONS, size=SIZES, who=WHO, what=WHAT, index=st.integers(0, 2))
    def intrude(self, situation: str, size: int, who: str, what: list[str], index: int) -> None:
        """Requests of whom the coordinator must refuse; the group goes on as if nothing was."""
        self.begin(situation)
        self.settle(size, static=True)
        if who == "former life" and "i" in self.group.instances:
            self.restart_static("i", PLAIN, 0)
        self.bring(situation, size)
        if self.lost or not any(self.knows(n) for n in self.group.members):
            return
        name, instance, generation = self.sender(who, index)
        now = self.group
        is_other = now.fault_of_member(name, instance) is not None
        for each in what:
            if each == "join" and is_other:
                join = JoinGroup(self.g, name=name, instance=instance)
                self.ask(join)
            elif each == "sync":
                stated = (now.protocol_type, now.protocol)
                self.ask(
                    SyncGroup(
                        self.g,
                        name=name,
                        generation=generation,
                        instance=instance,
                        protocol=stated,
                        assignments=tuple((n, "stolen") for n in now.members),
                    )
                )
            elif each == "heartbeat":
                self.ask(Heartbeat(self.g, name=name, generation=generation, instance=instance))
            elif each == "leave" and is_other:
                self.ask(LeaveGroup(self.g, leavers=((name, instance),)))
            self.look()
        self.go_on()

    def restart_static(
        self, instance: str, protocols: tuple[tuple[str, str], ...], below: int
    ) -> None:
        """A static member in a new life takes the place of its former one."""
        self.former = self.group.instances[instance]
        self.come(static=instance, protocols=protocols, below=below)

    @rule(
        situation=SITUATIONS,
        size=SIZES,
        protocols=st.sampled_from([PLAIN, PLAIN, BOTH, TURNED]),
        below=st.integers(0, 4),
        leads=st.booleans(),
    )
    def a_static_member_restarts(
        self,
        situation: str,
        size: int,
        protocols: tuple[tuple[str, str], ...],
        below: int,
        leads: bool,
    ) -> None:
        """In every state; its former life is fenced, the new one has its place."""
        self.begin(situation)
        if not leads:
            self.settle(1)
        self.settle(size, static=True)
        if "i" not in self.group.instances and not self.lost:
            self.come(static="i")
        self.bring(situation, size, static=True)
        if self.lost or "i" not in self.group.instances:
            return
        self.restart_static("i", protocols, below)
        self.look()
        if self.knows(self.former):
            generation = self.group.generation
            self.ask(Heartbeat(self.g, name=self.former, generation=generation, instance="i"))
            self.ask(Heartbeat(self.g, name=self.former, generation=generation))
        for name in sorted(self.group.members):
            if self.is_in(State.STABLE) and self.knows(name):
                self.sync(name)
        self.go_on()

    @rule(situation=SITUATIONS, first=st.booleans(), second=st.booleans())
    def static_members_elect(self, situation: str, first: bool, second: bool) -> None:
        """Only static members, that restart with another choice of protocol one by one."""
        self.begin(situation)
        self.settle()
        names = tuple((n, m.instance) for n, m in self.group.members.items() if self.knows(n))
        if names and not self.lost:
            self.ask(LeaveGroup(self.g, leavers=names))
        for instance in ("i", "k"):
            if self.lost:
                return
            self.come(static=instance, protocols=BOTH if first else TURNED)
            self.settle()
        for instance in ("i", "k"):
            if not self.lost and instance in self.group.instances:
                self.restart_static(instance, TURNED if second else BOTH, 0)
                self.look()
        self.bring(situation, 2)
        self.go_on()

    @rule(
        situation=SITUATIONS,
        size=SIZES,
        index=st.integers(0, 2),
        how=st.sampled_from(["alone", "with a stranger", "by instance", "twice"]),
        below=BELOW,
    )
    def leave(self, situation: str, size: int, index: int, how: str, below: int) -> None:
        self.begin(situation)
        self.bring(situation, size, static=how == "by instance")
        if not any(self.knows(n) for n in self.group.members) or self.lost:
            return
        name, member = self.member(index)
        leavers: tuple[tuple[str, str | None], ...] = ((name, member.instance),)
        if how == "with a stranger":
            leavers = (("stranger", None), *leavers, ("", "j"))
        elif how == "by instance":
            leavers = (("", "i"),)
        for _ in range(2 if how == "twice" else 1):
            self.ask(LeaveGroup(self.g, leavers=leavers, version=self.version("LeaveGroup", below)))
        self.look()
        self.go_on()

    @rule(situation=SITUATIONS, size=SIZES)
    def all_leave(self, situation: str, size: int) -> None:
        """The group is empty then, and can be deleted."""
        self.begin(situation)
        self.bring(situation, size)
        names = tuple((n, m.instance) for n, m in self.group.members.items() if self.knows(n))
        if names and not self.lost:
            self.ask(LeaveGroup(self.g, leavers=names))
        self.look()
        self.ask(Heartbeat(self.g, name=names[0][0] if names else "stranger", generation=1))
        for _ in range(2):
            self.ask(DeleteClassicGroup(self.g))
        self.look()

    @rule(situation=SITUATIONS, size=SIZES, below=BELOW)
    def look_at_it(self, situation: str, size: int, below: int) -> None:
        """In every state; it cannot be deleted then."""
        self.begin(situation)
        self.bring(situation, size)
        self.ask(DeleteClassicGroup(self.g))
        self.look(below)
        states = self.session.profile.newest("ListGroups") >= 4
        self.ask(ListTheGroup(self.g, version=self.version("ListGroups", below)))
        if states:
            now = self.group.state.value
            for wanted in ((now,), ("Empty",), ("Stable", "Dead")):
                self.ask(ListTheGroup(self.g, states=wanted))
        if self.session.profile.newest("ListGroups") >= 5:
            self.ask(ListTheGroup(self.g, types=("classic",)))
            self.ask(ListTheGroup(self.g, types=("consumer",)))
        self.go_on()

    @rule()
    def ask_for_the_coordinator(self) -> None:
        self.ask(CompareGroupCoordinator(self.g))
        self.ask(AskWithoutId(self.g))
        self.look()

    @rule(name=st.sampled_from(["join", "sync", "heartbeat", "leave"]), below=BELOW)
    def ask_nobody(self, name: str, below: int) -> None:
        """Requests to a group that does not exist do not make it."""
        self.begin()
        step = {
            "join": JoinGroup("h", name="stranger"),
            "sync": SyncGroup("h", name="stranger", generation=0),
            "heartbeat": Heartbeat("h", name="stranger", generation=0),
            "leave": LeaveGroup("h", leavers=(("stranger", None),)),
        }[name]
        self.ask(step)
        self.ask(DescribeGroup("h", version=self.version("DescribeGroups", below)))
        self.ask(ListTheGroup("h"))


test_group_members = conformance(GroupMembers)

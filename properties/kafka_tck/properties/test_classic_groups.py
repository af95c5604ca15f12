"""Classic groups: joining, assigning, staying, leaving; and what late or strange requests do."""

from typing import Final

from hypothesis import strategies as st
from hypothesis.stateful import precondition, rule

from kafka_tck.model.groups.group import State
from kafka_tck.properties.collect import conformance
from kafka_tck.properties.groups_machine import (
    BELOW,
    BOTH,
    PLAIN,
    PROTOCOLS,
    SITUATIONS,
    SIZES,
    TURNED,
    G,
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
    limits_of,
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


class ClassicGroups(Groups):
    """Members that come, change and go in every state."""

    requirements = (*laws.JOINING, *laws.SYNCING)
    weight = 0.8
    real_weight = 0.2
    real_steps = 8

    @rule(situation=SITUATIONS, size=SIZES, protocols=PROTOCOLS, below=BELOW, static=st.booleans())
    def somebody_comes(
        self,
        situation: str,
        size: int,
        protocols: tuple[tuple[str, str], ...],
        below: int,
        static: bool,
    ) -> None:
        self.bring(situation, size)
        wants = static and "i" not in self.group.instances
        self.come(static="i" if wants else None, protocols=protocols, below=below)
        self.look()
        self.settle()

    @rule(size=SIZES, leader_first=st.booleans(), index=st.integers(0, 2), below=BELOW)
    def assign(self, size: int, leader_first: bool, index: int, below: int) -> None:
        """Somebody may be left out; everybody asks again later."""
        self.bring("completing", size)
        if not self.is_in(State.COMPLETING):
            return
        out = sorted(self.group.members)[index] if index < len(self.group.members) else ""
        self.all_sync(leader_first=leader_first, leaves_out=out)
        self.look(below)
        for name in sorted(self.group.members):
            if self.is_in(State.STABLE):
                self.sync(name, below=below)

    @rule(situation=SITUATIONS, size=SIZES, index=st.integers(0, 2), protocols=PROTOCOLS)
    def a_member_rejoins(
        self, situation: str, size: int, index: int, protocols: tuple[tuple[str, str], ...]
    ) -> None:
        """With the same protocols as before, or with others."""
        self.bring(situation, size)
        if any(self.knows(n) for n in self.group.members):
            name, _ = self.member(index)
            self.rejoin(name, protocols)
            self.look()
            self.settle()

    @rule(situation=SITUATIONS, size=SIZES, index=st.integers(0, 2), times=st.integers(1, 2))
    def answers_are_lost(self, situation: str, size: int, index: int, times: int) -> None:
        """A member repeats what it sent last, on another connection."""
        self.bring(situation, size)
        if not any(self.knows(n) for n in self.group.members):
            return
        name, _ = self.member(index)
        for _ in range(times):
            if self.is_in(State.PREPARING, State.COMPLETING):
                self.rejoin(name)
            elif name in self.group.members:
                if name != self.group.leader:
                    self.rejoin(name)
                self.sync(name)
        self.look()
        self.settle()

    @rule(first=PROTOCOLS, second=PROTOCOLS, third=PROTOCOLS, leader_first=st.booleans())
    def elect(
        self,
        first: tuple[tuple[str, str], ...],
        second: tuple[tuple[str, str], ...],
        third: tuple[tuple[str, str], ...],
        leader_first: bool,
    ) -> None:
        """Three members that list their protocols in different orders."""
        self.settle(3)
        if len(self.group.members) != 3 or self.lost:
            return
        names = sorted(self.group.members, key=lambda n: (n == self.group.leader) != leader_first)
        for name, protocols in zip(names, (first, second, third), strict=True):
            if name in self.group.members:
                self.rejoin(name, protocols)
        self.settle()

    @rule(situation=SITUATIONS, size=SIZES, wrong=st.sampled_from(["type", "names", "none"]))
    def strangers_speak_otherwise(self, situation: str, size: int, wrong: str) -> None:
        """Somebody new, and a member, with protocols that the group does not have."""
        self.bring(situation, size)
        protocol_type = "other" if wrong == "type" else "tck"
        protocols = {"type": PLAIN, "names": (("x", "m"),), "none": ()}[wrong]
        self.lives += 1
        names = [(f"m{self.lives}", False)]
        if any(self.knows(n) for n in self.group.members):
            names.append((self.member(0)[0], True))
        for name, known in names:
            member = self.group.members.get(name)
            self.ask(
                JoinGroup(
                    G,
                    name=name,
                    sends_id=known,
                    instance=member.instance if member else None,
                    protocol_type=protocol_type,
                    protocols=protocols,
                )
            )
        self.look()
        self.go_on()

    @rule(bound=st.sampled_from(["least", "most"]), beyond=st.booleans())
    def sessions_have_bounds(self, bound: str, beyond: bool) -> None:
        """A new id is asked for with a session timeout at a bound, or beyond it; it is not used."""
        limits = limits_of(self.run.world)
        low, high = limits.min_session_ms, limits.max_session_ms
        value = (low - beyond) if bound == "least" else (high + beyond)
        self.settle()
        self.lives += 1
        name = f"m{self.lives}"
        self.ask(JoinGroup(G, name=name, sends_id=False, version=4, session_ms=value))
        if name in self.group.pending:
            self.ask(LeaveGroup(G, leavers=((name, None),)))
        self.settle()

    @rule(situation=SITUATIONS, size=SIZES, leaves=st.booleans())
    def an_id_is_not_used(self, situation: str, size: int, leaves: bool) -> None:
        """Everybody waits for who was given an id, until it joins or leaves."""
        self.bring(situation, size)
        self.lives += 1
        name = f"m{self.lives}"
        self.ask(JoinGroup(G, name=name, sends_id=False))
        if name not in self.group.pending or self.lost:
            return
        for each in sorted(self.group.members):
            if self.knows(each) and not self.group.members[each].joins:
                self.rejoin(each, self.news_of(each))
        if name in self.group.pending and not leaves:
            self.rejoin(name, BOTH)
        elif name in self.group.pending:
            self.ask(LeaveGroup(G, leavers=((name, None),)))
        self.settle()

    @precondition(lambda self: limits_of(self.run.world).max_size <= MOST_MEMBERS)
    @rule(below=st.integers(6, 8))
    def fill(self, below: int) -> None:
        """One member more than there may be; who is there already rejoins."""
        self.settle()
        most = limits_of(self.run.world).max_size
        while len(self.group.members) < most and not self.lost:
            self.come(below=below)
        self.settle()
        if not self.lost:
            self.come(below=below)
            self.look()
            self.rejoin(self.group.leader)
            self.go_on()


class GroupMembers(Groups):
    """Members that live on, and others that say they are members."""

    requirements = member_laws.MEMBERS
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
                join = JoinGroup(G, name=name, instance=instance)
                self.ask(join)
            elif each == "sync":
                stated = (now.protocol_type, now.protocol)
                self.ask(
                    SyncGroup(
                        G,
                        name=name,
                        generation=generation,
                        instance=instance,
                        protocol=stated,
                        assignments=tuple((n, "stolen") for n in now.members),
                    )
                )
            elif each == "heartbeat":
                self.ask(Heartbeat(G, name=name, generation=generation, instance=instance))
            elif each == "leave" and is_other:
                self.ask(LeaveGroup(G, leavers=((name, instance),)))
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
            self.ask(Heartbeat(G, name=self.former, generation=generation, instance="i"))
            self.ask(Heartbeat(G, name=self.former, generation=generation))
        for name in sorted(self.group.members):
            if self.is_in(State.STABLE) and self.knows(name):
                self.sync(name)
        self.go_on()

    @rule(situation=SITUATIONS, first=st.booleans(), second=st.booleans())
    def static_members_elect(self, situation: str, first: bool, second: bool) -> None:
        """Two static members, of which one restarts with another choice of protocol."""
        self.settle()
        for instance in ("i", "k"):
            protocols = BOTH if first else TURNED
            if self.lost:
                return
            self.come(static=instance, protocols=protocols)
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
            self.ask(LeaveGroup(G, leavers=leavers, version=self.version("LeaveGroup", below)))
        self.look()
        self.go_on()

    @rule(situation=SITUATIONS, size=SIZES)
    def all_leave(self, situation: str, size: int) -> None:
        """The group is empty then, and can be deleted."""
        self.bring(situation, size)
        names = tuple((n, m.instance) for n, m in self.group.members.items() if self.knows(n))
        if names and not self.lost:
            self.ask(LeaveGroup(G, leavers=names))
        self.look()
        self.ask(Heartbeat(G, name=names[0][0] if names else "stranger", generation=1))
        for _ in range(2):
            self.ask(DeleteClassicGroup(G))
        self.look()

    @rule(situation=SITUATIONS, size=SIZES, below=BELOW)
    def look_at_it(self, situation: str, size: int, below: int) -> None:
        """In every state; it cannot be deleted then."""
        self.bring(situation, size)
        self.ask(DeleteClassicGroup(G))
        self.look(below)
        states = self.session.profile.newest("ListGroups") >= 4
        self.ask(ListTheGroup(G, version=self.version("ListGroups", below)))
        if states:
            now = self.group.state.value
            for wanted in ((now,), ("Empty",), ("Stable", "Dead")):
                self.ask(ListTheGroup(G, states=wanted))
        if self.session.profile.newest("ListGroups") >= 5:
            self.ask(ListTheGroup(G, types=("classic",)))
            self.ask(ListTheGroup(G, types=("consumer",)))
        self.go_on()

    @rule()
    def ask_for_the_coordinator(self) -> None:
        self.ask(CompareGroupCoordinator(G))
        self.ask(AskWithoutId(G))
        self.look()

    @rule(name=st.sampled_from(["join", "sync", "heartbeat", "leave"]), below=BELOW)
    def ask_nobody(self, name: str, below: int) -> None:
        """Requests to a group that does not exist do not make it."""
        step = {
            "join": JoinGroup("h", name="stranger"),
            "sync": SyncGroup("h", name="stranger", generation=0),
            "heartbeat": Heartbeat("h", name="stranger", generation=0),
            "leave": LeaveGroup("h", leavers=(("stranger", None),)),
        }[name]
        self.ask(step)
        self.ask(DescribeGroup("h", version=self.version("DescribeGroups", below)))
        self.ask(ListTheGroup("h"))


test_classic_groups = conformance(ClassicGroups)
test_group_members = conformance(GroupMembers)

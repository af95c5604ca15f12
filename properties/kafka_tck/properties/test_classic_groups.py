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
    Groups,
)
from kafka_tck.properties.operations.classic_groups import laws
from kafka_tck.properties.operations.classic_groups.asking import (
    LeaveGroup,
)
from kafka_tck.properties.operations.classic_groups.joining import (
    JoinGroup,
    SyncGroup,
    limits_of,
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
        self.begin(situation)
        self.bring(situation, size)
        wants = static and "i" not in self.group.instances
        self.come(static="i" if wants else None, protocols=protocols, below=below)
        self.look()
        self.settle()

    @rule(size=SIZES, leader_first=st.booleans(), index=st.integers(0, 2), below=BELOW)
    def assign(self, size: int, leader_first: bool, index: int, below: int) -> None:
        """Somebody may be left out; everybody asks again later."""
        self.begin()
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
        self.begin(situation)
        self.bring(situation, size)
        if any(self.knows(n) for n in self.group.members):
            name, _ = self.member(index)
            self.rejoin(name, protocols)
            self.look()
            self.settle()

    @rule(situation=SITUATIONS, size=SIZES, index=st.integers(0, 2), times=st.integers(1, 2))
    def answers_are_lost(self, situation: str, size: int, index: int, times: int) -> None:
        """A member repeats what it sent last, on another connection."""
        self.begin(situation)
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
        self.begin()
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
        self.begin(situation)
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
                    self.g,
                    name=name,
                    sends_id=known,
                    instance=member.instance if member else None,
                    protocol_type=protocol_type,
                    protocols=protocols,
                )
            )
        now = self.group
        if names[-1][1] and wrong != "none" and names[-1][0] in now.members:
            stated = ("other", now.protocol) if wrong == "type" else (now.protocol_type, "x")
            instance = now.members[names[-1][0]].instance
            generation = now.generation
            self.ask(
                SyncGroup(
                    self.g,
                    name=names[-1][0],
                    generation=generation,
                    instance=instance,
                    protocol=stated,
                )
            )
        self.look()
        self.go_on()

    @rule(bound=st.sampled_from(["least", "most"]), beyond=st.booleans())
    def sessions_have_bounds(self, bound: str, beyond: bool) -> None:
        """A new id is asked for with a session timeout at a bound, or beyond it; it is not used."""
        self.begin()
        limits = limits_of(self.run.world)
        low, high = limits.min_session_ms, limits.max_session_ms
        value = (low - beyond) if bound == "least" else (high + beyond)
        self.settle()
        self.lives += 1
        name = f"m{self.lives}"
        self.ask(JoinGroup(self.g, name=name, sends_id=False, version=4, session_ms=value))
        if name in self.group.pending:
            self.ask(LeaveGroup(self.g, leavers=((name, None),)))
        self.settle()

    @rule(situation=SITUATIONS, size=SIZES, leaves=st.booleans())
    def an_id_is_not_used(self, situation: str, size: int, leaves: bool) -> None:
        """Everybody waits for who was given an id, until it joins or leaves."""
        self.begin(situation)
        self.bring(situation, size)
        self.lives += 1
        name = f"m{self.lives}"
        self.ask(JoinGroup(self.g, name=name, sends_id=False))
        if name not in self.group.pending or self.lost:
            return
        for each in sorted(self.group.members):
            if self.knows(each) and not self.group.members[each].joins:
                self.rejoin(each, self.news_of(each))
        if name in self.group.pending and not leaves:
            self.rejoin(name, BOTH)
        elif name in self.group.pending:
            self.ask(LeaveGroup(self.g, leavers=((name, None),)))
        self.settle()

    @precondition(lambda self: limits_of(self.run.world).max_size <= MOST_MEMBERS)
    @rule(below=st.integers(6, 8))
    def fill(self, below: int) -> None:
        """One member more than there may be; who is there already rejoins."""
        self.begin()
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


test_classic_groups = conformance(ClassicGroups)

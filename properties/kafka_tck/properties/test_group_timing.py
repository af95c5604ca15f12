"""Classic groups and time: who is late, silent or gone; and what a coordinator finds again."""

from typing import Final

from hypothesis import strategies as st
from hypothesis.stateful import precondition, rule

from kafka_tck.model.groups.group import State
from kafka_tck.properties.collect import conformance
from kafka_tck.properties.groups_machine import BOTH, PLAIN, SITUATIONS, SIZES, Groups
from kafka_tck.properties.operations.classic_groups import laws, member_laws
from kafka_tck.properties.operations.classic_groups.asking import Heartbeat, LeaveGroup
from kafka_tck.properties.operations.classic_groups.joining import LONG_MS, JoinGroup, SyncGroup
from kafka_tck.properties.operations.classic_groups.lasting import KeepBeating
from kafka_tck.properties.operations.classic_groups.waiting import (
    AwaitPendingEnd,
    AwaitPhaseEnd,
    AwaitRemoval,
    RestartGroup,
    WatchPhase,
)

SESSION_MS: Final = 600
PHASE_MS: Final = 1_200
"""Timeouts that are worth waiting for: a busy machine answers a dozen requests within them."""


class LateMembers(Groups):
    """Members that do not rejoin, do not ask for their assignment, or are silent."""

    requirements = (*laws.TIMED, *member_laws.TIMED)
    weight = 0.4
    real_weight = 0.12
    real_steps = 2

    def hurry(self, size: int, *, static: bool, wakeful: str | None = None) -> bool:
        """A group whose members all have a short rebalance timeout, before it assigns.

        If one is named that is awake, all others have a short session timeout, too.
        """
        self.settle(size, static=static)
        for name in sorted(self.group.members, key=lambda n: n != self.group.leader):
            if not self.lost and self.knows(name):
                session = SESSION_MS if wakeful not in (None, name) else None
                self.rejoin(name, rebalance_ms=PHASE_MS, session_ms=session)
        return self.is_in(State.COMPLETING) and not self.lost

    @rule(size=SIZES, static=st.booleans(), late=st.integers(0, 2), sleepy=st.booleans())
    def some_do_not_rejoin(self, size: int, static: bool, late: int, sleepy: bool) -> None:
        """The phase ends without them; who waits for it need not be heard of."""
        self.begin()
        self.settle(size, static=static)
        names = [self.group.leader, *(n for n in self.group.members if n != self.group.leader)]
        absent = names[min(late, len(names) - 1)]
        if not self.hurry(size, static=static, wakeful=absent if sleepy else None):
            return
        self.all_sync()
        for name in names:
            if name != absent and not self.lost:
                metadata = self.news_of(name) if name == names[1] and late == 0 else None
                self.rejoin(name, metadata)
        if self.lost or not self.is_in(State.PREPARING):
            return
        self.ask(AwaitPhaseEnd(self.g, least_ms=PHASE_MS))
        self.all_sync()
        self.look()
        for name in (absent, *names):
            if name in self.group.members and not self.lost:
                self.rejoin(name, session_ms=LONG_MS, rebalance_ms=LONG_MS)
        self.settle()

    @rule(size=SIZES, static=st.booleans(), leads=st.booleans())
    def some_never_sync(self, size: int, static: bool, leads: bool) -> None:
        """Whoever does not ask for an assignment is removed, be it the leader."""
        self.begin()
        if not self.hurry(size, static=static):
            return
        now = self.group
        followers = sorted(n for n in now.members if n != now.leader)
        absent = now.leader if leads else followers[0]
        for name in sorted(now.members):
            if name != absent and not self.lost:
                self.sync(name)
        if self.lost:
            return
        self.ask(AwaitRemoval(self.g, names=(absent,), why="sync", within_ms=PHASE_MS))
        self.look()
        for name in sorted(self.group.members):
            if not self.lost:
                self.rejoin(name, rebalance_ms=LONG_MS)
        self.settle()

    @rule(size=SIZES, rejoin=st.booleans(), static=st.booleans())
    def somebody_is_silent(self, size: int, rejoin: bool, static: bool) -> None:
        """In a stable group, or while the others wait for it."""
        self.begin()
        self.settle(size, static=static)
        if self.lost:
            return
        now = self.group
        others = sorted(n for n in now.members if n != now.leader)
        mine = now.instances.get("i", others[0]) if static else others[0]
        silent = others[0] if mine == now.leader else mine
        self.rejoin(silent, self.news_of(silent), session_ms=SESSION_MS)
        self.settle(size)
        if self.lost or silent not in self.group.members:
            return
        if rejoin:
            for name in sorted(self.group.members):
                if name != silent and not self.lost:
                    self.rejoin(name, self.news_of(name))
        if not self.lost:
            self.ask(AwaitRemoval(self.g, names=(silent,), within_ms=SESSION_MS))
            self.look()
            self.settle()

    @precondition(lambda self: "time.virtual" in self.session.target.capabilities)
    @rule(size=SIZES)
    def somebody_beats(self, size: int) -> None:
        self.begin()
        self.settle(size)
        if self.lost:
            return
        name = sorted(n for n in self.group.members if n != self.group.leader)[0]
        self.rejoin(name, self.news_of(name), session_ms=SESSION_MS)
        self.settle(size)
        if self.lost or name not in self.group.members:
            return
        now = self.group
        instance = now.members[name].instance
        self.ask(
            KeepBeating(
                self.g,
                name=name,
                generation=now.generation,
                instance=instance,
                for_ms=4 * SESSION_MS,
            )
        )
        self.look()
        self.rejoin(name, self.news_of(name), session_ms=LONG_MS)
        self.settle()

    @rule(size=SIZES)
    def an_id_is_forgotten(self, size: int) -> None:
        """Who was given an id and does not join is waited for only so long."""
        self.begin()
        self.settle(size)
        self.lives += 1
        name = f"m{self.lives}"
        self.ask(JoinGroup(self.g, name=name, sends_id=False, version=4, session_ms=SESSION_MS))
        for each in sorted(self.group.members):
            if not self.lost:
                self.rejoin(each, self.news_of(each))
        if not self.lost:
            self.ask(AwaitPendingEnd(self.g, name=name))
            self.ask(JoinGroup(self.g, name=name))
            self.settle()

    @rule()
    def nobody_rejoins(self) -> None:
        """Only static members are left, and none of them rejoins: the phase goes on."""
        self.begin()
        self.settle()
        if "i" not in self.group.instances and not self.lost:
            self.come(static="i")
        if not self.hurry(2, static=True):
            return
        self.all_sync()
        dynamic = [n for n, m in self.group.members.items() if m.instance is None]
        self.ask(LeaveGroup(self.g, leavers=tuple((name, None) for name in dynamic)))
        self.ask(WatchPhase(self.g, for_ms=2 * PHASE_MS))
        self.look()
        self.go_on()


class RestartedGroups(Groups):
    """A coordinator that is restarted in every state of its group."""

    requirements = (member_laws.after_restart,)
    weight = 0.4
    real_weight = 0.08
    real_steps = 2
    restarts = 0

    @precondition(lambda self: "fault.restart" in self.session.target.capabilities)
    @precondition(lambda self: self.restarts < 2)
    @rule(
        situation=SITUATIONS,
        size=SIZES,
        static=st.booleans(),
        replaced=st.booleans(),
        protocols=st.sampled_from([PLAIN, BOTH]),
    )
    def restart(
        self,
        situation: str,
        size: int,
        static: bool,
        replaced: bool,
        protocols: tuple[tuple[str, str], ...],
    ) -> None:
        """Members go on as before; a static one may have been restarted shortly before."""
        self.begin(situation)
        self.restarts += 1
        self.settle(size, static=static)
        former = self.group.instances.get("i")
        if replaced and former is not None and not self.lost:
            self.come(static="i", protocols=protocols)
        self.bring(situation, size, static=static)
        if self.lost:
            return
        self.do(RestartGroup(self.g))
        self.look()
        now = self.group
        if former is not None and former not in now.members and self.knows(former):
            self.ask(Heartbeat(self.g, name=former, generation=now.generation, instance="i"))
        for name in sorted(now.members):
            if self.is_in(State.STABLE) and self.knows(name):
                stated = (now.protocol_type, now.protocol)
                instance = now.members[name].instance
                self.ask(
                    SyncGroup(
                        self.g,
                        name=name,
                        generation=now.generation,
                        instance=instance,
                        protocol=stated,
                    )
                )
        self.go_on(size)

    @rule(situation=SITUATIONS, size=SIZES)
    def prepare(self, situation: str, size: int) -> None:
        self.bring(situation, size)


test_late_members = conformance(LateMembers)
test_restarted_groups = conformance(RestartedGroups)

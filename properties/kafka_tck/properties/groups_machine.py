"""What machines of classic groups share: members of a group, and how they behave well.

Most rules begin a group of their own, so that a trace needs no more than the rule that it shows.
"""

from typing import Final

from hypothesis import strategies as st

from kafka_tck.model.groups.group import Group, Member, Protocols, State
from kafka_tck.properties.machine import Machine
from kafka_tck.properties.operations.classic_groups.asking import Heartbeat, LeaveGroup
from kafka_tck.properties.operations.classic_groups.believed import known_of
from kafka_tck.properties.operations.classic_groups.joining import LONG_MS, JoinGroup, SyncGroup
from kafka_tck.properties.operations.classic_groups.looking import DescribeGroup
from kafka_tck.properties.operations.classic_groups.members import members
from kafka_tck.properties.operations.classic_groups.stepping import GroupStep
from kafka_tck.properties.operations.topics.topics import MakeTopic

PLAIN: Final[Protocols] = (("p", "m"),)
BOTH: Final[Protocols] = (("p", "m"), ("q", "n"))
TURNED: Final[Protocols] = (("q", "n"), ("p", "m"))
OTHER: Final[Protocols] = (("p", "new"), ("q", "n"))
PROTOCOLS: Final = st.sampled_from([PLAIN, BOTH, TURNED, OTHER])
AS_IT_IS: Final = "as it is"
SITUATIONS: Final = st.sampled_from(["stable", "preparing", "completing", "waiting", AS_IT_IS])
SIZES: Final = st.integers(2, 3)
BELOW: Final = st.sampled_from([0, 0, 0, *range(1, 10)])
"""How many versions below the newest to ask."""
_MOST_ROUNDS: Final = 12


class Groups(Machine):
    """The members of a group are named by a letter and the number of their life."""

    lives = 0
    groups = 0

    @property
    def g(self) -> str:
        """The group that is spoken with."""
        return f"g{self.groups}"

    def begin(self, situation: str = "") -> None:
        """A new group, unless the situation is that of the last one."""
        self.groups += situation != AS_IT_IS

    @property
    def group(self) -> Group:
        return known_of(self.belief, self.g).group

    def need(self, topic: str, partitions: int = 2) -> None:
        """The topic is there."""
        if topic not in self.run.world.ids:
            self.do(MakeTopic(topic, partitions))

    @property
    def lost(self) -> bool:
        """Whether an answer was wrong, so that nothing more is known of the group."""
        return known_of(self.belief, self.g).lost

    def is_in(self, *states: State) -> bool:
        return self.group.state in states

    def ask(self, step: GroupStep) -> None:
        """One step, which waits for the answers that it leads to; none in a group that is lost."""
        if not known_of(self.belief, step.group).lost:
            self.do(step.awaiting(self.run.world, self.run.beliefs))

    def version(self, api: str, below: int) -> int:
        versions = self.session.profile.versions(api)
        return max(versions[0], versions[-1] - below)

    def member(self, index: int) -> tuple[str, Member]:
        """One of the members whose ids are known, by any number."""
        named = [(n, m) for n, m in self.group.members.items() if self.knows(n)]
        return named[index % len(named)]

    def knows(self, name: str) -> bool:
        return name in members(self.run.world).ids

    def news_of(self, name: str) -> Protocols:
        """Protocols that a member does not have, with which it begins a rebalance."""
        return OTHER if self.group.members[name].protocols != OTHER else BOTH

    def come(
        self,
        *,
        static: str | None = None,
        protocols: Protocols = PLAIN,
        below: int = 0,
        session_ms: int = LONG_MS,
        rebalance_ms: int = LONG_MS,
    ) -> str:
        """Somebody new joins, or a static member in a new life; its symbol."""
        self.lives += 1
        name = f"{static or 'm'}{self.lives}"
        version = self.version("JoinGroup", below)
        join = JoinGroup(
            self.g,
            name=name,
            sends_id=False,
            version=max(5, version) if static else version,
            instance=static,
            protocols=protocols,
            session_ms=session_ms,
            rebalance_ms=rebalance_ms,
        )
        self.ask(join)
        if name in self.group.pending:
            self.rejoin(name, protocols, session_ms=session_ms, rebalance_ms=rebalance_ms)
        return name

    def rejoin(
        self,
        name: str,
        protocols: Protocols | None = None,
        *,
        session_ms: int | None = None,
        rebalance_ms: int | None = None,
        below: int = 0,
    ) -> None:
        """JoinGroup of a member, or of an id that was given; as before if nothing is said."""
        before = self.group.members.get(name, Member(None, PLAIN, LONG_MS, LONG_MS))
        version = self.version("JoinGroup", below)
        self.ask(
            JoinGroup(
                self.g,
                name=name,
                version=max(5, version) if before.instance else version,
                instance=before.instance,
                protocols=before.protocols if protocols is None else protocols,
                session_ms=before.session_ms if session_ms is None else session_ms,
                rebalance_ms=before.rebalance_ms if rebalance_ms is None else rebalance_ms,
            )
        )

    def sync(self, name: str, *, leaves_out: str = "", below: int = 0) -> None:
        """SyncGroup of a member; a leader assigns something to everybody but one.

        What a follower sends as assignments is ignored.
        """
        now = self.group
        text = f"{now.generation}" if name == now.leader else "not by the leader"
        assigned = tuple((each, f"{text} {each}") for each in now.members if each != leaves_out)
        self.ask(
            SyncGroup(
                self.g,
                name=name,
                version=self.version("SyncGroup", below),
                generation=now.generation,
                instance=now.members[name].instance,
                assignments=assigned,
                protocol=(now.protocol_type, now.protocol),
            )
        )

    def beat(self, name: str, *, below: int = 0) -> None:
        """Heartbeat of a member."""
        now = self.group
        version = self.version("Heartbeat", below)
        instance = now.members[name].instance
        self.ask(
            Heartbeat(
                self.g, name=name, generation=now.generation, instance=instance, version=version
            )
        )

    def all_rejoin(self) -> None:
        """Until the join phase is over; ids that never joined are given up."""
        for _ in range(_MOST_ROUNDS):
            now = self.group
            if now.state is not State.PREPARING or self.lost:
                return
            late = [n for n, m in now.members.items() if not m.joins and self.knows(n)]
            if now.pending:
                self.ask(LeaveGroup(self.g, leavers=((sorted(now.pending)[0], None),)))
            elif late:
                self.rejoin(late[0])
            elif any(self.knows(n) for n in now.members):
                # One that had no place is gone, and the next to speak finds that all are there.
                self.rejoin(self.member(0)[0])
            else:
                return

    def all_sync(self, *, leader_first: bool = False, leaves_out: str = "") -> None:
        """Everybody asks for its assignment."""
        now = self.group
        if now.state is not State.COMPLETING or self.lost:
            return
        names = sorted(n for n in now.members if self.knows(n) and not now.members[n].syncs)
        for name in sorted(names, key=lambda n: (n == now.leader) is not leader_first):
            if self.group.generation == now.generation and not self.lost:
                self.sync(name, leaves_out=leaves_out)

    def settle(self, size: int = 1, *, leader_first: bool = False, static: bool = False) -> None:
        """A stable group of at least so many members; the first one may be static."""
        for _ in range(_MOST_ROUNDS):
            now = self.group
            if self.lost or (now.state is State.STABLE and len(now.members) >= size):
                return
            self.all_rejoin()
            if len(self.group.members) < size and not self.lost:
                wants = static and "i" not in self.group.instances
                self.come(static="i" if wants else None)
            self.all_rejoin()
            if len(self.group.members) >= size:
                self.all_sync(leader_first=leader_first)

    def bring(self, situation: str, size: int, *, static: bool = False) -> None:
        """The group in a state; `waiting`: as completing, and some wait for the assignment."""
        if situation == AS_IT_IS:
            return
        self.settle(size, static=static)
        if situation == "stable" or self.lost:
            return
        self.rejoin(self.group.leader)
        if situation == "preparing" or self.lost:
            return
        self.all_rejoin()
        now = self.group
        followers = sorted(n for n in now.members if n != now.leader and self.knows(n))
        if situation == "waiting" and followers and now.state is State.COMPLETING:
            self.sync(followers[0])

    def look(self, below: int = 0) -> None:
        self.ask(DescribeGroup(self.g, version=self.version("DescribeGroups", below)))

    def go_on(self, size: int = 1) -> None:
        """The rightful members: they are well, and finish what was begun."""
        for name in sorted(self.group.members):
            if self.knows(name) and not self.lost:
                self.beat(name)
        self.settle(size)
        if not self.lost:
            self.look()

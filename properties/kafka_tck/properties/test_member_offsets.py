"""Offsets that members of groups commit, and what becomes of them when nobody uses them."""

from typing import Final

from hypothesis import strategies as st
from hypothesis.stateful import initialize, precondition, rule

from kafka_tck.model.groups.group import State
from kafka_tck.properties.collect import conformance
from kafka_tck.properties.groups_machine import BELOW, PLAIN, SITUATIONS, SIZES, Groups
from kafka_tck.properties.operations.classic_groups import offset_laws
from kafka_tck.properties.operations.classic_groups.asking import (
    DeleteClassicGroup,
    LeaveGroup,
)
from kafka_tck.properties.operations.classic_groups.committing import (
    NO_GENERATION,
    AskAllOffsets,
    CommitAsMember,
    CommitInTransaction,
    DeleteOffset,
)
from kafka_tck.properties.operations.classic_groups.joining import (
    CONSUMER,
    LONG_MS,
    JoinGroup,
    SyncGroup,
)
from kafka_tck.properties.operations.classic_groups.lasting import (
    AwaitOffsetsGone,
    KeepCommitting,
    PassTime,
)
from kafka_tck.properties.operations.classic_groups.waiting import RestartGroup
from kafka_tck.properties.operations.topics.remaking import RemakeTopic
from kafka_tck.properties.operations.txn_offsets.asking import AskOffsets

PARTITIONS: Final = (0, 1)
WHO: Final = st.sampled_from(
    [
        "itself",
        "nobody",
        "stranger",
        "past",
        "future",
        "other instance",
        "former life",
        "former life",
    ]
)


SESSION_MS: Final = 600
MOST_MS: Final = 1_800_000
TICK_S: Final = 600
"""Between two looks for what expires: offsets.retention.check.interval.ms."""


class MemberOffsets(Groups):
    """Members that commit, others that say they are, and who asks afterwards."""

    requirements = offset_laws.ALL
    weight = 0.6
    real_weight = 0.2
    real_steps = 6
    restarts = 0

    @initialize()
    def make_topic(self) -> None:
        self.need("t", 2)

    def look_at_offsets(self, below: int = 0) -> None:
        version = self.version("OffsetFetch", below)
        self.do(AskOffsets(self.g, "t", PARTITIONS, version=version))

    def sender(self, who: str, index: int) -> tuple[str, int, str | None]:
        """The member id, generation and instance id of a commit."""
        now = self.group
        if who == "nobody" or not any(self.knows(n) for n in now.members):
            return "", NO_GENERATION, None
        name, member = self.member(index)
        return {
            "itself": (name, now.generation, member.instance),
            "stranger": ("stranger", now.generation, None),
            "past": (name, now.generation - 1, member.instance),
            "future": (name, now.generation + 1, member.instance),
            "other instance": (name, now.generation, "i"),
            "former life": (self.former, now.generation, "i"),
        }[who]

    former = "stranger"

    @rule(
        situation=SITUATIONS,
        size=SIZES,
        who=WHO,
        index=st.integers(0, 2),
        partition=st.sampled_from(PARTITIONS),
        offset=st.integers(0, 9),
        below=BELOW,
        twice=st.booleans(),
        transactional=st.booleans(),
    )
    def commit(
        self,
        situation: str,
        size: int,
        who: str,
        index: int,
        partition: int,
        offset: int,
        below: int,
        twice: bool,
        transactional: bool,
    ) -> None:
        """In every state; what was told before a refused commit is told after it."""
        self.begin(situation)
        self.settle(size, static=who in ("other instance", "former life"))
        if who == "former life" and "i" in self.group.instances and not self.lost:
            self.former = self.group.instances["i"]
            self.come(static="i", protocols=PLAIN)
        self.bring(situation, size)
        if self.lost:
            return
        name, generation, instance = self.sender(who, index)
        version = self.version("OffsetCommit", below)
        commit = CommitAsMember(
            self.g,
            name=name,
            generation=generation,
            instance=instance,
            partition=partition,
            offset=offset,
            version=version,
        )
        for _ in range(2 if twice else 1):
            self.ask(commit)
            self.look_at_offsets(below)
        if transactional and not self.lost:
            self.ask(
                CommitInTransaction(
                    self.g,
                    name=name,
                    generation=generation,
                    instance=instance,
                    partition=partition,
                    offset=offset + 10,
                )
            )
            self.look_at_offsets()
        self.settle(size)

    @rule(size=SIZES, offset=st.integers(0, 9), ends=st.sampled_from(["leaves", "is replaced"]))
    def hand_over(self, size: int, offset: int, ends: str) -> None:
        """A member commits, in the last moment of a rebalance, and is gone; the next one asks."""
        self.begin()
        self.settle(size)
        if self.lost or not self.is_in(State.STABLE):
            return
        now = self.group
        name = sorted(n for n in now.members if n != now.leader)[0]
        instance = now.members[name].instance
        self.rejoin(now.leader)
        if self.lost or name not in self.group.members:
            return
        generation = self.group.generation
        self.ask(
            CommitAsMember(
                self.g, name=name, generation=generation, instance=instance, offset=offset
            )
        )
        if ends == "leaves":
            self.ask(LeaveGroup(self.g, leavers=((name, instance),)))
        self.settle(size)
        late = CommitAsMember(
            self.g, name=name, generation=generation, instance=instance, offset=offset + 1
        )
        self.ask(late)
        self.look_at_offsets()

    @rule(generation=st.integers(-1, 1), below=BELOW, offset=st.integers(0, 9))
    def nobody_is_there(self, generation: int, below: int, offset: int) -> None:
        """A group without members, or none."""
        self.begin()
        names = tuple((n, m.instance) for n, m in self.group.members.items() if self.knows(n))
        if names:
            self.settle()
            names = tuple((n, m.instance) for n, m in self.group.members.items())
            self.ask(LeaveGroup(self.g, leavers=names))
        version = self.version("OffsetCommit", below)
        self.ask(CommitAsMember(self.g, generation=generation, offset=offset, version=version))
        self.look_at_offsets(below)

    @rule(below=BELOW, offset=st.integers(0, 9))
    def ask_for_all(self, below: int, offset: int) -> None:
        self.begin()
        self.ask(CommitAsMember("h", partition=1, offset=offset))
        self.ask(AskAllOffsets(self.g, version=self.version("OffsetFetch", below)))

    @rule(situation=SITUATIONS, size=SIZES)
    def delete_the_group(self, situation: str, size: int) -> None:
        """It is not deleted as long as there are members; then its offsets are gone with it."""
        self.begin(situation)
        self.bring(situation, size)
        self.ask(DeleteClassicGroup(self.g))
        self.look_at_offsets()
        self.settle(size)
        names = tuple((n, m.instance) for n, m in self.group.members.items())
        if names and not self.lost:
            self.ask(LeaveGroup(self.g, leavers=names))
        self.look_at_offsets()
        self.ask(DeleteClassicGroup(self.g))
        self.look_at_offsets()

    @rule(kind=st.sampled_from(["tck", CONSUMER]), offset=st.integers(0, 9))
    def delete_offsets(self, kind: str, offset: int) -> None:
        """Of a topic that is subscribed to, of another one, and without members."""
        self.begin()
        group = f"of-{kind}"
        name = f"only-{group}"
        if self.knows(name):
            return
        self.ask(DeleteOffset(group))
        for topic in ("t", "u"):
            self.need(topic, 2)
            self.ask(CommitAsMember(group, topic=topic, offset=offset))
        join = JoinGroup(
            group, name=name, sends_id=False, version=3, protocol_type=kind, protocols=(("p", "t"),)
        )
        self.ask(join)
        for topic in ("t", "u"):
            self.ask(DeleteOffset(group, topic=topic, subscribed=topic == "t"))
            self.do(AskOffsets(group, topic, (0,)))
        self.ask(LeaveGroup(group, leavers=((name, None),)))
        for _ in range(2):
            self.ask(DeleteOffset(group))
        self.do(AskOffsets(group, "t", (0,)))

    @precondition(lambda self: "fault.restart" in self.session.target.capabilities)
    @precondition(lambda self: self.restarts < 1)
    @rule(situation=SITUATIONS, size=SIZES, offset=st.integers(0, 9))
    def restart(self, situation: str, size: int, offset: int) -> None:
        """A member and somebody else have committed; both is told by the next coordinator."""
        self.begin(situation)
        self.restarts += 1
        self.settle(size)
        if self.lost:
            return
        name, member = self.member(0)
        self.ask(
            CommitAsMember(
                self.g,
                name=name,
                generation=self.group.generation,
                instance=member.instance,
                offset=offset,
            )
        )
        self.ask(CommitAsMember("h", offset=offset))
        self.bring(situation, size)
        self.do(RestartGroup(self.g))
        self.look_at_offsets()
        self.do(AskOffsets("h", "t", PARTITIONS))
        self.settle(size)


class UnusedOffsets(Groups):
    """Offsets of topics that are gone, and of groups that nobody is in."""

    requirements = offset_laws.TIMED
    weight = 0.1
    real_weight = 0.05
    real_steps = 1
    has_waited = False
    """Whether so much time has passed that members are gone, and offsets may be."""

    @rule(offset=st.integers(0, 9))
    def remake_the_topic(self, offset: int) -> None:
        """A new topic of the same name has no offsets."""
        if self.has_waited:
            return
        self.need("d", 1)
        self.ask(CommitAsMember(self.g, topic="d", offset=offset))
        self.do(RemakeTopic("d"))
        self.ask(AwaitOffsetsGone(self.g, topic="d"))
        self.do(AskOffsets(self.g, "d", (0,)))

    @precondition(lambda self: "time.virtual" in self.session.target.capabilities)
    @precondition(lambda self: not self.has_waited)
    @rule(size=SIZES)
    def commit_instead_of_beating(self, size: int) -> None:
        self.begin()
        self.need("t", 2)
        self.settle(size)
        if self.lost:
            return
        name = sorted(n for n in self.group.members if n != self.group.leader)[0]
        self.rejoin(name, self.news_of(name), session_ms=SESSION_MS)
        self.settle(size)
        if self.lost or name not in self.group.members:
            return
        generation, instance = self.group.generation, self.group.members[name].instance
        commit = KeepCommitting(
            self.g, name=name, generation=generation, instance=instance, for_ms=4 * SESSION_MS
        )
        self.ask(commit)
        self.look()
        self.rejoin(name, self.news_of(name), session_ms=LONG_MS)
        self.settle()

    @precondition(lambda self: "time.virtual" in self.session.target.capabilities)
    @precondition(lambda self: not self.has_waited and not self.group.exists)
    @rule(offset=st.integers(0, 9), leaves=st.booleans())
    def time_passes(self, offset: int, leaves: bool) -> None:
        """A simple group, and one whose member reads one topic of two, and may leave."""
        self.has_waited = True
        group, name = ("left", "only-left") if leaves else ("read", "only-read")
        for topic in ("t", "u"):
            self.need(topic, 2)
        join = JoinGroup(
            group,
            name=name,
            sends_id=False,
            version=3,
            protocol_type=CONSUMER,
            protocols=(("p", "t"),),
            session_ms=MOST_MS,
        )
        self.ask(join)
        self.ask(SyncGroup(group, name=name, generation=1, protocol=(CONSUMER, "p")))
        for topic in ("t", "u"):
            commit = CommitAsMember(group, name=name, generation=1, topic=topic, offset=offset)
            self.ask(commit)
        self.ask(CommitAsMember("simple", offset=offset))
        self.ask(AwaitOffsetsGone("simple", within_s=TICK_S + 70, expires=True))
        self.ask(AwaitOffsetsGone(group, topic="u", within_s=1))
        self.do(AskOffsets(group, "t", (0,)))
        self.ask(PassTime(self.g, for_s=TICK_S - 20))
        if leaves:
            self.ask(LeaveGroup(group, leavers=((name, None),)))
        self.ask(CommitAsMember("simple", offset=offset))
        self.ask(PassTime(self.g, for_s=30))
        for each in ("simple", group):
            self.do(AskOffsets(each, "t", (0,)))
        if leaves:
            self.ask(AwaitOffsetsGone(group, within_s=TICK_S, expires=True))


test_member_offsets = conformance(MemberOffsets)
test_unused_offsets = conformance(UnusedOffsets)

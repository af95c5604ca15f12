"""What members of consumer groups commit: the present epoch counts, and what was owned since."""

from typing import Final

from hypothesis import strategies as st
from hypothesis.stateful import rule

from kafka_tck.properties.collect import conformance
from kafka_tck.properties.consumer_groups_machine import ConsumerGroups
from kafka_tck.properties.operations.consumer_groups import commit_laws
from kafka_tck.properties.operations.consumer_groups.committing import (
    CommitAsMember,
    FetchAsMember,
)

EPOCH: Final = st.sampled_from(["now", "now", "before", "before", "next", "nobody's"])
WHO: Final = st.sampled_from(["a", "a", "b", "stranger", ""])
PARTITION: Final = st.integers(0, 2)
COMMITTED: Final = st.sampled_from([10, 9, 9, 8])
"""Versions of OffsetCommit: the last two speak of members."""


class MemberCommits(ConsumerGroups):
    """Commits with every epoch, before, during and after a hand-over."""

    requirements = commit_laws.ALL
    weight = 0.4
    real_weight = 0.25
    real_steps = 6
    producers = 0

    def commit(self, who: str, epoch: str, partition: int, version: int) -> None:
        """One commit, and what is there after it."""
        offset = len(self.run.trace)
        self.ask(CommitAsMember(self.group, who, epoch, "t", partition, offset, version))
        self.ask(FetchAsMember(self.group, "", "nobody's", "t", partition))

    @rule(who=WHO, epoch=EPOCH, partition=PARTITION, version=COMMITTED, asks=EPOCH)
    def hand_over(self, who: str, epoch: str, partition: int, version: int, asks: str) -> None:
        """Between the steps of two members somebody commits."""
        self.begin(1)
        self.commit(who, epoch, partition, version)
        self.join("b")
        self.heartbeat("a")
        self.commit(who, epoch, partition, version)
        self.heartbeat("a")
        for index in range(3):
            self.commit("a", epoch, index, version)
        self.heartbeat("b")
        self.commit(who, epoch, partition, version)
        self.ask(FetchAsMember(self.group, who, asks, "t", partition))
        self.show()

    @rule(member=st.sampled_from(["a", "b"]), epoch=EPOCH, partition=PARTITION)
    def promise(self, member: str, epoch: str, partition: int) -> None:
        """The same in a transaction."""
        self.begin(1)
        self.join("b")
        self.heartbeat("a")
        self.heartbeat("a")
        self.producers += 1
        producer = f"p{self.producers}"
        promise = CommitAsMember(self.group, member, epoch, "t", partition, 5, producer=producer)
        self.ask(promise)
        self.ask(FetchAsMember(self.group, "", "nobody's", "t", partition))
        self.show()

    @rule(who=WHO, epoch=EPOCH, version=COMMITTED)
    def be_left(self, who: str, epoch: str, version: int) -> None:
        """The last member leaves, and others commit."""
        self.begin(1)
        self.commit("a", "now", 0, 9)
        self.heartbeat("a", epoch="leave", owned="unsaid")
        self.commit(who, epoch, 0, version)
        self.commit("", "nobody's", 1, version)
        self.show()


test_member_commits = conformance(MemberCommits)

"""A group of real consumers, each a process, and what they tell while it lives."""

import signal
import subprocess
import sys
import threading
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any, NamedTuple

from kafka_tck.model.assignors.group import Assignment, TopicPartition

PROGRAM = Path(__file__).parent / "group_member.py"
JAVA_PROGRAM = Path(__file__).parent / "java" / "GroupMember.java"
TERMINATED = 128 + signal.SIGTERM
"""What a JVM that ends in good order after SIGTERM exits with."""
TOPIC, GROUP = "t", "g"
WITHIN = 90.0
"""Seconds within which what has to happen must have happened; in most runs it takes few."""

Place = tuple[int, int]
"""Partition and offset."""


class Interval(NamedTuple):
    """From when to when one member had one partition; without end if it was not given up."""

    member: str
    partition: int
    begin: float
    end: float


class Member:
    """One process, and what it has told so far."""

    def __init__(self, name: str, command: Sequence[str], changed: threading.Condition) -> None:
        self.name = name
        self.owned: dict[int, float] = {}
        self.kept: list[Interval] = []
        self.got: set[Place] = set()
        self.is_running = True
        self.was_paused = False
        self.was_fenced = False
        self._changed = changed
        self._process = subprocess.Popen(
            command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True
        )
        self._readers = [
            threading.Thread(target=self._read_told),
            threading.Thread(target=self._read_errors),
        ]
        self.errors = ""
        for reader in self._readers:
            reader.start()

    def _read_told(self) -> None:
        assert self._process.stdout is not None
        for line in self._process.stdout:
            if not line.endswith("\n"):
                return  # it was killed while it wrote
            word, moment, *numbers = line.split()
            with self._changed:
                self._take(word, float(moment), [int(number) for number in numbers])
                self._changed.notify_all()

    def _read_errors(self) -> None:
        assert self._process.stderr is not None
        self.errors = self._process.stderr.read()

    def _take(self, word: str, moment: float, numbers: list[int]) -> None:
        if word == "got":
            self.got.add((numbers[0], numbers[1]))
        elif word == "gains":
            self.owned |= dict.fromkeys(numbers, moment)
        else:
            self.was_fenced |= word == "loses"
            for partition in set(numbers) & set(self.owned):
                begin = self.owned.pop(partition)
                if word == "gives":
                    self.kept.append(Interval(self.name, partition, begin, moment))

    def pause(self) -> None:
        self._process.send_signal(signal.SIGSTOP)
        self.is_running, self.was_paused = False, True

    def resume(self) -> None:
        self._process.send_signal(signal.SIGCONT)
        self.is_running = True

    def kill(self) -> None:
        """Without leave."""
        self._process.kill()
        self.is_running = False

    def leave(self) -> None:
        self._process.terminate()

    def end(self) -> None:
        """Makes sure that the process is gone."""
        if self._process.poll() is None:
            self._process.kill()
        self._process.wait()
        for reader in self._readers:
            reader.join()
        for pipe in (self._process.stdout, self._process.stderr):
            assert pipe is not None
            pipe.close()

    def has_left(self) -> bool:
        return self._process.wait(WITHIN) in (0, TERMINATED)


class LiveGroup:
    """The members of one group, and a producer that writes to its topic all the while."""

    def __init__(self, address: str, partitions: int, java: Sequence[str] = ()) -> None:
        self.address = address
        self.java = java
        self.partitions = partitions
        self.members: list[Member] = []
        self.written: set[Place] = set()
        self._changed = threading.Condition()
        self._stop = threading.Event()
        self._producer = threading.Thread(target=self._produce)
        self._producer.start()

    def _produce(self) -> None:
        import confluent_kafka

        producer = confluent_kafka.Producer({"bootstrap.servers": self.address})
        while not self._stop.wait(0.02):
            for partition in range(self.partitions):
                producer.produce(TOPIC, b"value", partition=partition, on_delivery=self._note)
            assert producer.flush(30) == 0

    def _note(self, error: object, record: Any) -> None:
        assert error is None, error
        self.written.add((record.partition(), record.offset()))

    def stop_producing(self) -> None:
        self._stop.set()
        self._producer.join()

    def join(self, client: str) -> Member:
        name = f"{client} {len(self.members)}"
        program = [sys.executable, str(PROGRAM), client]
        if client.startswith("java "):
            program = [*self.java, str(JAVA_PROGRAM), client.removeprefix("java ")]
        member = Member(name, [*program, self.address, GROUP, TOPIC], self._changed)
        self.members.append(member)
        return member

    def wait_for(self, what: Callable[[], bool], said: str) -> None:
        with self._changed:
            done = self._changed.wait_for(what, WITHIN)
        assert done, f"{said}: {self.story()}"

    def story(self) -> str:
        lines = (
            f"{m.name} {'runs' if m.is_running else 'does not run'}, has {sorted(m.owned)}, "
            f"read {len(m.got)} {m.errors[-300:]}"
            for m in self.members
        )
        return f"{len(self.written)} records written; " + "; ".join(lines)

    def wait_until_shared(self) -> None:
        """Every partition has exactly one owner among the running members, and as many as can
        be have some."""
        self.wait_for(self._is_shared, "the partitions are not shared out")

    def _is_shared(self) -> bool:
        owned = [sorted(member.owned) for member in self.members if member.is_running]
        busy = sum(map(bool, owned))
        everything = list(range(self.partitions))
        return sorted(sum(owned, [])) == everything and busy == min(len(owned), self.partitions)

    def wait_until_read(self) -> None:
        self.wait_for(lambda: self.written <= self.got, "not every record was read")

    def described(self) -> Assignment:
        """What the coordinator says that members have, once it says what they say themselves."""
        import confluent_kafka.admin

        admin = confluent_kafka.admin.AdminClient({"bootstrap.servers": self.address})
        told = sorted(sorted(member.owned) for member in self.members if member.is_running)
        for _ in range(1000):
            answer = admin.describe_consumer_groups([GROUP])[GROUP].result(30)
            given = {
                member.member_id: frozenset(
                    TopicPartition(place.topic, place.partition)
                    for place in member.assignment.topic_partitions
                )
                for member in answer.members
            }
            if sorted(sorted(p.partition for p in ps) for ps in given.values()) == told:
                return given
        raise AssertionError(f"members have {told}, the coordinator says {given}")

    @property
    def got(self) -> set[Place]:
        return {place for member in self.members for place in member.got}

    def overlaps(self) -> list[tuple[Interval, Interval]]:
        """Where two members had one partition at once, and both gave it up of their own accord.

        A member that was paused does not know that it lost what it had.
        """
        awake = [member for member in self.members if not member.was_paused]
        kept = sorted((i for member in awake for i in member.kept), key=lambda i: i.begin)
        return [
            (one, other)
            for at, one in enumerate(kept)
            for other in kept[at + 1 :]
            if one.partition == other.partition
            and one.member != other.member
            and other.begin < one.end
        ]


@contextmanager
def live_group(address: str, partitions: int, java: Sequence[str] = ()) -> Iterator[LiveGroup]:
    """A group whose processes do not outlive the test."""
    group = LiveGroup(address, partitions, java)
    try:
        yield group
    finally:
        group.stop_producing()
        for member in group.members:
            member.end()

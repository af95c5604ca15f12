"""Members of classic groups, by the bytes that they send: each has a connection of its own."""

import struct
from collections.abc import Sequence
from typing import Any

from tests.reference.conftest import Caller

from kafka_tck.reference.cluster import Cluster
from kafka_tck.wire.errors import error_name
from kafka_tck.wire.messages import Message, decode_response

RANGE = ("range", b"r")
SETTINGS = {
    "group.initial.rebalance.delay.ms": "100",
    "group.min.session.timeout.ms": "100",
    "offsets.topic.num.partitions": "1",
}
SESSION_MS, REBALANCE_MS = 10_000, 5_000


def subscription(*topics: str) -> bytes:
    """What a consumer says of itself: version 0 of the protocol, and no data of its own."""
    names = b"".join(struct.pack(">h", len(t)) + t.encode() for t in topics)
    return struct.pack(">hi", 0, len(topics)) + names + struct.pack(">i", -1)


def errors_of(answer: Message) -> str:
    return error_name(answer.error_code)


class Client:
    """One connection to the coordinator; requests may stay without an answer for a while."""

    def __init__(self, cluster: Cluster, node: int = 1, group: str = "g") -> None:
        self._caller = Caller(cluster, node)
        self._group = group
        self._open: tuple[str, int] | None = None

    def send(self, api: str, version: int, **fields: Any) -> "Client":
        self._open = self._caller.send(api, version, group_id=self._group, **fields)
        return self

    def answer(self) -> Message | None:
        """The answer if it is there by now."""
        assert self._open is not None
        frame = self._caller.frame()
        return None if frame is None else decode_response(*self._open, frame)[1]

    def close(self) -> None:
        """The client goes, without a word."""
        self._caller.cluster.disconnect(self._caller.connection)

    def wait(self) -> Message:
        """The answer, for which time passes if it must."""
        cluster = self._caller.cluster
        while (answer := self.answer()) is None:
            due = cluster.next_event_ms()
            assert due is not None
            cluster.advance_to(due)
        return answer

    def join(
        self,
        member_id: str = "",
        *,
        version: int = 9,
        instance: str | None = None,
        protocols: Sequence[tuple[str, bytes]] = (RANGE,),
        protocol_type: str = "consumer",
        session_ms: int = SESSION_MS,
        rebalance_ms: int = REBALANCE_MS,
    ) -> "Client":
        """Sends a JoinGroup."""
        named = {"group_instance_id": instance} if version >= 5 else {}
        return self.send(
            "JoinGroup",
            version,
            member_id=member_id,
            **named,
            protocol_type=protocol_type,
            protocols=[{"name": name, "metadata": data} for name, data in protocols],
            session_timeout_ms=session_ms,
            rebalance_timeout_ms=rebalance_ms,
        )

    def sync(
        self, joined: Message, assignments: dict[str, bytes] | None = None, **fields: Any
    ) -> "Client":
        """Sends a SyncGroup in the generation of an answer to JoinGroup."""
        parts = (assignments or {}).items()
        told = {
            "member_id": joined.member_id,
            "generation_id": joined.generation_id,
            "protocol_type": joined.protocol_type,
            "protocol_name": joined.protocol_name,
            "assignments": [{"member_id": m, "assignment": data} for m, data in parts],
        }
        return self.send("SyncGroup", 5, **(told | fields))

    def beat(self, joined: Message, **fields: Any) -> str:
        """The error of a heartbeat."""
        told = {"member_id": joined.member_id, "generation_id": joined.generation_id}
        return errors_of(self.send("Heartbeat", 4, **(told | fields)).wait())

    def leave(self, *members: tuple[str, str | None]) -> list[str]:
        """The errors of members, by id and instance."""
        named = [{"member_id": m, "group_instance_id": instance} for m, instance in members]
        answer = self.send("LeaveGroup", 5, members=named).wait()
        assert answer.error_code == 0
        return [errors_of(member) for member in answer.members]


class Group:
    """A cluster with one group coordinator that is ready, and what can be seen of group g."""

    def __init__(self, cluster: Cluster) -> None:
        self.cluster = cluster
        while self.find() is None:
            self.pass_ms(100)
        while self.state() is None:
            self.pass_ms(1)

    def pass_ms(self, ms: int) -> None:
        self.cluster.advance_to(self.cluster.now_ms + ms)

    def find(self) -> int | None:
        """The node that coordinates it."""
        found = self._asker().call("FindCoordinator", 4, key_type=0, coordinator_keys=["g"])
        return None if found.coordinators[0].error_code else int(found.coordinators[0].node_id)

    def _asker(self) -> Caller:
        """A connection to the first broker that is up."""
        for node in self.cluster.node_ids():
            try:
                return Caller(self.cluster, node)
            except ConnectionRefusedError:
                continue
        raise AssertionError("no broker is up")

    def caller(self) -> Caller:
        node = self.find()
        assert node is not None
        return Caller(self.cluster, node)

    def client(self) -> Client:
        node = self.find()
        assert node is not None
        return Client(self.cluster, node)

    def described(self) -> Message:
        return self.caller().call("DescribeGroups", 5, groups=["g"]).groups[0]

    def state(self) -> str | None:
        """The group's state; None while its coordinator cannot tell."""
        found = self.described()
        return None if found.error_code else str(found.group_state)

    def members(self) -> list[str]:
        return [member.member_id for member in self.described().members]

    def joined(self, count: int = 1, **fields: Any) -> tuple[list[Client], list[Message]]:
        """Members that have joined one generation, the leader first."""
        clients = [self.client() for _ in range(count)]
        ids = [client.join(**fields).wait().member_id for client in clients]
        for client, member_id in zip(clients, ids, strict=True):
            client.join(member_id, **fields)
        answers = [client.wait() for client in clients]
        order = sorted(range(count), key=lambda i: answers[i].member_id != answers[i].leader)
        return [clients[i] for i in order], [answers[i] for i in order]

    def stable(self, count: int = 1, **fields: Any) -> tuple[list[Client], list[Message]]:
        """The same, and each has its own id as its assignment."""
        clients, answers = self.joined(count, **fields)
        parts = {answer.member_id: answer.member_id.encode() for answer in answers}
        for client, answer in reversed(list(zip(clients, answers, strict=True))):
            client.sync(answer, parts if answer.member_id == answer.leader else {})
        for client, answer in zip(clients, answers, strict=True):
            assert client.wait().assignment == answer.member_id.encode()
        return clients, answers

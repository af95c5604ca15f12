"""The configuration of a node: quick, small, and the same for every release.

A release ignores the keys that it does not know, without a word, so one set serves all.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from kafka_tck.adapters.target import Misuse

HOST: Final = "127.0.0.1"

_OURS: Final = frozenset(
    {
        "process.roles",
        "node.id",
        "controller.quorum.voters",
        "listeners",
        "advertised.listeners",
        "controller.listener.names",
        "inter.broker.listener.name",
        "listener.security.protocol.map",
        "log.dir",
        "log.dirs",
        "metadata.log.dir",
    }
)
"""Keys that would break what the adapter itself relies on."""

_QUICK: Final = {
    "num.network.threads": "1",
    "num.io.threads": "2",
    "auto.create.topics.enable": "false",
    "num.partitions": "1",
    # Old records are test data here, not rubbish; but a topic's own retention must act soon.
    "log.retention.ms": "-1",
    "log.retention.check.interval.ms": "500",
    "log.initial.task.delay.ms": "500",
    "log.segment.delete.delay.ms": "1000",
    "log.cleaner.backoff.ms": "500",
    "log.cleaner.dedupe.buffer.size": "2097152",
    "log.index.size.max.bytes": "1048576",
    "unclean.leader.election.enable": "false",
    # 25 ms by default, paid by every CreateTopics.
    "controller.quorum.append.linger.ms": "5",
    # 9 s by default, and a restarted broker is refused until its old session has ended.
    "broker.session.timeout.ms": "3000",
    "broker.heartbeat.interval.ms": "200",
    "controlled.shutdown.enable": "false",
    # Every 10 min by default, empty groups without offsets are forgotten.
    "offsets.retention.check.interval.ms": "86400000",
    "group.initial.rebalance.delay.ms": "0",
    "group.min.session.timeout.ms": "100",
    "group.max.size": "10",
    "group.consumer.max.size": "10",
    "group.consumer.min.session.timeout.ms": "100",
    "group.consumer.min.heartbeat.interval.ms": "50",
    "group.consumer.assignment.interval.ms": "0",
    "group.consumer.min.assignment.interval.ms": "0",
    "add.partitions.to.txn.retry.backoff.ms": "1",
    "transaction.abort.timed.out.transaction.cleanup.interval.ms": "200",
    "offsets.topic.num.partitions": "1",
    "transaction.state.log.num.partitions": "1",
    "share.coordinator.state.topic.num.partitions": "1",
}

_SELECTOR: Final = "org.apache.kafka.common.replica.RackAwareReplicaSelector"

_SEVERAL: Final = {
    # A fail-over takes this long; with less, a busy machine has brokers fenced that are well.
    "broker.session.timeout.ms": "2000",
    "replica.lag.time.max.ms": "1000",
    # A follower in a long poll would delay the first write to every new topic.
    "replica.fetch.wait.max.ms": "20",
    "replica.fetch.backoff.ms": "50",
    # 30 s by default, and what was sent to a controller that was cut off or paused waits for it.
    "controller.socket.timeout.ms": "3000",
    "controller.quorum.fetch.timeout.ms": "1000",
    "controller.quorum.election.timeout.ms": "500",
    "controller.quorum.election.backoff.max.ms": "200",
}


@dataclass(frozen=True)
class Address:
    """Where one node listens, on loopback: for clients, for controllers, for other brokers."""

    node: int
    port: int
    controller_port: int
    internal_port: int | None = None
    """Where it hears other brokers; None: where it hears clients."""
    link_port: int | None = None
    """Where other brokers send to: our end of their links to it."""
    quorum_port: int | None = None
    """Where the quorum sends to: our end of the links to its controller; None: the port itself."""

    @property
    def client(self) -> str:
        """HOST:PORT for clients."""
        return f"{HOST}:{self.port}"


def node_config(
    address: Address,
    voters: tuple[Address, ...],
    data: Path,
    own: Mapping[str, str],
    *,
    tells_quorum_port: bool = True,
) -> dict[str, str]:
    """All keys of one node, the caller's own on top. Raises `Misuse` for keys that are ours.

    Whether the node advertises its controller, too, depends on the release.
    """
    refused = sorted(_OURS & own.keys())
    if refused:
        raise Misuse(f"--config {refused[0]}=...: this key is set by kafka-tck itself")
    place = _place(address, voters, data) | _links(address, tells_quorum_port)
    several = _rack(address.node) if len(voters) > 1 else {}
    return place | _QUICK | _replication(len(voters)) | several | dict(own)


def _place(address: Address, voters: tuple[Address, ...], data: Path) -> dict[str, str]:
    client = f"PLAINTEXT://{HOST}:{address.port}"
    quorum = [
        f"{voter.node}@{HOST}:{voter.quorum_port or voter.controller_port}" for voter in voters
    ]
    return {
        "process.roles": "broker,controller",
        "node.id": str(address.node),
        "controller.quorum.voters": ",".join(quorum),
        "listeners": f"{client},CONTROLLER://{HOST}:{address.controller_port}",
        "advertised.listeners": client,
        "controller.listener.names": "CONTROLLER",
        "inter.broker.listener.name": "PLAINTEXT",
        "listener.security.protocol.map": "PLAINTEXT:PLAINTEXT,CONTROLLER:PLAINTEXT",
        "log.dirs": str(data),
    }


def _links(address: Address, tells_quorum_port: bool) -> dict[str, str]:
    """A listener for other brokers; where our links begin, the node advertises its listeners to be.

    A leader of the quorum tells the others the address that it advertises, and they use that one
    rather than the voters' list (KIP-853).
    """
    if address.internal_port is None:
        return {}
    client = f"PLAINTEXT://{HOST}:{address.port}"
    controller = f"CONTROLLER://{HOST}:{address.controller_port}"
    internal = f"INTERNAL://{HOST}:{address.internal_port}"
    advertised = f"{client},INTERNAL://{HOST}:{address.link_port}"
    if tells_quorum_port and address.quorum_port is not None:
        advertised += f",CONTROLLER://{HOST}:{address.quorum_port}"
    return {
        "listeners": f"{client},{controller},{internal}",
        "advertised.listeners": advertised,
        "inter.broker.listener.name": "INTERNAL",
        "listener.security.protocol.map": (
            "PLAINTEXT:PLAINTEXT,CONTROLLER:PLAINTEXT,INTERNAL:PLAINTEXT"
        ),
    }


def _rack(node: int) -> dict[str, str]:
    """Each node has a rack; a consumer that says its own is sent to the replica there (KIP-392)."""
    return {"broker.rack": f"rack-{node}", "replica.selector.class": _SELECTOR}


def _replication(nodes: int) -> dict[str, str]:
    copies, enough = str(min(nodes, 3)), str(2 if nodes >= 3 else 1)
    return {
        "default.replication.factor": copies,
        "min.insync.replicas": enough,
        "offsets.topic.replication.factor": copies,
        "transaction.state.log.replication.factor": copies,
        "transaction.state.log.min.isr": enough,
        "share.coordinator.state.topic.replication.factor": copies,
        "share.coordinator.state.topic.min.isr": enough,
    } | (_SEVERAL if nodes > 1 else {})


def write_properties(path: Path, settings: Mapping[str, str]) -> None:
    """A properties file: escaped as java.util.Properties reads it, without comments."""
    lines = (f"{key}={value}\n".replace("\\", "\\\\") for key, value in settings.items())
    path.write_text("".join(lines), encoding="latin-1", errors="backslashreplace")

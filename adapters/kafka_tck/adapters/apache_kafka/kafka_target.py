"""Apache Kafka itself as a target: `apache-kafka[:VERSION]`."""

from pathlib import Path

from kafka_tck.adapters.apache_kafka.archive import archive_flags
from kafka_tck.adapters.apache_kafka.cluster import Cluster, Plan
from kafka_tck.adapters.apache_kafka.jars import find_jars
from kafka_tck.adapters.apache_kafka.java import find_java
from kafka_tck.adapters.apache_kafka.java_command import Runtime
from kafka_tck.adapters.apache_kafka.links import Links
from kafka_tck.adapters.apache_kafka.node import Node, NodeFailure
from kafka_tck.adapters.apache_kafka.storage import bootstrap_checkpoint
from kafka_tck.adapters.target import (
    CONTROLLERS,
    Clock,
    Connection,
    Misuse,
    TargetOptions,
    Unreachable,
)
from kafka_tck.adapters.tcp import WallClock

_ALWAYS = frozenset(
    {
        "config.broker",
        "fault.restart",
        "fault.kill",
        "fault.pause",
        "fault.lose_power",
        # Each node is a controller, too: nothing is decided unless most of them are up.
        "nodes.vote",
    }
)
_OF_SEVERAL = frozenset(
    {
        "fault.cut",
        "fault.cut_controllers",
        "fault.delay",
        "fault.delay_controllers",
        "config.racks",
    }
)


class ApacheKafkaTarget:
    """A cluster of real brokers on loopback, with files that nobody keeps."""

    def __init__(self, name: str, release: str, cluster: Cluster) -> None:
        self.name = name
        self.release: str | None = release
        self.clock: Clock = WallClock()
        self._cluster = cluster
        self._last_logs: dict[int, str] | None = None
        size = f"nodes.{len(cluster.nodes)}"
        several = _OF_SEVERAL if len(cluster.nodes) > 1 else frozenset()
        self.capabilities: frozenset[str] = _ALWAYS | several | {size}

    def nodes(self) -> tuple[int, ...]:
        return tuple(sorted(self._cluster.nodes))

    def connect(self, node: int) -> Connection:
        if self._last_logs is not None:
            raise Unreachable(f"{self.name} is closed")
        return self._node(node).connect()

    def restart(self, node: int) -> None:
        """SIGTERM and a start; the whole cluster can serve when this returns."""
        self._node(node).stop()
        self._cluster.start([node])

    def kill(self, node: int) -> None:
        """SIGKILL; the process has ended when this returns."""
        self._node(node).kill()

    def start(self, node: int) -> None:
        """Starts a node that does not run; the whole cluster can serve when this returns.

        Only a majority of nodes that run and reach the controllers can come to serve: while there
        is none, this does not wait.
        """
        if not self._node(node).is_running():
            self._cluster.start([node])

    def lose_power(self, node: int) -> None:
        """SIGKILL, and log files lose what Kafka had not flushed; the quorum's stay whole.

        Each node is a controller too: with two of three down nothing is elected, nothing changes.
        Raises `Unreachable`, and does nothing, if no node says how its topics are flushed.
        """
        self._node(node)
        self._cluster.lose_power(node)

    def cut(self, sender: int, receiver: int) -> None:
        """Between two brokers: replication. With `CONTROLLERS`: all that comes to their listeners.

        Each node is a broker and a controller: a node that is cut off cannot send to the other
        controllers, or hear from them, as either; it still reaches the controller in itself. If
        that one leads, the others elect another, and brokers turn to it within 5 s (3.6 and later;
        those of 3.3.1 were seen to wait for the old one for more than 30 s).
        """
        self._links(sender, receiver).cut(sender, receiver)

    def heal(self, sender: int, receiver: int) -> None:
        self._links(sender, receiver).heal(sender, receiver)

    def delay(self, sender: int, receiver: int, ms: int) -> None:
        self._links(sender, receiver).delay(sender, receiver, ms)

    def pause(self, node: int) -> None:
        """SIGSTOP: the node does nothing, and its connections stay."""
        self._node(node).pause()

    def resume(self, node: int) -> None:
        """SIGCONT; when this returns the whole cluster can serve, as after `start`.

        A node that was fenced meanwhile is unfenced again, and knows who leads now.
        """
        self._node(node).resume()
        self._cluster.await_service()

    def address(self, node: int) -> str:
        """HOST:PORT, for clients of others."""
        return self._node(node).address.client

    @property
    def directory(self) -> Path:
        """All files of the nodes: `node-N/data` has the log directories of node N."""
        return self._cluster.directory

    def log_tail(self, node: int, lines: int = 50) -> str:
        """The last lines that the node printed; also after `close`."""
        text = self._node(node).log_text() if self._last_logs is None else self._last_logs[node]
        return "\n".join(text.splitlines()[-lines:])

    def close(self) -> None:
        if self._last_logs is None:
            self._last_logs = {number: self.log_tail(number, 1000) for number in self.nodes()}
        self._cluster.close()

    def _links(self, sender: int, receiver: int) -> Links:
        for end in {sender, receiver} - {CONTROLLERS}:
            self._node(end)
        among = self._cluster.quorum if CONTROLLERS in (sender, receiver) else self._cluster.links
        if among is None:
            raise Misuse(f"{self.name} has one node and no links: start it with three")
        if self._last_logs is not None:
            raise Unreachable(f"{self.name} is closed")
        return among

    def _node(self, node: int) -> Node:
        found = self._cluster.nodes.get(node)
        if found is None:
            raise Unreachable(f"{self.name} has no node {node}, only {self.nodes()}")
        return found


def find_runtime(release: str | None = None, kafka_home: str | None = None) -> Runtime:
    """The jars of the release and a Java that runs them. Raises `Misuse`."""
    jars = find_jars(release, kafka_home)
    return Runtime(find_java(jars.release), jars)


def start_target(
    release: str | None, options: TargetOptions, port: int | None = None
) -> ApacheKafkaTarget:
    """A cluster that can serve. Raises `Misuse` with one line if it cannot be had."""
    if options.nodes not in (1, 3, 5):
        raise Misuse(f"apache-kafka has 1, 3 or 5 nodes, not {options.nodes}")
    runtime = find_runtime(release, options.kafka_home)
    name = f"apache-kafka:{runtime.jars.release}"
    try:
        cluster = Cluster(_plan(runtime, options, port))
    except NodeFailure as failure:
        raise Misuse(f"{name} does not start: {str(failure).splitlines()[0]}") from failure
    return ApacheKafkaTarget(name, runtime.jars.release, cluster)


def _plan(runtime: Runtime, options: TargetOptions, port: int | None) -> Plan:
    """All that is made once and kept, made or found."""
    return Plan(
        runtime,
        bootstrap_checkpoint(runtime, options.features),
        options.nodes,
        options.config,
        archive_flags(runtime, lambda flags: _run_once(runtime, flags)),
        port,
    )


def _run_once(runtime: Runtime, flags: list[str]) -> None:
    cluster = Cluster(Plan(runtime, bootstrap_checkpoint(runtime, {}), flags=flags))
    try:
        cluster.nodes[1].stop()
    finally:
        cluster.close()

"""A cluster of real brokers: started, watched until it can serve, and stopped."""

import shutil
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Final

from kafka_tck.adapters.apache_kafka.config import Address, node_config
from kafka_tck.adapters.apache_kafka.java_command import Runtime
from kafka_tck.adapters.apache_kafka.links import Links
from kafka_tck.adapters.apache_kafka.node import Node, NodeFailure
from kafka_tck.adapters.apache_kafka.ports import choose_addresses, choose_doors
from kafka_tck.adapters.apache_kafka.power import flush_intervals, lose_unflushed, topics_on
from kafka_tck.adapters.apache_kafka.readiness import View, view
from kafka_tck.adapters.apache_kafka.releases import advertises_controllers
from kafka_tck.adapters.apache_kafka.storage import format_directory, fresh_uuid
from kafka_tck.adapters.apache_kafka.supervision import Supervisor
from kafka_tck.adapters.target import Unreachable
from kafka_tck.adapters.tcp import WallClock

_START: Final = 120.0
"""Seconds in which a cluster must be able to serve; 2 to 10 are usual."""
_TOO_LATE: Final = 200
"""Milliseconds, to and fro, that have a node fenced most of the time (measured with 4.3.1)."""
_ATTEMPTS: Final = 5
_PORT_TAKEN: Final = "Address already in use"


@dataclass(frozen=True)
class Plan:
    """What to start."""

    runtime: Runtime
    checkpoint: Path
    nodes: int = 1
    config: Mapping[str, str] = field(default_factory=dict)
    flags: Sequence[str] = ()
    port: int | None = None


class Cluster:
    """Running nodes and their directory, which is gone when they are closed."""

    def __init__(self, plan: Plan) -> None:
        """Starts all nodes and waits until they can serve. Raises `NodeFailure`."""
        self._plan = plan
        self._clock = WallClock()
        self._supervisor = Supervisor()
        self._cluster_id = ""
        self.nodes: dict[int, Node] = {}
        self.links: Links | None = None
        """The links between the brokers; None where there is but one."""
        self.quorum: Links | None = None
        """The links between what a node is besides, and the controllers of other nodes."""
        try:
            self._start_all()
        except BaseException:
            self.close()
            raise

    @property
    def directory(self) -> Path:
        return self._supervisor.directory

    def start(self, nodes: Collection[int]) -> None:
        """Starts nodes that do not run, and awaits service."""
        for node in nodes:
            self.nodes[node].launch(self._supervisor, self._plan.runtime, self._plan.flags)
        self.await_service()

    def await_service(self) -> None:
        """Waits until every running node can serve and they agree. Raises `NodeFailure`.

        A node that is out of touch with the controllers is not waited for, nor is any while those
        that are in touch are no majority of the quorum: it would be in vain.
        """
        awaited = self._awaited()
        if self._clock.until(lambda: self._laggard(awaited) is None or None, _START) is None:
            late = self._laggard(awaited)
            if late is not None:
                raise self.nodes[late].failure(f"cannot serve after {_START} s")

    def _awaited(self) -> set[int]:
        out_of_touch = self.quorum.ends_out_of_touch(_TOO_LATE) if self.quorum else set()
        awaited = {n for n, node in self.nodes.items() if node.is_serving()} - out_of_touch
        return awaited if 2 * len(awaited) > len(self.nodes) else set()

    def _laggard(self, awaited: Collection[int]) -> int | None:
        """A node that cannot serve yet, or shows another cluster than the first one does."""
        common: View | None = None
        for number in sorted(awaited):
            shown = self._view(number, awaited)
            if shown is None or shown != (common or shown):
                return number
            common = shown
        return None

    def lose_power(self, number: int) -> None:
        """Kills a node, and its files lose what was not flushed.

        Raises `Unreachable` if no node can say which topics are flushed with each append.
        """
        node = self.nodes[number]
        intervals = self._flush_intervals(node)
        node.kill()
        lose_unflushed(node.data, intervals)

    def _flush_intervals(self, node: Node) -> dict[str, int]:
        topics = topics_on(node.data)
        for asked in (node, *self.nodes.values()):
            if not asked.is_serving():
                continue
            connection = asked.connect()
            try:
                found = flush_intervals(connection, topics)
            finally:
                connection.close()
            if found is not None:
                return found
        raise Unreachable(f"nobody says how the topics of node {node.address.node} are flushed")

    def close(self) -> None:
        """Ends every process and removes every file. Idempotent."""
        self._supervisor.close()
        self._end_links()

    def _start_all(self) -> None:
        last = _ATTEMPTS if self._plan.port is None else 1
        for attempt in range(1, last + 1):
            addresses = choose_addresses(self._plan.nodes, self._plan.port)
            self._make_nodes(self._linked(addresses) if len(addresses) > 1 else addresses)
            try:
                self.start(self.nodes)
                break
            except NodeFailure as failure:
                if _PORT_TAKEN not in str(failure) or attempt == last:
                    raise
                self._kill_all()

    def _kill_all(self) -> None:
        for node in self.nodes.values():
            node.kill()

    def _linked(self, addresses: tuple[Address, ...]) -> tuple[Address, ...]:
        """The same, with links between them."""
        self._end_links()
        doors, brokers = choose_doors(len(addresses))
        quorum_doors, controllers = choose_doors(len(addresses))
        self.links = Links(doors, brokers)
        self.quorum = Links(quorum_doors, controllers)
        return tuple(
            replace(
                each,
                controller_port=controllers[each.node],
                internal_port=brokers[each.node],
                link_port=doors[each.node].getsockname()[1],
                quorum_port=quorum_doors[each.node].getsockname()[1],
            )
            for each in addresses
        )

    def _end_links(self) -> None:
        for links in (self.links, self.quorum):
            if links is not None:
                links.close()

    def _make_nodes(self, addresses: tuple[Address, ...]) -> None:
        self._cluster_id = fresh_uuid()
        for address in addresses:
            folder = self._supervisor.directory / f"node-{address.node}"
            shutil.rmtree(folder, ignore_errors=True)
            folder.mkdir()
            data = folder / "data"
            format_directory(data, address.node, self._cluster_id, self._plan.checkpoint)
            settings = node_config(
                address,
                addresses,
                data,
                self._plan.config,
                tells_quorum_port=advertises_controllers(self._plan.runtime.jars.release),
            )
            self.nodes[address.node] = Node(address, folder, settings)

    def _view(self, number: int, awaited: Collection[int]) -> View | None:
        """What the node shows if it can serve. Raises `NodeFailure` if any has ended."""
        for other in awaited:
            if not self.nodes[other].is_running():
                raise self.nodes[other].failure("ended while it started")
        try:
            connection = self.nodes[number].connect()
        except Unreachable:
            return None
        try:
            return view(connection, self._cluster_id, number, awaited)
        finally:
            connection.close()

"""Any broker that already runs, as a target: `wire:HOST:PORT[,HOST:PORT]`."""

import re
from collections.abc import Mapping, Sequence
from typing import Final

from kafka_tck.adapters.target import (
    Clock,
    Connection,
    Misuse,
    Silence,
    Target,
    TargetOptions,
    Unreachable,
    hookimpl,
)
from kafka_tck.adapters.tcp import TcpConnection, WallClock
from kafka_tck.wire.frames import framed
from kafka_tck.wire.messages import Message, decode_response, encode_request
from kafka_tck.wire.strict import Malformed

Address = tuple[str, int]

_ADDRESS: Final = re.compile(r"(?:\[([^\]]+)\]|([^:\[\],]+)):(\d{1,5})")
_METADATA: Final = 1
"""The oldest version that can ask for no topics; every broker of the last ten years has it."""
_PATIENCE: Final = 10.0


class WireTarget:
    """Brokers that someone else runs: no faults, no configuration, their own release."""

    def __init__(self, name: str, brokers: Mapping[int, Address]) -> None:
        self.name = name
        self.release: str | None = None
        self.clock: Clock = WallClock()
        self.capabilities = frozenset({f"nodes.{len(brokers)}"})
        self._brokers = dict(brokers)

    def nodes(self) -> tuple[int, ...]:
        return tuple(sorted(self._brokers))

    def connect(self, node: int) -> Connection:
        if node not in self._brokers:
            raise Unreachable(f"{self.name} has no node {node}, only {self.nodes()}")
        return TcpConnection(*self._brokers[node])

    def close(self) -> None:
        """Nothing to end: we started nothing."""


def read_addresses(text: str) -> list[Address]:
    """`HOST:PORT[,HOST:PORT]`, IPv6 in brackets. Raises `Misuse`."""
    addresses = []
    for part in text.split(","):
        match = _ADDRESS.fullmatch(part.strip())
        if match is None or not 0 < int(match.group(3)) < 65536:
            raise Misuse(f"{part!r} is no address: write wire:HOST:PORT, say wire:127.0.0.1:9092")
        addresses.append((match.group(1) or match.group(2), int(match.group(3))))
    return addresses


def find_brokers(bootstrap: Sequence[Address]) -> dict[int, Address]:
    """What the first of the addresses that answers says in Metadata. Raises `Misuse`."""
    refusals = []
    for host, port in bootstrap:
        answer = _ask_metadata(host, port)
        if isinstance(answer, str):
            refusals.append(f"{host}:{port}: {answer}")
        elif answer.brokers:
            return {broker.node_id: (broker.host, broker.port) for broker in answer.brokers}
        else:
            refusals.append(f"{host}:{port}: its Metadata names no broker")
    raise Misuse("no broker to talk to: " + "; ".join(refusals))


def _ask_metadata(host: str, port: int) -> Message | str:
    """The body of the answer, or why there is none."""
    try:
        connection = TcpConnection(host, port)
    except Unreachable as error:
        return str(error).removeprefix(f"{host}:{port}: ")
    try:
        request = encode_request("Metadata", _METADATA, {"topics": []}, correlation_id=1)
        connection.send(framed(request))
        frame = connection.receive(_PATIENCE)
    finally:
        connection.close()
    if isinstance(frame, Silence):
        return f"no answer to Metadata v{_METADATA} ({frame.value})"
    try:
        return decode_response("Metadata", _METADATA, frame)[1]
    except Malformed as garbled:
        return f"garbled answer to Metadata v{_METADATA} ({garbled})"


@hookimpl
def kafka_tck_target(spec: str, options: TargetOptions) -> Target | None:
    kind, _, addresses = spec.partition(":")
    if kind != "wire":
        return None
    if options.config or options.features or options.kafka_home:
        raise Misuse("a wire target is configured by whoever started it: no --config, --feature")
    return WireTarget(spec, find_brokers(read_addresses(addresses)))


@hookimpl
def kafka_tck_target_forms() -> list[str]:
    return ["wire:HOST:PORT[,...]   brokers that already run; all that their Metadata names"]

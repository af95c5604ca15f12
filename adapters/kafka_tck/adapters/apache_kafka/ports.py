"""Free ports on loopback, below the ephemeral range.

A broker binds its client port at the end of its start; a port from the ephemeral range may by
then belong to anyone's outgoing connection.
"""

import contextlib
import random
import socket
from typing import Final

from kafka_tck.adapters.apache_kafka.config import HOST, Address

_RANGE: Final = range(20000, 32000)
_RANDOM: Final = random.SystemRandom()


def choose_addresses(nodes: int, first_port: int | None = None) -> tuple[Address, ...]:
    """Addresses for nodes 1, 2, ...; clients find them at `first_port` onwards if it is given."""
    ports = _free_ports(2 * nodes)
    if first_port is not None:
        ports[:nodes] = range(first_port, first_port + nodes)
    return tuple(Address(index + 1, ports[index], ports[nodes + index]) for index in range(nodes))


def choose_doors(nodes: int) -> tuple[dict[int, socket.socket], dict[int, int]]:
    """For nodes 1, 2, ...: our sockets, which listen already, and ports for what is behind."""
    doors = {node: _door() for node in range(1, nodes + 1)}
    return doors, dict(zip(doors, _free_ports(nodes), strict=True))


def _door() -> socket.socket:
    while True:
        door = socket.socket()
        door.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            door.bind((HOST, _RANDOM.choice(_RANGE)))
            door.listen()
        except OSError:
            door.close()
        else:
            return door


def _free_ports(count: int) -> list[int]:
    free: set[int] = set()
    while len(free) < count:
        port = _RANDOM.choice(_RANGE)
        if _is_free(port):
            free.add(port)
    return list(free)


def _is_free(port: int) -> bool:
    with socket.socket() as probe, contextlib.suppress(OSError):
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        probe.bind((HOST, port))
        return True
    return False

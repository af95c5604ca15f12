"""A third party's adapter: `pytest --pyargs kafka_tck.properties --target=acme:HOST:PORT`.

The bundled wire target does the talking. ACME adds what it knows of its own broker: the release
that it follows, and how a node is restarted.
"""

import os
import subprocess

from kafka_tck.adapters.target import Misuse, Target, TargetOptions, hookimpl
from kafka_tck.adapters.wire_target import WireTarget, find_brokers, read_addresses


class AcmeTarget(WireTarget):
    """A running ACME broker; ACME_RESTART names the command that restarts a node."""

    def __init__(self, name: str, address: str) -> None:
        super().__init__(name, find_brokers(read_addresses(address)))
        self.release = "4.3.1"
        if "ACME_RESTART" in os.environ:
            self.capabilities |= {"fault.restart"}

    def restart(self, node: int) -> None:
        subprocess.run([os.environ["ACME_RESTART"], str(node)], check=True)


@hookimpl
def kafka_tck_target(spec: str, options: TargetOptions) -> Target | None:
    kind, _, address = spec.partition(":")
    if kind != "acme":
        return None
    if not address:
        raise Misuse("acme needs an address: write acme:HOST:PORT")
    return AcmeTarget(spec, address)


@hookimpl
def kafka_tck_target_forms() -> list[str]:
    return ["acme:HOST:PORT         a running ACME broker"]

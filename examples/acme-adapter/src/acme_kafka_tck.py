"""A third party's adapter: `pytest --pyargs kafka_tck.properties --target=acme:HOST:PORT`.

It lets the bundled wire target do the talking and adds what ACME knows about its own broker:
its name, the release it follows, and how to restart a node.
"""

import os
import subprocess

from kafka_tck.adapters.target import Misuse, Target, TargetOptions, hookimpl
from kafka_tck.adapters.wire_target import connect_to


@hookimpl
def kafka_tck_target(spec: str, options: TargetOptions) -> Target | None:
    kind, _, address = spec.partition(":")
    if kind != "acme":
        return None
    if not address:
        raise Misuse("acme needs an address: write acme:HOST:PORT")
    target = connect_to(address, options)
    target.name = spec
    restart = os.environ.get("ACME_RESTART")
    if restart:
        target.capabilities |= {"fault.restart"}
        target.restart = lambda node: subprocess.run([restart, str(node)], check=True)
    return target


@hookimpl
def kafka_tck_target_forms() -> list[str]:
    return ["acme:HOST:PORT         an ACME broker; ACME_RESTART names the command that restarts it"]

"""Serves a real cluster until Ctrl-C: `python -m kafka_tck.adapters.apache_kafka`."""

import signal
import sys
import threading

import click

from kafka_tck.adapters.apache_kafka.kafka_target import start_target
from kafka_tck.adapters.target import Misuse, TargetOptions


def _pairs(_: click.Context, __: click.Parameter, values: tuple[str, ...]) -> dict[str, str]:
    for value in values:
        if "=" not in value:
            raise click.BadParameter(f"{value!r}: write KEY=VALUE")
    return dict(value.split("=", 1) for value in values)


@click.command()
@click.option("--version", "release", help="Release of Apache Kafka.")
@click.option("--kafka-home", help="An unpacked distribution to use instead of a download.")
@click.option("--port", type=click.IntRange(1, 65535), help="Port of node 1; others follow.")
@click.option("--nodes", default=1, show_default=True)
@click.option("--config", multiple=True, callback=_pairs, metavar="KEY=VALUE")
@click.option("--feature", multiple=True, callback=_pairs, metavar="NAME=LEVEL")
def main(
    release: str | None,
    kafka_home: str | None,
    port: int | None,
    nodes: int,
    config: dict[str, str],
    feature: dict[str, str],
) -> None:
    """Starts Apache Kafka on loopback, prints its address and serves until Ctrl-C."""
    levels = {name: int(level) for name, level in feature.items()}
    options = TargetOptions(nodes=nodes, features=levels, config=config, kafka_home=kafka_home)
    over = threading.Event()
    for number in (signal.SIGINT, signal.SIGTERM):
        signal.signal(number, lambda *_: over.set())
    try:
        target = start_target(release, options, port)
    except Misuse as misuse:
        print(misuse, file=sys.stderr)
        sys.exit(4)
    try:
        print(",".join(target.address(node) for node in target.nodes()), flush=True)
        over.wait()
    finally:
        target.close()


if __name__ == "__main__":
    main()

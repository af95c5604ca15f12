"""`kafka-tck serve`: the bundled cluster on TCP ports."""

import asyncio
import signal
from collections.abc import Mapping
from pathlib import Path

import click

from kafka_tck.reference.definitions import BadConfig
from kafka_tck.reference.mutants import MUTANTS
from kafka_tck.reference.rules import Rules
from kafka_tck.reference.server import serve as serve_cluster


def _read_config(
    _context: click.Context, _parameter: click.Parameter, given: tuple[str, ...]
) -> dict[str, str]:
    config = {}
    for one in given:
        name, equals, value = one.partition("=")
        if not equals:
            raise click.BadParameter(f"{one!r} is not KEY=VALUE")
        config[name] = value
    return config


def _read_mutant(_context: click.Context, _parameter: click.Parameter, name: str | None) -> Rules:
    if name is None:
        return Rules()
    if name not in MUTANTS:
        known = "\n".join(f"  {m.name:32} {m.sentence}" for m in MUTANTS.values())
        raise click.BadParameter(f"there is no mutant {name!r}; there are:\n{known}")
    return MUTANTS[name].rules()


@click.command()
@click.option("--brokers", default=1, show_default=True, type=click.IntRange(1, 64))
@click.option("--host", default="127.0.0.1", show_default=True, help="Address to listen on.")
@click.option(
    "--port",
    default=9092,
    show_default=True,
    type=click.IntRange(0, 65535),
    help="Port of broker 1; broker i listens on this + i - 1. 0 takes free ports.",
)
@click.option(
    "--data-dir",
    type=click.Path(file_okay=False, path_type=Path),
    help="Keep data here, in Kafka's file formats. Without it everything is in memory.",
)
@click.option(
    "--config",
    multiple=True,
    callback=_read_config,
    metavar="KEY=VALUE",
    help="A broker setting by Kafka's name, such as num.partitions=3. May be repeated.",
)
@click.option("--seed", default=0, show_default=True, help="Every id comes from it.")
@click.option(
    "--mutant",
    "rules",
    callback=_read_mutant,
    metavar="NAME",
    help="Serve a broker that is wrong in one way; a wrong NAME lists them.",
)
def serve(
    brokers: int,
    host: str,
    port: int,
    data_dir: Path | None,
    config: Mapping[str, str],
    seed: int,
    rules: Rules,
) -> None:
    """Serve the bundled cluster to Kafka clients until Ctrl-C.

    \b
    Examples:
      kafka-tck serve
      kafka-tck serve --brokers 3 --port 19092 --data-dir data
      kafka-tck serve --config auto.create.topics.enable=false
    """
    running = _serve(brokers, host, port, data_dir, config, seed, rules)
    try:
        asyncio.run(running)
    except (BadConfig, OSError) as fault:
        raise click.ClickException(str(fault)) from None


async def _serve(
    brokers: int,
    host: str,
    port: int,
    data_dir: Path | None,
    config: Mapping[str, str],
    seed: int,
    rules: Rules,
) -> None:
    server = await serve_cluster(
        brokers=brokers,
        seed=seed,
        config=config,
        rules=rules,
        data_dir=data_dir,
        host=host,
        port=port,
    )
    stop = asyncio.Event()
    loop = asyncio.get_running_loop()
    for number in (signal.SIGINT, signal.SIGTERM):
        loop.add_signal_handler(number, stop.set)
    for node, (name, listening) in server.endpoints.items():
        click.echo(f"broker {node} listens on {name}:{listening}")
    await stop.wait()
    await server.close()

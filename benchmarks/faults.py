"""Faults per second on three nodes: `python -m benchmarks.faults --help`."""

import json
from collections import defaultdict
from contextlib import ExitStack, closing

import click
from benchmarks.measuring import Rate, calls_per_second
from benchmarks.replicas import NODES, Replicas
from benchmarks.tables import as_json, show
from benchmarks.targets import APACHE_KAFKA, IN_PROCESS
from rich.console import Console
from rich.progress import Progress

from kafka_tck.adapters.open import open_target
from kafka_tck.adapters.target import Misuse, TargetOptions


@click.command()
@click.option("--repetitions", default=5, show_default=True, type=click.IntRange(min=1))
@click.option(
    "--seconds", default=0.5, show_default=True, help="Per kind and repetition, at least."
)
@click.option("--apache-kafka/--no-apache-kafka", "with_kafka", default=True)
@click.option("--json", "wants_json", is_flag=True, help="Print JSON instead of a table.")
def main(repetitions: int, seconds: float, with_kafka: bool, wants_json: bool) -> None:
    """Compares outages of a follower on the bundled cluster and on Apache Kafka."""
    contenders = [IN_PROCESS] + ([APACHE_KAFKA] if with_kafka else [])
    samples: dict[str, dict[str, list[float]]] = defaultdict(lambda: defaultdict(list))
    with ExitStack() as stack:
        replicas = {}
        for contender in contenders:
            try:
                target = open_target(contender.spec, TargetOptions(nodes=NODES))
            except Misuse as misuse:
                said = f"{misuse}\nOr leave it out: --no-apache-kafka"
                raise click.ClickException(said) from None
            stack.enter_context(closing(target))
            replicas[contender.name] = stack.enter_context(closing(Replicas(target)))
        kinds = list(replicas[IN_PROCESS.name].calls())
        progress = stack.enter_context(Progress(console=Console(stderr=True), transient=True))
        task = progress.add_task("outages", total=repetitions * len(kinds) * len(replicas))
        for _ in range(repetitions):
            for kind in kinds:
                for name, partition in replicas.items():
                    rate = calls_per_second(partition.calls()[kind], seconds)
                    samples[kind][name].append(rate)
                    progress.advance(task)
    names = [contender.name for contender in contenders]
    figures = {what: {n: Rate(tuple(rates[n])) for n in names} for what, rates in samples.items()}
    if wants_json:
        click.echo(json.dumps(as_json(figures, names), indent=2))
    else:
        show(Console(), figures, names)


if __name__ == "__main__":
    main()

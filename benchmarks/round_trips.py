"""Round trips and suite operations per second: `python -m benchmarks.round_trips --help`."""

import json
from collections import defaultdict
from collections.abc import Sequence
from contextlib import ExitStack, closing

import click
from benchmarks.measuring import Rate, calls_per_second
from benchmarks.requests import RoundTrips
from benchmarks.suite_speed import MACHINES, operations_per_second
from benchmarks.tables import as_json, show
from benchmarks.targets import APACHE_KAFKA, IN_PROCESS, Contender, bundled_over_tcp
from rich.console import Console
from rich.progress import Progress

from kafka_tck.adapters.open import open_target
from kafka_tck.adapters.target import Misuse, TargetOptions

Samples = defaultdict[str, defaultdict[str, list[float]]]


@click.command()
@click.option("--repetitions", default=5, show_default=True, type=click.IntRange(min=1))
@click.option("--seconds", default=0.5, show_default=True, help="Per kind and repetition.")
@click.option("--suite-repetitions", default=3, show_default=True, type=click.IntRange(min=0))
@click.option("--machine", "machines", multiple=True, default=MACHINES, show_default=True)
@click.option("--apache-kafka/--no-apache-kafka", "with_kafka", default=True)
@click.option("--json", "wants_json", is_flag=True, help="Print JSON instead of a table.")
def main(
    repetitions: int,
    seconds: float,
    suite_repetitions: int,
    machines: tuple[str, ...],
    with_kafka: bool,
    wants_json: bool,
) -> None:
    """Compares the bundled broker in process, the same behind TCP, and Apache Kafka."""
    said = Console(stderr=True)
    samples: Samples = defaultdict(lambda: defaultdict(list))
    with bundled_over_tcp() as over_tcp, Progress(console=said, transient=True) as progress:
        contenders = [IN_PROCESS, over_tcp] + ([APACHE_KAFKA] if with_kafka else [])
        try:
            _time_round_trips(contenders, repetitions, seconds, samples, progress)
        except Misuse as misuse:
            raise click.ClickException(f"{misuse}\nOr leave it out: --no-apache-kafka") from None
        _time_suite(contenders, suite_repetitions, machines, samples, progress)
    names = [contender.name for contender in contenders]
    figures = {what: {n: Rate(tuple(rates[n])) for n in names} for what, rates in samples.items()}
    if wants_json:
        click.echo(json.dumps(as_json(figures, names), indent=2))
    else:
        show(Console(), figures, names)


def _time_round_trips(
    contenders: Sequence[Contender],
    repetitions: int,
    seconds: float,
    samples: Samples,
    progress: Progress,
) -> None:
    """All contenders run all the time and take turns, so that a busy machine is busy for all."""
    with ExitStack() as stack:
        trips = {}
        for contender in contenders:
            target = stack.enter_context(closing(open_target(contender.spec, TargetOptions())))
            trips[contender.name] = stack.enter_context(closing(RoundTrips(target)))
        kinds = list(trips[IN_PROCESS.name].calls())
        task = progress.add_task("round trips", total=repetitions * len(kinds) * len(trips))
        for _ in range(repetitions):
            for kind in kinds:
                for name, trip in trips.items():
                    rate = calls_per_second(trip.calls()[kind], seconds)
                    samples[kind][name].append(rate)
                    progress.advance(task)


def _time_suite(
    contenders: Sequence[Contender],
    repetitions: int,
    machines: tuple[str, ...],
    samples: Samples,
    progress: Progress,
) -> None:
    """Each contender runs the same programs: same seed, same machines, quick profile."""
    task = progress.add_task("suite", total=repetitions * len(contenders))
    for _ in range(repetitions):
        for contender in contenders:
            rate = operations_per_second(contender.spec, machines)
            samples["suite operations"][contender.name].append(rate)
            progress.advance(task)


if __name__ == "__main__":
    main()

"""`kafka-tck seeds`: many short schedules on fresh brokers, to see that no alarm is false."""

import sys

import click
from rich.console import Console
from rich.progress import Progress

SAID_EVERY = 20
"""Where no progress bar can be drawn, a line is written after so many seeds."""


@click.command()
@click.option("--target", default="reference", show_default=True, help="what to run against")
@click.option("--count", default=200, show_default=True, help="how many seeds")
@click.option("--first", default=0, show_default=True, help="the first seed")
@click.option("--nodes", default=1, show_default=True, help="brokers of a target that we start")
@click.option("--jobs", default=1, show_default=True, help="how many seeds at a time")
def seeds(target: str, count: int, first: int, nodes: int, jobs: int) -> None:
    """Runs one short schedule of every machine for each of many seeds.

    On a right broker every finding is a false alarm of the suite. Exit status 1 if there was any.
    """
    from kafka_tck.adapters.target import Misuse
    from kafka_tck.properties.explain import explain
    from kafka_tck.properties.hunts import sweep

    done = alarms = 0
    console = Console(stderr=True)
    with Progress(console=console, transient=True) as progress:
        task = progress.add_task("seeds", total=count)
        try:
            for seed, findings in sweep(target, range(first, first + count), nodes, jobs):
                done += 1
                alarms += len(findings)
                for finding in findings:
                    again = f"pytest --target={target} --nodes={nodes} --profile=seed --seed={seed}"
                    click.echo(explain(finding, target, again))
                progress.advance(task)
                if not console.is_terminal and done % SAID_EVERY == 0:
                    click.echo(f"{done} of {count} seeds: {alarms} alarms so far", err=True)
        except Misuse as misuse:
            raise click.UsageError(str(misuse)) from None
        except KeyboardInterrupt:
            click.echo(f"stopped after {done} of {count} seeds on {target}: {alarms} alarms")
            raise
    click.echo(f"{count} seeds on {target}, {nodes} nodes: {alarms} alarms")
    sys.exit(1 if alarms else 0)

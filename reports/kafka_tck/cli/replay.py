"""`kafka-tck replay`: a recorded finding, step by step, against any target."""

import sys
from pathlib import Path

import click


@click.command()
@click.argument("file", type=click.Path(path_type=Path))
@click.option("--target", default="reference", show_default=True, help="what to run against")
@click.option("--nodes", default=1, show_default=True, help="brokers of a target that we start")
def replay(file: Path, target: str, nodes: int) -> None:
    """Re-runs the steps of a recorded finding and says what they show.

    Exit status: 0 every step is answered as it must be, 1 a requirement is broken, 2 it could
    not be told.
    """
    from kafka_tck.adapters.target import Misuse, TargetOptions
    from kafka_tck.properties.suite import Suite
    from kafka_tck.properties.world import TargetGone

    suite = Suite(target, TargetOptions(nodes=nodes))
    try:
        suite.open()
        shown = suite.replay_file(file)
    except Misuse as misuse:
        raise click.UsageError(str(misuse)) from None
    except TargetGone as gone:
        click.echo(f"unknown: {gone}")
        sys.exit(2)
    finally:
        suite.close()
    click.echo(shown or f"{file}: every step is answered as it must be")
    sys.exit(1 if shown else 0)

"""`kafka-tck replay`: a recorded finding, step by step, against any target."""

import sys
from pathlib import Path

import click


@click.command()
@click.argument("file", type=click.Path(path_type=Path))
@click.option("--target", default="reference", show_default=True, help="what to run against")
@click.option("--nodes", default=1, show_default=True, help="brokers of a target that we start")
def replay(file: Path, target: str, nodes: int) -> None:
    """Re-runs the steps of a recorded finding, or plays a trace of the specification.

    A trace is what `kafka-tck explore durability --find lost --save FILE.json` saves; the target
    gets the brokers and the settings that it asks for, or more brokers with --nodes.

    Exit status: 0 every step is answered as it must be, 1 a requirement is broken, or the brokers
    show what the trace is about (an acknowledged record is lost), 2 it could not be told.
    """
    from kafka_tck.adapters.target import Misuse, TargetOptions
    from kafka_tck.properties.suite import Suite
    from kafka_tck.properties.traces.saved import is_a_trace
    from kafka_tck.properties.world import TargetGone

    if is_a_trace(file):
        sys.exit(_play(file, target, nodes))
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


def _play(file: Path, spec: str, nodes: int) -> int:
    """Plays a trace on a new target; the exit status."""
    from kafka_tck.adapters.apache_kafka.node import NodeFailure
    from kafka_tck.adapters.open import open_target
    from kafka_tck.adapters.target import Misuse, Unreachable
    from kafka_tck.properties.traces.asking import Otherwise
    from kafka_tck.properties.traces.players import player_of
    from kafka_tck.properties.traces.saved import read_trace

    target = None
    try:
        trace = read_trace(file)
        playing = player_of(trace)
        target = open_target(spec, playing.options(trace, nodes))
        shown = playing.play(target, trace)
    except Misuse as misuse:
        raise click.UsageError(str(misuse)) from None
    except (Otherwise, NodeFailure, Unreachable) as gone:
        click.echo(f"unknown: {gone}")
        return 2
    finally:
        if target is not None:
            target.close()
    for line in shown.lines:
        click.echo(line)
    return 1 if shown.is_seen else 0

"""`kafka-tck mutants`: the bundled wrong brokers, and which requirement catches each."""

import sys

import click
from rich.console import Console
from rich.table import Table


@click.command()
@click.argument("names", nargs=-1)
@click.option("--list", "only_list", is_flag=True, help="say what there is, run nothing")
@click.option("--seed", default=0, show_default=True)
def mutants(names: tuple[str, ...], only_list: bool, seed: int) -> None:
    """Hunts the bundled wrong brokers (all, or those named) with the suite's own machines.

    Exit status 1 if one of them is not caught.
    """
    from kafka_tck.reference.mutants import MUTANTS

    unknown = set(names) - set(MUTANTS)
    if unknown:
        raise click.UsageError(f"no wrong broker {', '.join(sorted(unknown))}: see --list")
    chosen = names or tuple(sorted(MUTANTS))
    if only_list:
        for name in chosen:
            click.echo(f"{name:<36} {MUTANTS[name].sentence}")
        return
    sys.exit(0 if _hunt_all(chosen, seed) else 1)


def _hunt_all(chosen: tuple[str, ...], seed: int) -> bool:
    from kafka_tck.properties.hunts import hunt

    table = Table("wrong broker", "caught by", "steps")
    escaped = 0
    console = Console()
    for name in chosen:
        with console.status(f"hunting {name}"):
            caught = hunt(name, seed=seed)
        if caught.finding is None:
            escaped += 1
            table.add_row(name, "[red]not caught[/red]", "")
        else:
            table.add_row(name, caught.finding.requirement, str(caught.steps))
    console.print(table)
    console.print(f"{len(chosen) - escaped} of {len(chosen)} caught")
    return escaped == 0

"""`kafka-tck mutants`: the bundled wrong brokers, and which requirement catches each."""

import sys
from typing import TYPE_CHECKING

import click
from rich.console import Console
from rich.table import Table

if TYPE_CHECKING:
    from kafka_tck.properties.hunts import Catch


@click.command()
@click.argument("names", nargs=-1)
@click.option("--list", "only_list", is_flag=True, help="say what there is, run nothing")
@click.option("--markdown", is_flag=True, help="the page docs/mutants.md instead of a table")
@click.option("--seed", default=0, show_default=True)
def mutants(names: tuple[str, ...], only_list: bool, markdown: bool, seed: int) -> None:
    """Hunts the bundled wrong brokers (all, or those named) with the suite's own machines.

    Exit status 1 if one of them is not caught.
    """
    from kafka_tck.cli.mutants_page import render
    from kafka_tck.reference.mutants import MUTANTS

    unknown = set(names) - set(MUTANTS)
    if unknown:
        raise click.UsageError(f"no wrong broker {', '.join(sorted(unknown))}: see --list")
    chosen = names or tuple(sorted(MUTANTS))
    if only_list:
        for name in chosen:
            click.echo(f"{name:<36} {MUTANTS[name].sentence}")
        return
    catches = _hunt_all(chosen, seed)
    if markdown:
        click.echo(render(catches), nl=False)
    else:
        _show(catches)
    sys.exit(0 if all(catch.finding for catch in catches) else 1)


def _hunt_all(chosen: tuple[str, ...], seed: int) -> "list[Catch]":
    from kafka_tck.properties.hunts import hunt

    catches = []
    console = Console(stderr=True)
    for name in chosen:
        with console.status(f"hunting {name}"):
            catches.append(hunt(name, seed=seed))
    return catches


def _show(catches: "list[Catch]") -> None:
    table = Table("wrong broker", "caught by", "steps", "schedules")
    for catch in catches:
        by = catch.caught_by or "[red]not caught[/red]"
        table.add_row(catch.mutant, by, str(catch.steps or ""), str(catch.schedules))
    console = Console()
    console.print(table)
    caught = sum(catch.finding is not None for catch in catches)
    console.print(f"{caught} of {len(catches)} caught")

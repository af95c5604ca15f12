"""`kafka-tck spec`: the page of all requirements, made from the registry and the catalogue."""

import sys
from pathlib import Path

import click


@click.command()
@click.option("--check", is_flag=True, help="only say whether SPEC.md is up to date")
@click.option("--output", type=click.Path(path_type=Path), default=Path("SPEC.md"))
def spec(check: bool, output: Path) -> None:
    """Writes SPEC.md: every requirement, and every entry of the catalogue with what covers it."""
    from kafka_tck.properties.spec_page import render

    page = render()
    if not check:
        output.write_text(page)
        click.echo(f"{output}: {len(page.splitlines())} lines")
        return
    current = output.is_file() and output.read_text() == page
    click.echo(f"{output} is {'up to date' if current else 'out of date: run kafka-tck spec'}")
    sys.exit(0 if current else 1)

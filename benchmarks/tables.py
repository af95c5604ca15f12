"""The figures for people and for programs."""

from collections.abc import Mapping, Sequence
from typing import Any

from benchmarks.measuring import Rate, ratio
from rich.console import Console
from rich.table import Table

Figures = Mapping[str, Mapping[str, Rate]]
"""Per thing that is done, the rate of each contender by its name; the first is the base."""


def show(console: Console, figures: Figures, names: Sequence[str]) -> None:
    """A row per thing, a column per contender: times per second, and relative to the first."""
    table = Table(title="per second (and relative to the first column), medians")
    table.add_column("")
    for name in names:
        table.add_column(name, justify="right")
    for what, rates in figures.items():
        base = rates[names[0]]
        cells = (f"{rates[n].median:,.0f} ({ratio(rates[n], base):.2f})" for n in names)
        table.add_row(what, *cells)
    console.print(table)


def as_json(figures: Figures, names: Sequence[str]) -> dict[str, Any]:
    """`{what: {contender: {per_second, ratio, spread, repetitions}}}`."""
    return {
        what: {
            name: {
                "per_second": round(rates[name].median, 1),
                "ratio": round(ratio(rates[name], rates[names[0]]), 4),
                "spread": round(rates[name].spread, 3),
                "repetitions": [round(figure, 1) for figure in rates[name].repetitions],
            }
            for name in names
        }
        for what, rates in figures.items()
    }

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
        cells = (f"{_short(rates[n].median)} ({_short(ratio(rates[n], base))})" for n in names)
        table.add_row(what, *cells)
    console.print(table)


def _short(figure: float) -> str:
    """Two digits or more behind the point where there are none to speak of before it."""
    if figure >= 10:
        return f"{figure:,.0f}"
    return f"{figure:.2f}" if figure >= 0.1 else f"{figure:.2g}"


def as_json(figures: Figures, names: Sequence[str]) -> dict[str, Any]:
    """`{what: {contender: {per_second, ratio, spread, repetitions}}}`."""
    return {
        what: {
            name: {
                "per_second": _rounded(rates[name].median),
                "ratio": _rounded(ratio(rates[name], rates[names[0]])),
                "spread": round(rates[name].spread, 3),
                "repetitions": [_rounded(figure) for figure in rates[name].repetitions],
            }
            for name in names
        }
        for what, rates in figures.items()
    }


def _rounded(figure: float) -> float:
    """Four digits that count."""
    return float(f"{figure:.4g}")

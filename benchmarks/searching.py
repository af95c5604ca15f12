"""States per second of the specification's searches: `python -m benchmarks.searching --help`."""

import json
import resource
import time
from collections.abc import Callable, Mapping
from typing import Any

import click
from benchmarks.measuring import Rate
from rich.console import Console
from rich.table import Table

from kafka_tck.model.explore import explore
from kafka_tck.model.plainly import explored_plainly
from kafka_tck.model.replication import replication

SMALL = {"log_size": 2, "records": 2, "epochs": 2}
MIDDLE = {"log_size": 2, "records": 2, "epochs": 3}
LARGE = {"log_size": 3, "records": 3, "epochs": 4}


@click.command()
@click.option("--repetitions", default=5, show_default=True, type=click.IntRange(min=1))
@click.option("--large", is_flag=True, help="Also 10,793,025 classes of states, once.")
@click.option("--json", "wants_json", is_flag=True, help="Print JSON instead of a table.")
def main(repetitions: int, large: bool, wants_json: bool) -> None:
    """Compares the run reader and the batch reader on Kip320, in one process."""
    rows = [
        _row("run reader", SMALL, lambda: _plain(SMALL), 1),
        _row("batch", SMALL, lambda: _batch(SMALL, False), repetitions),
        _row("batch", MIDDLE, lambda: _batch(MIDDLE, False), repetitions),
        _row("batch, symmetry", MIDDLE, lambda: _batch(MIDDLE, True), repetitions),
    ]
    if large:
        rows.append(_row("batch, symmetry", LARGE, lambda: _batch(LARGE, True), 1))
    if wants_json:
        click.echo(json.dumps(rows, indent=2))
        return
    table = Table(title="Kip320, 3 replicas; bounds are log size, records, epochs; medians")
    for title in ("reader", "bounds", "states", "states/s", "of the run reader", "bytes/state"):
        table.add_column(title, justify="left" if title in ("reader", "bounds") else "right")
    for row in rows:
        table.add_row(
            row["reader"],
            row["bounds"],
            f"{row['states']:,}",
            f"{row['per_second']:,.0f}",
            f"{row['per_second'] / rows[0]['per_second']:.0f}x",
            f"{row['bytes_per_state']:.1f}" if row["bytes_per_state"] else "",
        )
    Console().print(table)
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    Console().print(f"peak memory of this process: {peak:,.0f} MiB")


def _row(
    reader: str,
    bounds: Mapping[str, int],
    search: Callable[[], tuple[int, float, float]],
    repetitions: int,
) -> dict[str, Any]:
    outcomes = [search() for _ in range(repetitions)]
    states, _, size = outcomes[0]
    return {
        "reader": reader,
        "bounds": ",".join(str(value) for value in bounds.values()),
        "states": states,
        "per_second": Rate(tuple(states / seconds for _, seconds, _ in outcomes)).median,
        "bytes_per_state": size / states,
    }


def _plain(bounds: Mapping[str, int]) -> tuple[int, float, float]:
    begun = time.perf_counter()
    states = explored_plainly(replication, bounds=bounds).states
    return states, time.perf_counter() - begun, 0


def _batch(bounds: Mapping[str, int], symmetric: bool) -> tuple[int, float, float]:
    outcome = explore(replication, bounds=bounds, symmetric=symmetric).outcome
    return outcome.states, outcome.seconds, outcome.nbytes


if __name__ == "__main__":
    main()

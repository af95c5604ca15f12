"""`kafka-tck explore`: every state of a module at small sizes, and the shortest way to trouble."""

from __future__ import annotations

import json
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click
from rich.console import Console
from rich.progress import BarColumn, Progress, SpinnerColumn, TextColumn, TimeElapsedColumn

from kafka_tck.cli.naming import (
    Misnamed,
    chosen,
    module_named,
    pairs,
    shown,
    with_bounds,
    with_settings,
)

if TYPE_CHECKING:
    from collections.abc import Callable

    from kafka_tck.model.explore import Exploration
    from kafka_tck.model.say.trace import Trace
    from kafka_tck.model.spec import Module

NONE_WITHIN_BOUNDS, FOUND, GAVE_UP = 0, 1, 2


@click.command()
@click.argument("module")
@click.option("--variant", help="named settings; `kafka-tck modules MODULE` lists them")
@click.option("--set", "settings", multiple=True, metavar="NAME=VALUE", help="one setting")
@click.option("--bounds", multiple=True, metavar="NAME=N[,NAME=N]", help="how far to go")
@click.option("--find", metavar="CLAIM", multiple=True, help="stop where this happens")
@click.option("--symmetry/--no-symmetry", default=True, help="count states up to broker names")
@click.option("--most-states", type=int, help="give up beyond this many states")
@click.option("--most-seconds", type=float, help="give up after this long")
@click.option("--save", type=click.Path(path_type=Path), help="the trace as .txt, .svg or .json")
@click.option("--json", "as_json", is_flag=True, help="one JSON document on standard output")
def explore(
    module: str,
    variant: str | None,
    settings: tuple[str, ...],
    bounds: tuple[str, ...],
    find: tuple[str, ...],
    symmetry: bool,
    most_states: int | None,
    most_seconds: float | None,
    save: Path | None,
    as_json: bool,
) -> None:
    """Searches every reachable state of MODULE within bounds, breadth first.

    \b
      kafka-tck explore durability --set acks=1 --find lost
      kafka-tck explore durability --set min.insync.replicas=2 --bounds crashes=3 --find lost
      kafka-tck explore replication --variant kip-101

    Exit status 0: what was looked for is not there within these bounds; 1: found, with a shortest
    trace; 2: gave up at a limit or at Ctrl-C. Names may be shortened where that is not ambiguous.
    """
    from kafka_tck.model.explore import explore as search
    from kafka_tck.model.finite import TooWide

    of = module_named(module)
    wanted = frozenset(chosen(name, list(of.claims), f"claim of {of.name}") for name in find)
    given = with_settings(of, variant, pairs(settings))
    limits = with_bounds(of, pairs(bounds))
    try:
        with _progress(quiet=as_json) as report:
            found = search(
                of,
                given,
                limits,
                find=wanted,
                symmetric=symmetry,
                report=report,
                most_states=most_states,
                most_seconds=most_seconds,
            )
    except TooWide as wide:
        raise Misnamed(str(wide)) from None
    status = _status(found, wanted)
    told = _culprit(found, wanted)
    if as_json:
        click.echo(json.dumps(_document(of, found, wanted, status), indent=2))
    else:
        _tell(of, found, wanted, told, status)
    if save is not None and told is not None:
        _save(of, found, told, save)
    sys.exit(status)


@contextmanager
def _progress(quiet: bool) -> Iterator[Callable[[Any], None]]:
    """A line on the terminal that tells how far the search is."""
    console = Console(stderr=True)
    columns = (
        SpinnerColumn(),
        TextColumn("{task.description}"),
        BarColumn(20),
        TimeElapsedColumn(),
    )
    with Progress(*columns, console=console, transient=True, disable=quiet) as bar:
        task = bar.add_task("searching", total=None)

        def report(at: Any) -> None:
            rate = at.states / max(at.seconds, 1e-9)
            bar.update(
                task,
                description=f"{at.states:,} states, {rate:,.0f}/s, depth {at.depth}, "
                f"{at.frontier:,} to go on from, {at.nbytes / 2**20:,.0f} MiB",
            )

        yield report


def _status(found: Exploration, wanted: frozenset[str]) -> int:
    if found.broken or wanted & set(found.reached):
        return FOUND
    return NONE_WITHIN_BOUNDS if found.outcome.complete else GAVE_UP


def _culprit(found: Exploration, wanted: frozenset[str]) -> str | None:
    """The claim whose trace is told: what was looked for, else what is broken."""
    met = {**found.broken, **found.reached}
    named = [name for name in met if name in wanted] or list(found.broken)
    return min(named, key=lambda name: len(met[name].steps), default=None)


def _sentence(of: Module[Any], name: str) -> str:
    return of.claims[name].sentence


def _tell(
    of: Module[Any], found: Exploration, wanted: frozenset[str], told: str | None, status: int
) -> None:
    outcome = found.outcome
    click.echo(f"{of.name} {_conditions(of, found)}")
    end = "complete" if outcome.complete else "ended early"
    click.echo(
        f"{outcome.states:,} states, {outcome.generated:,} steps, depth {outcome.depth}, {end}, "
        f"{outcome.seconds:.2f} s; chance of a false match below {outcome.collision:.0e}"
    )
    for name, promise in of.always_claims.items():
        verdict = "BROKEN" if name in found.broken else "holds" if outcome.complete else "so far"
        click.echo(f"  always     {verdict:9} {shown(name)}: {promise.sentence}")
    for name, promise in of.possible_claims.items():
        click.echo(f"  {'possible':10} {_stays(found, name):9} {shown(name)}: {promise.sentence}")
    for kind, promises in (("sometimes", of.sometimes_claims), ("anomaly", of.anomalies)):
        for name, promise in promises.items():
            click.echo(f"  {kind:10} {_when(found, name):9} {shown(name)}: {promise.sentence}")
    if told is not None:
        click.echo(f"\n{shown(told)}: {_sentence(of, told)}\n")
        click.echo(_drawn(found, told))
    elif status == GAVE_UP:
        click.echo("\ngave up before the end: raise the limits, or lower the bounds")
    elif wanted:
        names = " and ".join(shown(name) for name in sorted(wanted))
        click.echo(f"\nnot within these bounds: {names}")


def _stays(found: Exploration, name: str) -> str:
    """Whether a claim stays possible, which is known at the end only."""
    if name in found.broken:
        return "GIVEN UP"
    return "holds" if found.outcome.complete else "not yet"


def _when(found: Exploration, name: str) -> str:
    trace = found.reached.get(name)
    if trace is None:
        return "never" if found.outcome.complete else "not yet"
    return f"{len(trace.steps)} steps"


def _conditions(of: Module[Any], found: Exploration) -> str:
    """The settings that are not the module's own, and the bounds."""
    given = vars(found.finite.given)
    changed = {name: value for name, value in given.items() if value != getattr(of.given, name)}
    names = [name for name in of.bounds if name != "numbers"] or ["numbers"]
    bounds = {name: found.finite.sizes[name] for name in names}
    return ", ".join(f"{name}={value}" for name, value in {**changed, **bounds}.items())


def _trace(found: Exploration, name: str) -> Trace:
    return {**found.reached, **found.broken}[name]


def _drawn(found: Exploration, name: str) -> str:
    from kafka_tck.model.say.diagram import diagram

    return diagram(_trace(found, name))


def _save(of: Module[Any], found: Exploration, name: str, path: Path) -> None:
    from kafka_tck.model.say.svg import diagram_svg

    trace = _trace(found, name)
    if path.suffix == ".svg":
        text = diagram_svg(trace)
    elif path.suffix == ".json":
        text = json.dumps(_written(of, found, name), indent=2)
    else:
        text = _drawn(found, name) + "\n"
    path.write_text(text)
    click.echo(f"the trace is in {path}", err=True)


def _written(of: Module[Any], found: Exploration, name: str) -> dict[str, Any]:
    """A trace as data: what `kafka-tck replay` of a model trace reads."""
    trace = _trace(found, name)
    return {
        "module": of.name,
        "claim": name,
        "settings": dict(vars(found.finite.given)),
        "initial": dict(trace.first),
        "steps": [
            {"action": one.action, "parameters": dict(one.parameters), "state": dict(one.after)}
            for one in trace.steps
        ],
    }


def _document(
    of: Module[Any], found: Exploration, wanted: frozenset[str], status: int
) -> dict[str, Any]:
    outcome = found.outcome
    met = {**found.reached, **found.broken}
    return {
        "module": of.name,
        "settings": dict(vars(found.finite.given)),
        "bounds": dict(found.finite.sizes),
        "status": {0: "none within bounds", 1: "found", 2: "gave up"}[status],
        "states": outcome.states,
        "generated": outcome.generated,
        "depth": outcome.depth,
        "complete": outcome.complete,
        "seconds": round(outcome.seconds, 3),
        "false_match_below": outcome.collision,
        "looked_for": sorted(wanted),
        "broken": sorted(found.broken),
        "hopeless_states": {name: len(of) for name, of in outcome.hopeless.items()},
        "reached": {name: len(trace.steps) for name, trace in found.reached.items()},
        "taken": dict(outcome.taken),
        "traces": {
            name: _written(of, found, name)["steps"]
            for name in sorted(met)
            if name in wanted or name in found.broken
        },
    }

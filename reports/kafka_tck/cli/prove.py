"""`kafka-tck prove`: whether a module's claims are inductive, whatever the number of records."""

from __future__ import annotations

import json
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from typing import TYPE_CHECKING, Any

import click
from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn

from kafka_tck.cli.naming import Misnamed, module_named, pairs, shown, with_settings

if TYPE_CHECKING:
    from collections.abc import Callable

    from kafka_tck.model.prove.induction import Proof
    from kafka_tck.model.prove.results import Check, Report
    from kafka_tck.model.shapes import Given
    from kafka_tck.model.spec import Module

STATUS = {"proved": 0, "refuted": 1, "unknown": 2}


@click.command()
@click.argument("module")
@click.option("--variant", help="named settings; `kafka-tck modules MODULE` lists them")
@click.option("--set", "settings", multiple=True, metavar="NAME=VALUE", help="one setting")
@click.option("--nodes", type=click.IntRange(1), help="how many nodes")
@click.option("--all-instances", is_flag=True, help="not one case for all that differ in names")
@click.option("--quantified", is_flag=True, help="with quantifiers: slower, for audits")
@click.option("--timeout", default=10.0, show_default=True, help="seconds for each query")
@click.option("--json", "as_json", is_flag=True, help="one JSON document on standard output")
def prove(
    module: str,
    variant: str | None,
    settings: tuple[str, ...],
    nodes: int | None,
    all_instances: bool,
    quantified: bool,
    timeout: float,
    as_json: bool,
) -> None:
    """Proves the claims of MODULE by induction: for any number of steps, records and epochs.

    \b
      kafka-tck prove replication
      kafka-tck prove replication --nodes 5

    Exit status 0: every claim holds at the beginning and every action keeps it, and can happen;
    1: something does not, with a step that shows it; 2: the solver could not tell in time. A claim
    that is not kept is not yet broken: the step may begin in a state that no run reaches.
    """
    from kafka_tck.model.modules import load_with_proof
    from kafka_tck.model.prove.induction import Proof
    from kafka_tck.model.prove.words import Unreadable

    of = load_with_proof(module_named(module).name)
    given = with_settings(of, variant, pairs(settings))
    if nodes is not None:
        given = replace(given, nodes=nodes)
    proof = Proof(of, given, all_cases=all_instances, quantified=quantified, seconds=timeout)
    try:
        with _progress(proof, quiet=as_json) as report:
            found = proof.run(report)
    except Unreadable as what:
        raise Misnamed(str(what)) from None
    if as_json:
        click.echo(json.dumps(_document(found), indent=2))
    else:
        _tell(of, given, found)
    sys.exit(STATUS[found.verdict.value])


@contextmanager
def _progress(proof: Proof, quiet: bool) -> Iterator[Callable[[Check], None]]:
    """A bar on the terminal."""
    console = Console(stderr=True)
    columns = (TextColumn("{task.description}"), BarColumn(20), MofNCompleteColumn())
    hidden = quiet or not console.is_terminal
    with Progress(*columns, console=console, transient=True, disable=hidden) as bar:
        task = bar.add_task("proving", total=proof.count())

        def report(check: Check) -> None:
            bar.update(task, advance=1, description=shown(check.action or "beginning"))

        yield report


def _tell(of: Module[Any], given: Given, found: Report) -> None:
    claims = {**of.supporting_claims, **of.always_claims}
    click.echo("at the beginning")
    for check in found.of("starts"):
        _line(check.verdict.value, check.claim, check.seconds)
    for action in of.actions:
        happens = found.of("happens", action=action)
        if not happens:
            continue
        can = happens[0]
        said = {"proved": "can happen", "refuted": f"CAN NOT HAPPEN: {can.why}"}
        click.echo(f"{shown(action)} {said.get(can.verdict.value, 'may never happen: ' + can.why)}")
        for claim in claims:
            kept = found.of("keeps", claim=claim, action=action)
            worst = min(kept, key=lambda check: _WORST.index(check.verdict.value))
            _line(worst.verdict.value, claim, sum(check.seconds for check in kept), worst.why)
    _tell_first_failure(of, given, found)
    click.echo(
        f"{of.name}, {found.nodes} nodes: {found.verdict.value}; {len(claims)} claims, "
        f"{len(found.checks)} questions, {found.seconds:.2f} s"
    )


_WORST = ("refuted", "unknown", "proved")
_WORDS = {"proved": "ok", "refuted": "NOT KEPT", "unknown": "unknown"}


def _line(verdict: str, claim: str, seconds: float, why: str = "") -> None:
    tail = f": {why}" if why else ""
    click.echo(f"  {_WORDS[verdict]:9}{seconds:6.2f} s  {shown(claim)}{tail}")


def _tell_first_failure(of: Module[Any], given: Given, found: Report) -> None:
    from kafka_tck.model.say.tables import difference, state_table

    failed = [check for check in found.checks if check.verdict.value == "refuted" and check.claim]
    if not failed:
        return
    check = failed[0]
    sentence = {**of.supporting_claims, **of.always_claims}[check.claim].sentence
    click.echo(f"\n{shown(check.claim)}: {sentence}")
    if check.move is None:
        assert check.state is not None
        click.echo("It is false at the beginning:\n")
        click.echo(state_table(of, check.state, given).text())
        click.echo()
        return
    move = check.move
    chosen = ", ".join(f"{name}={value}" for name, value in move.parameters.items())
    click.echo("All claims hold in this state, which may be one that no run reaches:\n")
    click.echo(state_table(of, move.before, given).text())
    click.echo(f"\nAfter {shown(move.action)}({chosen}) it is false:\n")
    for change in difference(of, move.before, move.after, given):
        click.echo(f"  {change}")
    click.echo()


def _document(found: Report) -> dict[str, Any]:
    return {
        "module": found.module,
        "nodes": found.nodes,
        "status": found.verdict.value,
        "seconds": round(found.seconds, 3),
        "checks": [_check(check) for check in found.checks],
    }


def _check(check: Check) -> dict[str, Any]:
    said: dict[str, Any] = {"question": check.question, "answer": check.verdict.value}
    for name in ("claim", "action", "case", "why"):
        if getattr(check, name):
            said[name] = getattr(check, name)
    said["seconds"] = round(check.seconds, 4)
    if check.move is not None:
        said["before"] = dict(check.move.before)
        said["parameters"] = dict(check.move.parameters)
        said["after"] = dict(check.move.after)
    if check.state is not None:
        said["state"] = dict(check.state)
    return said

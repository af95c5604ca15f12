"""`kafka-tck modules`: what the specification has, and what can be set."""

from __future__ import annotations

import json
from dataclasses import fields
from typing import TYPE_CHECKING, Any

import click

from kafka_tck.cli.naming import module_named, shown

if TYPE_CHECKING:
    from kafka_tck.model.spec import Module


@click.command()
@click.argument("module", required=False)
@click.option("--json", "as_json", is_flag=True, help="one JSON document on standard output")
def modules(module: str | None, as_json: bool) -> None:
    """Lists the modules of the specification; of one MODULE, its settings, actions and claims."""
    from kafka_tck.model.modules import every_module

    chosen = [module_named(module)] if module else every_module()
    if as_json:
        click.echo(json.dumps([_document(one) for one in chosen], indent=2))
    elif module:
        _tell(chosen[0])
    else:
        for one in chosen:
            actions, claims = len(one.actions), len(one.claims) - len(one.sometimes_claims)
            click.echo(f"{one.name:18} {_first_line(one)}")
            click.echo(f"{'':18} {actions} actions, {claims} claims, {len(one.variants)} variants")
        click.echo("\nkafka-tck modules MODULE tells more; kafka-tck explore MODULE searches it")


def _first_line(module: Module[Any]) -> str:
    lines = (module.doc or "").strip().splitlines()
    return lines[0] if lines else ""


def _settings(module: Module[Any]) -> dict[str, tuple[Any, str]]:
    return {
        f.name: (getattr(module.given, f.name), f.metadata.get("meaning", ""))
        for f in fields(module.given)
    }


def _tell(module: Module[Any]) -> None:
    click.echo(f"{module.name}\n\n{(module.doc or '').strip()}\n")
    click.echo("settings (--set NAME=VALUE)")
    for name, (default, meaning) in _settings(module).items():
        click.echo(f"  {name}={default}  {meaning}")
    click.echo("bounds (--bounds NAME=N)")
    for name, value in module.bounds.items():
        click.echo(f"  {name}={value}")
    if module.variants:
        click.echo("variants (--variant NAME)")
        for variant in module.variants.values():
            click.echo(f"  {variant.name}  {variant.sentence}")
    click.echo("actions")
    for action in module.actions.values():
        click.echo(f"  {shown(action.name)}({', '.join(action.parameters)})  {action.sentence}")
    kinds = (
        ("always", module.always_claims),
        ("always possible", module.possible_claims),
        ("sometimes", module.sometimes_claims),
        ("anomalies (--find NAME)", module.anomalies),
    )
    for title, promises in kinds:
        if promises:
            click.echo(title)
        for promise in promises.values():
            click.echo(f"  {shown(promise.name)}  {promise.sentence}")


def _document(module: Module[Any]) -> dict[str, Any]:
    return {
        "name": module.name,
        "doc": module.doc,
        "settings": {
            name: {"default": default, "meaning": meaning}
            for name, (default, meaning) in _settings(module).items()
        },
        "bounds": module.bounds,
        "variants": {one.name: one.sentence for one in module.variants.values()},
        "actions": {
            one.name: {
                "parameters": list(one.parameters),
                "sentence": one.sentence,
                "sources": [str(source) for source in one.sources],
            }
            for one in module.actions.values()
        },
        "always": {one.name: one.sentence for one in module.always_claims.values()},
        "possible": {one.name: one.sentence for one in module.possible_claims.values()},
        "sometimes": {one.name: one.sentence for one in module.sometimes_claims.values()},
        "anomalies": {one.name: one.sentence for one in module.anomalies.values()},
    }

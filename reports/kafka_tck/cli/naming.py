"""Names that people type: with dashes, dots or underscores, and nearly right ones."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import fields, replace
from difflib import get_close_matches
from typing import Any, Final

import click

from kafka_tck.model.modules import WHERE, load
from kafka_tck.model.shapes import Given
from kafka_tck.model.spec import Module

ALL: Final = -1
"""What `all` stands for, as on the wire."""


class Misnamed(click.UsageError):
    """What was asked for is not there, or has no reading. Exit status 4: 0 to 2 tell what is."""

    exit_code = 4


def plain(name: str) -> str:
    """The name as it stands in the specification."""
    return name.strip().lower().replace("-", "_").replace(".", "_")


def shown(name: str) -> str:
    """The name as reports print it."""
    return name.replace("_", "-")


def chosen(typed: str, known: Iterable[str], what: str) -> str:
    """The known name that was meant: itself, or the only one that contains it.

    Misnamed, with the nearest names, if there is none, or more than one.
    """
    names = {plain(name): name for name in known}
    asked = plain(typed)
    if asked in names:
        return names[asked]
    holding = [name for name in names if asked in name]
    if len(holding) == 1:
        return names[holding[0]]
    near = holding or get_close_matches(asked, names, n=3) or sorted(names)[:9]
    raise Misnamed(
        f"no {what} is called {typed}: did you mean {' or '.join(shown(name) for name in near)}?"
    )


def module_named(typed: str) -> Module[Any]:
    """The module of the specification that was meant."""
    return load(chosen(typed, WHERE, "module"))


def pairs(typed: Iterable[str]) -> dict[str, str]:
    """`name=value` options as a dictionary; several may stand in one, separated by commas."""
    found = {}
    for part in (part for one in typed for part in one.split(",") if part):
        name, equals, value = part.partition("=")
        if not equals:
            raise Misnamed(f"{part}: write NAME=VALUE")
        found[name] = value
    return found


def with_settings(module: Module[Any], variant: str | None, typed: Mapping[str, str]) -> Given:
    """The settings of the module or of a variant, with these changed."""
    given = module.given
    if variant is not None:
        given = module.variants[chosen(variant, module.variants, "variant")].given
    known = {f.name: f.default for f in fields(given)}
    words = {f.name: f.metadata.get("among", ()) for f in fields(given)}
    changes: dict[str, Any] = {}
    for name, value in typed.items():
        field = chosen(name, known, f"setting of {module.name}")
        changes[field] = _read(field, known[field], value)
        if words[field] and changes[field] not in words[field]:
            raise Misnamed(f"{field}={value}: write {_either(words[field])}")
    return replace(given, **changes)


def with_bounds(module: Module[Any], typed: Mapping[str, str]) -> dict[str, int]:
    """Bounds by name."""
    found = {}
    for name, value in typed.items():
        bound = chosen(name, module.bounds, f"bound of {module.name}")
        found[bound] = int(_read(bound, 0, value))
    return found


def _either(values: Iterable[str | int]) -> str:
    return " or ".join("all" if value == ALL else str(value) for value in values)


def _read(name: str, default: Any, value: str) -> Any:
    words = {"true": True, "yes": True, "on": True, "false": False, "no": False, "off": False}
    if isinstance(default, bool):
        if value.lower() not in words:
            raise Misnamed(f"{name}={value}: write true or false")
        return words[value.lower()]
    if not isinstance(default, int):
        return value
    if value.lower() == "all":
        return ALL
    try:
        return int(value)
    except ValueError:
        raise Misnamed(f"{name}={value}: write a whole number") from None

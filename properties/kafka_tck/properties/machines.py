"""All machines of the suite, found in its property files."""

import pkgutil
from functools import cache
from importlib import import_module

import kafka_tck.properties
from kafka_tck.properties.collect import MACHINE
from kafka_tck.properties.machine import Machine


@cache
def all_machines() -> tuple[type[Machine], ...]:
    """Every machine that some `test_*.py` of the suite runs, in the order of files and lines."""
    names = sorted(
        found.name
        for found in pkgutil.iter_modules(kafka_tck.properties.__path__)
        if found.name.startswith("test_")
    )
    modules = [import_module(f"kafka_tck.properties.{name}") for name in names]
    return tuple(
        getattr(value, MACHINE)
        for module in modules
        for value in vars(module).values()
        if hasattr(value, MACHINE)
    )


def machines_for(requirements: set[str]) -> list[type[Machine]]:
    """The machines that name one of these requirements."""
    return [m for m in all_machines() if requirements & {r.id for r in m.requirements}]

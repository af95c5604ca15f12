"""Opens a target by its spec: asks every adapter that is installed."""

from functools import cache

import pluggy

from kafka_tck.adapters.target import GROUP, Hooks, Misuse, Target, TargetOptions


@cache
def adapters() -> pluggy.PluginManager:
    """All adapters of the entry-point group `kafka_tck`, ours included."""
    manager = pluggy.PluginManager(GROUP)
    manager.add_hookspecs(Hooks)
    manager.load_setuptools_entrypoints(GROUP)
    for module in _bundled():
        if not manager.is_registered(module):
            manager.register(module)
    return manager


def _bundled() -> list[object]:
    """Ours, also where the project runs from a bare clone and has no entry points."""
    from kafka_tck.adapters import apache_kafka, reference, wire_target

    return [reference, wire_target, apache_kafka]


def open_target(spec: str, options: TargetOptions) -> Target:
    """The running target. Raises `Misuse` with one line where it cannot be had."""
    target: Target | None = adapters().hook.kafka_tck_target(spec=spec, options=options)
    if target is None:
        raise Misuse(f"unknown target {spec!r}; there are:\n" + "\n".join(known_forms()))
    return target


def known_forms() -> list[str]:
    """One line per form of spec that some adapter answers."""
    return [line for lines in adapters().hook.kafka_tck_target_forms() for line in lines]

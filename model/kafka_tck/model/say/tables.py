"""States and traces as tables of plain text.

A tuple of truth values, one per node, is written as the set of nodes for which it is true.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any, Final

from kafka_tck.model.run import Values
from kafka_tck.model.say.trace import Trace
from kafka_tck.model.shapes import Each, Flag, Given, Node, Settled, Shape
from kafka_tck.model.shapes import Sequence as SequenceKind
from kafka_tck.model.spec import Module

EMPTY: Final = "-"
"""A sequence without records, or no node."""


@dataclass(frozen=True)
class Table:
    """Rows of text under headings, and below them what belongs to no node."""

    head: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]
    shared: tuple[tuple[str, str], ...] = ()

    def text(self) -> str:
        """Columns two blanks apart, as wide as they must be."""
        lines = _aligned([self.head, *self.rows]) if self.rows else []
        return "\n".join([*lines, *_aligned([(f"{name}:", said) for name, said in self.shared])])


@dataclass(frozen=True)
class Difference:
    """A field that has changed: `replicas.1.hw`, as it was and as it is."""

    field: str
    before: str
    after: str
    more: str | None = None
    """What was added, if it is a sequence that grew."""

    def __str__(self) -> str:
        if self.more is not None:
            return f"{self.field}: + {self.more}"
        return f"{self.field}: {self.before} -> {self.after}"


@dataclass(frozen=True)
class Entry:
    """A field as it is shown: its path, its heading, and what stands there."""

    path: str
    heading: str
    said: str
    is_sequence: bool = False


def state_table(module: Module[Any], state: Values, given: Given | None = None) -> Table:
    """A state: one row per node with its fields, and below the fields that all share."""
    settings = given or module.given
    per_node: dict[tuple[str, str], list[str]] = {}
    shared: list[tuple[str, str]] = []
    for name, kind in _fields(module.shape):
        if isinstance(kind, Each) and not isinstance(kind.of, Flag):
            for entry in _per_node(name, kind, state, settings.nodes):
                per_node.setdefault((name, entry.heading), []).append(entry.said)
        else:
            shared.append((_heading(name, kind), _said(kind, name, state, settings.nodes)))
    rows = tuple(zip(*per_node.values(), strict=True))
    numbered = tuple((str(n), *row) for n, row in enumerate(rows))
    return Table(("node", *_headings(list(per_node))), numbered, tuple(shared))


def _headings(columns: list[tuple[str, str]]) -> list[str]:
    """What stands above the columns: a heading alone if no other field has it, too."""
    often = Counter(heading for _, heading in columns)
    return [f"{name}.{heading}" if often[heading] > 1 else heading for name, heading in columns]


def difference(
    module: Module[Any], before: Values, after: Values, given: Given | None = None
) -> list[Difference]:
    """The fields in which two states differ, in the order of declaration."""
    nodes = (given or module.given).nodes
    old, new = (
        {entry.path: entry for entry in _entries(module, state, nodes)} for state in (before, after)
    )
    return [_changed(old[path], new[path]) for path in old if old[path] != new[path]]


def _changed(old: Entry, new: Entry) -> Difference:
    more = None
    if old.is_sequence and old.said == EMPTY:
        more = new.said
    elif old.is_sequence and new.said.startswith(f"{old.said} "):
        more = new.said.removeprefix(f"{old.said} ")
    return Difference(old.path, old.said, new.said, more)


def steps_text(trace: Trace) -> str:
    """The trace as numbered steps: each with its action, and below it what changed."""
    return "\n".join(_steps(trace))


def _steps(trace: Trace) -> Iterator[str]:
    width = len(str(len(trace.steps)))
    for number, step in enumerate(trace.steps, 1):
        yield f"{number:>{width}}. {step.said}"
        for one in difference(trace.module, step.before, step.after, trace.given):
            yield f"{'':>{width}}    {one}"


def _entries(module: Module[Any], state: Values, nodes: int) -> Iterator[Entry]:
    for name, kind in _fields(module.shape):
        if isinstance(kind, Each) and not isinstance(kind.of, Flag):
            yield from _per_node(name, kind, state, nodes)
        else:
            yield _entry(name, name, kind, state, nodes)


def _per_node(name: str, kind: Each, state: Values, nodes: int) -> Iterator[Entry]:
    for n in range(nodes):
        path = f"{name}.{n}"
        if not isinstance(kind.of, type):
            yield _entry(path, name, kind.of, state, nodes)
            continue
        for field, of in _fields(kind.of):
            yield _entry(f"{path}.{field}", field, of, state, nodes)


def _entry(path: str, name: str, kind: Any, state: Values, nodes: int) -> Entry:
    is_sequence = isinstance(kind, SequenceKind)
    return Entry(path, _heading(name, kind), _said(kind, path, state, nodes), is_sequence)


def _fields(shape: type[Shape]) -> Iterator[tuple[str, Any]]:
    for name, kind in shape.kinds.items():
        if not isinstance(kind, Settled):
            yield name, kind


def _heading(name: str, kind: Any) -> str:
    """The field; of a sequence also what each record says: `log id/epoch`."""
    if isinstance(kind, SequenceKind):
        return f"{name} {'/'.join(kind.record)}"
    return name


def _said(kind: Any, path: str, state: Values, nodes: int) -> str:
    match kind:
        case Each():
            if isinstance(kind.of, Flag):
                return _set(state[f"{path}.{n}"] for n in range(nodes))
            inner = (_said(kind.of, f"{path}.{n}", state, nodes) for n in range(nodes))
            return f"[{', '.join(inner)}]"
        case SequenceKind():
            return _records(kind, state[path], nodes)
        case type():
            inner = (f"{f}={_said(of, f'{path}.{f}', state, nodes)}" for f, of in _fields(kind))
            return f"({', '.join(inner)})"
    return _plain(kind, state[path])


def _plain(kind: Any, value: Any) -> str:
    if isinstance(kind, Flag):
        return "yes" if value else "no"
    return EMPTY if isinstance(kind, Node) and value < 0 else str(value)


def _set(flags: Iterator[Any]) -> str:
    return f"{{{','.join(str(n) for n, inside in enumerate(flags) if inside)}}}"


def _records(kind: SequenceKind, records: Sequence[Sequence[Any]], nodes: int) -> str:
    """`0/0 1/2`: each record by its fields; a dash for none at all."""
    said = []
    for record in records:
        leaves, parts = iter(record), []
        for of in kind.record.values():
            if isinstance(of, Each):
                parts.append(_set(iter([next(leaves) for _ in range(nodes)])))
            else:
                parts.append(_plain(of, next(leaves)))
        said.append("/".join(parts))
    return " ".join(said) or EMPTY


def _aligned(rows: Sequence[Sequence[str]]) -> list[str]:
    if not rows:
        return []
    widths = [max(map(len, column)) for column in zip(*rows, strict=True)]
    return [
        "  ".join(cell.ljust(width) for cell, width in zip(row, widths, strict=True)).rstrip()
        for row in rows
    ]


__all__ = ["Difference", "Table", "difference", "state_table", "steps_text"]

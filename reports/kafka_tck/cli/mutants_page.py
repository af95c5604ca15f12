"""The page docs/mutants.md: every wrong broker, what it is like, and what catches it."""

from collections.abc import Iterator, Mapping, Sequence
from typing import Final

from kafka_tck.properties.hunts import Catch
from kafka_tck.reference.mutants import MUTANTS, SEEN, SLIPS

HEAD: Final = """# Wrong brokers

Each is the bundled broker with one decision changed. The suite is held to them: a requirement
names those that it must catch, and `tests/properties/test_mutants.py` hunts every one. Have one to
try things on with `kafka-tck serve --mutant NAME`, or see it fail with
`pytest --target=reference:NAME`; where no run of the default profile shows it, another `--seed` or
`--profile full` does.

This page is written by `kafka-tck mutants --markdown`. Steps are those of the shortest trace that
was found, the making of topics included; the honest broker answers all of them as it must.
Schedules are how many runs of the requirement's machines it took; from the seventh on they are as
long as those of `--profile full`.
"""


def render(catches: Sequence[Catch]) -> str:
    """The page. Needs no more than the catches: the rest is in the wrong brokers themselves."""
    by_name = {catch.mutant: catch for catch in catches}
    return "\n".join((HEAD, *_areas(by_name), *_legend("Slips", SLIPS), *_legend("Seen", SEEN)))


def _areas(catches: Mapping[str, Catch]) -> Iterator[str]:
    caught = sum(catch.finding is not None for catch in catches.values())
    yield f"{caught} of {len(catches)} are caught.\n"
    for area in sorted({MUTANTS[name].area for name in catches}):
        yield f"## {area}\n"
        yield "| wrong broker | what it does | like | caught by | steps | schedules |"
        yield "| --- | --- | --- | --- | ---: | ---: |"
        yield from (_row(catches[name]) for name in catches if MUTANTS[name].area == area)
        yield ""


def _row(catch: Catch) -> str:
    mutant = MUTANTS[catch.mutant]
    by = f"`{catch.caught_by}`" if catch.caught_by else "nothing"
    return (
        f"| `{mutant.name}` | {mutant.sentence} | {mutant.source} | {by} | {catch.steps} "
        f"| {catch.schedules} |"
    )


def _legend(title: str, meanings: Mapping[str, str]) -> Iterator[str]:
    yield f"## {title}\n"
    yield from (f"- {key}: {meaning}" for key, meaning in meanings.items())
    yield ""

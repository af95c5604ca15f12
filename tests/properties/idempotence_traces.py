"""Traces of the idempotence module: what permits them, and what the same steps come to without."""

import json
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from click.testing import CliRunner, Result

from kafka_tck.cli.main import main

OFF: Final = ("--set", "enable.idempotence=false")


def run(*arguments: str) -> Result:
    return CliRunner().invoke(main, arguments)


@dataclass(frozen=True)
class Answer:
    """What is looked for and under what, and the log that the trace ends with.

    `numbered` is the log that the same steps end with where batches are numbered.
    """

    find: str
    under: tuple[str, ...]
    log: str
    numbered: str | None = None

    def saved(self, path: Path) -> Path:
        """The shortest trace."""
        arguments = [*self.under, "--find", self.find, "--save", str(path)]
        found = run("explore", "idempotence", *arguments)
        assert found.exit_code == 1, found.output
        return path

    def with_numbers(self, path: Path) -> Path:
        """The same steps of an idempotent producer."""
        trace = json.loads(self.saved(path).read_text())
        trace["settings"]["enable_idempotence"] = True
        path.write_text(json.dumps(trace))
        return path


ANSWERS: Final = {
    "reordered": Answer("two-three", (*OFF, "--bounds", "connections=0"), "1, 2, 0", "1, 2"),
    "lost answer": Answer("lost-answer", OFF, "0, 0", "0"),
    "forgotten": Answer("lost-answer", ("--bounds", "expiries=1"), "0, 0"),
    "snapshot": Answer("is-refused", (), "0, 1"),
    "beginning": Answer("later-batch", (), "1"),
}
NUMBERED: Final = sorted(name for name, one in ANSWERS.items() if one.numbered is not None)

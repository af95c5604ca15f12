"""The answers about consumers that docs/groups.md gives in tables, as questions asked anew."""

import json
import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from click.testing import CliRunner, Result

from kafka_tck.cli.main import main

DOCUMENT: Final = (Path(__file__).parents[2] / "docs" / "groups.md").read_text()
_ROW: Final = re.compile(r"\| `([^`]+)` \| `([^`]+)` \| (\d+) \| `([^`]+)` \|")
_MODULE: Final = re.compile(r"kafka-tck explore (consumer|cause_and_effect|offsets) --set SETTINGS")


def run(*arguments: str) -> Result:
    return CliRunner().invoke(main, arguments)


@dataclass(frozen=True)
class Answer:
    """One row: what is found where, in how many steps, and what forbids it."""

    module: str
    find: str
    settings: str
    steps: int
    forbidding: str

    def explored(self, settings: str, *more: str) -> Result:
        bounds = ["--bounds", "log_size=3"] if self.module == "offsets" else []
        return run("explore", self.module, "--set", settings, *bounds, "--find", self.find, *more)

    def saved(self, path: Path) -> Path:
        """The shortest trace."""
        found = self.explored(self.settings, "--save", str(path))
        assert found.exit_code == 1, found.output
        return path

    def fenced(self, path: Path) -> Path:
        """The same steps where commits are checked."""
        trace = json.loads(self.saved(path).read_text())
        trace["settings"]["fenced"] = True
        path.write_text(json.dumps(trace))
        return path

    def __str__(self) -> str:
        return f"{self.module} {self.find} {self.settings}"


def _answers() -> Iterator[Answer]:
    for section in DOCUMENT.split("\n## "):
        module = _MODULE.search(section)
        if module:
            for find, settings, steps, forbidding in _ROW.findall(section):
                yield Answer(module[1], find, settings, int(steps), forbidding)


ANSWERS: Final = tuple(_answers())
PLAYED: Final = tuple(one for one in ANSWERS if one.module == "consumer")
UNCHECKED: Final = tuple(one for one in PLAYED if "fenced=false" in one.settings)

"""Traces of the transactions module, with what permits them and what forbids them."""

import json
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

from click.testing import CliRunner, Result

from kafka_tck.cli.main import main


def run(*arguments: str) -> Result:
    return CliRunner().invoke(main, arguments)


@dataclass(frozen=True)
class Anomaly:
    """What is looked for, the settings that permit it, and what a broker that forbids it says."""

    find: str
    settings: str
    forbidding: str
    bounds: str = ""
    refused: str = ""
    """The end of the line in which a broker with the forbidding setting goes another way."""
    setting: tuple[str, Any] | None = None
    """The forbidding setting as a trace has it, where the same steps can be played under it."""

    def explored(self, settings: str, *more: str) -> Result:
        bounds = ["--bounds", self.bounds] if self.bounds else []
        chosen = ["--set", settings] if settings else []
        return run("explore", "transactions", *chosen, *bounds, "--find", self.find, *more)

    def saved(self, path: Path) -> Path:
        """The shortest trace."""
        found = self.explored(self.settings, "--save", str(path))
        assert found.exit_code == 1, found.output
        return path

    def forbidden(self, path: Path) -> Path:
        """The same steps under the forbidding setting."""
        assert self.setting is not None
        trace = json.loads(self.saved(path).read_text())
        trace["settings"] |= dict([self.setting])
        path.write_text(json.dumps(trace))
        return path


ANOMALIES: Final = {
    "delayed end": Anomaly("a-delayed-end", "transaction.version=1", "transaction.version=2"),
    "torn": Anomaly("torn", "transaction.version=1,nodes=2", "transaction.version=2,nodes=2"),
    "hanging": Anomaly(
        "hangs",
        "transaction.version=1,verification=false",
        "transaction.version=1",
        refused="TRANSACTION_ABORTABLE",
        setting=("verification", True),
    ),
    "aborted read": Anomaly(
        "an-aborted-record-is-read",
        "isolation.level=read_uncommitted",
        "isolation.level=read_committed",
        refused="offset 0 is not given; the last stable offset is 0",
        setting=("isolation_level", "read_committed"),
    ),
    "late marker": Anomaly(
        "a-delayed-end",
        "late.markers=1,marker.version=1",
        "late.markers=1,marker.version=2",
        refused="INVALID_PRODUCER_EPOCH",
        setting=("marker_version", 2),
    ),
}
REFUSED: Final = sorted(name for name, one in ANOMALIES.items() if one.setting is not None)

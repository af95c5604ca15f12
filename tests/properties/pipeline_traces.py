"""Traces of the pipeline module, with the setting that permits them and the one that does not."""

import json
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from click.testing import CliRunner, Result

from kafka_tck.cli.main import main


def run(*arguments: str) -> Result:
    return CliRunner().invoke(main, arguments)


@dataclass(frozen=True)
class Anomaly:
    """What is looked for, the setting that permits it, and what refuses it otherwise."""

    find: str
    setting: str
    refused: str = ""
    """What a broker says where the setting is true; nothing if the steps cannot be played so."""

    def saved(self, path: Path) -> Path:
        """The shortest trace."""
        setting = f"{self.setting}=false"
        words = ["--set", setting, "--find", self.find, "--save", str(path)]
        found = run("explore", "pipeline", *words)
        assert found.exit_code == 1, found.output
        return path

    def forbidden(self, path: Path) -> Path:
        """The same steps where the setting is true."""
        trace = json.loads(self.saved(path).read_text())
        trace["settings"][self.setting] = True
        path.write_text(json.dumps(trace))
        return path


ANOMALIES: Final = {
    "zombie": Anomaly("twice", "group_metadata", "UNKNOWN_MEMBER_ID"),
    "unstable offset": Anomaly("twice", "require_stable", "UNSTABLE_OFFSET_COMMIT"),
    "offset apart": Anomaly("without-its-offset", "offsets_in_transactions"),
}
REFUSED: Final = sorted(name for name, one in ANOMALIES.items() if one.refused)

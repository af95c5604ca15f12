"""Command lines that run a class of Apache Kafka."""

import subprocess
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from kafka_tck.adapters.apache_kafka.jars import Jars
from kafka_tck.adapters.apache_kafka.java import Java

GARBAGE_COLLECTOR: Final = "-XX:+UseSerialGC"

_SMALL: Final = (
    "-Xms128m",
    "-Xmx256m",
    "-XX:MaxDirectMemorySize=128m",
    GARBAGE_COLLECTOR,
    "-XX:TieredStopAtLevel=1",
    "-XX:+ExitOnOutOfMemoryError",
    "-XX:-UsePerfData",
    "-Djava.awt.headless=true",
    "-Dorg.slf4j.simpleLogger.showDateTime=true",
    "-Dorg.slf4j.simpleLogger.dateTimeFormat=HH:mm:ss.SSS",
    "-Dlog4j2.level=INFO",
    f"-Dlog4j.configuration={Path(__file__).with_name('log4j.properties').as_uri()}",
)
"""256 MiB of heap bear a soak run; C1 alone starts a broker in half the time.

The settings of three loggers: slf4j-simple beside jars from Maven, log4j2 in a distribution of
4.x, reload4j in one of 3.x.
"""


class ToolFailure(RuntimeError):
    """A command-line tool of Kafka ended with an error; the text is what it printed."""

    @property
    def reason(self) -> str:
        """The line that says why: the last one that is not part of a stack trace or a list."""
        lines = [line for line in str(self).splitlines() if line and not line[0].isspace()]
        last = lines[-1] if lines else "it said nothing"
        return last.removeprefix('Exception in thread "main" ')


@dataclass(frozen=True)
class Runtime:
    """A Java and the jars of one release."""

    java: Java
    jars: Jars

    def command(self, main: str, *arguments: str, extra: Sequence[str] = ()) -> list[str]:
        java = str(self.java.command)
        return [java, *_SMALL, *extra, "-cp", self.jars.class_path, main, *arguments]

    def run(self, main: str, *arguments: str, cwd: Path, within: float = 120.0) -> str:
        """What the tool prints. Raises `ToolFailure` if it fails or takes too long."""
        command = self.command(main, *arguments, extra=[f"-Djava.io.tmpdir={cwd}"])
        try:
            done = subprocess.run(command, cwd=cwd, capture_output=True, text=True, timeout=within)
        except subprocess.TimeoutExpired as late:
            raise ToolFailure(f"{main} took more than {within} s") from late
        if done.returncode != 0:
            raise ToolFailure(done.stdout + done.stderr)
        return done.stdout

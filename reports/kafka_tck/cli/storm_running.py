"""What `kafka-tck storm` does: one storm after the other, a line of progress, and findings."""

import os
import subprocess
import sys
import time
from collections import Counter
from collections.abc import Iterable
from pathlib import Path
from typing import IO, Final

import click
from rich.console import Console

from kafka_tck.adapters.apache_kafka.node import NodeFailure
from kafka_tck.adapters.target import Misuse, Unreachable
from kafka_tck.properties.histories.checks import judge
from kafka_tck.properties.histories.finding import Found, show
from kafka_tck.properties.histories.history import History, read_histories
from kafka_tck.properties.histories.picture import picture_of
from kafka_tck.properties.histories.rounds import Round, Rounds
from kafka_tck.properties.histories.storm import Storm
from kafka_tck.properties.world import TargetGone

MOST_SHOWN: Final = 3
"""Findings of one requirement that are printed in full."""


class Run:
    """Storms until their number or the time is over, or someone presses Ctrl-C."""

    def __init__(
        self,
        rounds: Rounds,
        first: int,
        count: int | None,
        seconds: float | None,
        save: Path | None,
        picture: Path | None,
    ) -> None:
        self.rounds = rounds
        self.first = first
        self.count = count
        self.seconds = seconds
        self.save = save
        self.picture = picture
        self.started = time.monotonic()
        self.done = 0
        self.operations = 0
        self.faults = 0
        self.found: Counter[str] = Counter()
        self.console = Console(stderr=True)

    def run(self) -> int:
        """The exit status."""
        out = self.save.open("w", encoding="utf-8") if self.save else None
        try:
            with self.console.status("starting") as status:
                self.rounds.progress = lambda storm: status.update(self._line(storm))
                gone = self._storms(out)
        except Misuse as misuse:
            raise click.UsageError(str(misuse)) from None
        finally:
            self.rounds.close()
            if out is not None:
                out.close()
        click.echo(self._summary())
        if gone is not None:
            click.echo(f"the target was gone: {gone}")
        return 1 if self.found else 0 if gone is None and self.done else 2

    def _storms(self, out: IO[str] | None) -> str | None:
        """Why it ended early, if the target is gone."""
        seed = self.first
        try:
            while self._goes_on():
                self._take(self.rounds.run(seed), out)
                seed += 1
        except KeyboardInterrupt:
            broken = self.rounds.broken_off()
            if broken is not None and broken.seed == seed:
                self._take(broken, out)
            click.echo("interrupted", err=True)
        except (TargetGone, NodeFailure, Unreachable) as gone:
            return str(gone)
        return None

    def _goes_on(self) -> bool:
        if self.count is not None:
            return self.done < self.count
        return self.seconds is None or time.monotonic() - self.started < self.seconds

    def _take(self, one: Round, out: IO[str] | None) -> None:
        self.done += 1
        assert self.rounds.storm is not None
        self.operations += self.rounds.storm.asked
        self.faults += self.rounds.storm.faults_begun
        if out is not None:
            out.write(one.lines)
        for found in one.found:
            self._report(found, one)
        if not self.console.is_terminal:
            click.echo(self._counts(self.operations, self.faults), err=True)

    def _report(self, found: Found, one: Round) -> None:
        self.found[found.requirement] += 1
        if self.found[found.requirement] <= MOST_SHOWN:
            click.echo(f"seed {one.seed}: {show(found, one.history)}")
        if self.picture is not None and self.found.total() == 1:
            self.picture.write_text(picture_of(found, one.history), encoding="utf-8")

    def _line(self, storm: Storm) -> str:
        return self._counts(
            self.operations + storm.asked, self.faults + storm.faults_begun, storm.plan.seed
        )

    def _counts(self, operations: int, faults: int, seed: int | None = None) -> str:
        passed = round(time.monotonic() - self.started)
        now = "" if seed is None else f"  seed {seed}"
        return (
            f"{passed // 60}:{passed % 60:02} elapsed  {self.done} storms  {operations} operations"
            f"  {faults} faults  {self.found.total()} findings{now}"
        )

    def _summary(self) -> str:
        counts = [f"  {name}: {times}" for name, times in sorted(self.found.items())]
        return "\n".join(
            [f"{self.rounds.spec}: {self._counts(self.operations, self.faults)}", *counts]
        )


def judge_file(path: Path, picture: Path | None) -> int:
    """Judges saved histories; the exit status."""
    try:
        with path.open(encoding="utf-8") as lines:
            histories = list(read_histories(lines))
    except (OSError, ValueError) as wrong:
        click.echo(f"{path}: {wrong}", err=True)
        return 2
    if not histories:
        click.echo(f"{path}: no history", err=True)
        return 2
    every = [(found, history) for history in histories for found in judge(history)]
    for found, history in every:
        click.echo(f"seed {_seed(history)}: {show(found, history)}")
    if picture is not None and every:
        picture.write_text(picture_of(*every[0]), encoding="utf-8")
    click.echo(f"{path}: {len(histories)} storms, {len(every)} findings")
    return 1 if every else 0


def _seed(history: History) -> object:
    return "?" if history.began is None else history.began.plan.get("seed", "?")


# The same seed, the same bytes.


def print_digests(rounds: Rounds, seeds: Iterable[int]) -> int:
    """One line for each seed: the digest of its history, and how much is wrong with it."""
    try:
        for seed in seeds:
            one = rounds.run(seed)
            click.echo(f"{seed} {one.digest} {len(one.found)}")
    except Misuse as misuse:
        raise click.UsageError(str(misuse)) from None
    finally:
        rounds.close()
    return 0


def repeat(
    target: str, first: int, count: int, operations: int, faults: int, clients: tuple[int, int]
) -> int:
    """Every seed in two processes that hash strings differently; the exit status.

    `clients` are the numbers of transactors and of members.
    """
    given = ["--target", target, "--seed", str(first), "--seeds", str(count)]
    given += ["--operations", str(operations), "--faults", str(faults), "--digests"]
    given += ["--transactors", str(clients[0]), "--members", str(clients[1])]
    code = "from kafka_tck.cli.main import main; main()"
    command = [sys.executable, "-c", code, "storm", *given]
    runs = [
        subprocess.Popen(command, stdout=subprocess.PIPE, text=True, env={**os.environ, **own})
        for own in ({"PYTHONHASHSEED": "1"}, {"PYTHONHASHSEED": "2"})
    ]
    told = [run.communicate()[0].splitlines() for run in runs]
    if any(run.returncode for run in runs) or any(len(lines) != count for lines in told):
        click.echo("a process ended before its time", err=True)
        return 2
    other = [one.split()[0] for one, two in zip(*told, strict=True) if one != two]
    findings = sum(int(line.split()[2]) for line in told[0])
    click.echo(f"{count - len(other)} of {count} seeds gave the same bytes twice")
    click.echo(f"{findings} findings")
    if other:
        click.echo(f"other bytes: {' '.join(other)}")
    return 1 if other or findings else 0

"""TLC finds in the exported modules as many states as our own search, and the same losses.

TLA2TOOLS names the jar of the TLA+ tools; it is a release file of the tools' repository.
"""

import os
import re
import shutil
import subprocess
from pathlib import Path

import pytest
from tests.model.say.goldens import BROKEN, GOLDENS, MIDDLE, Golden

from kafka_tck.model.batch.search import Search
from kafka_tck.model.finite import Finite
from kafka_tck.model.modules import load
from kafka_tck.model.say.tla import TlaModule, tla

pytestmark = pytest.mark.tlc

WITHIN = 300.0
"""Seconds after which a run of TLC is given up."""


@pytest.fixture(scope="module")
def tlc() -> list[str]:
    """The command that runs TLC."""
    jar = os.environ.get("TLA2TOOLS")
    if jar is None:
        pytest.skip("TLC is not here: set TLA2TOOLS to the path of tla2tools.jar")
    home = os.environ.get("JAVA_HOME")
    java = str(Path(home) / "bin" / "java") if home else shutil.which("java")
    if java is None:
        pytest.skip("TLC needs Java: set JAVA_HOME, or put java on the path")
    return [java, "-XX:+UseParallelGC", "-Xmx1g", "-cp", jar]


def _checked(tlc: list[str], exported: TlaModule, directory: Path) -> str:
    """What TLC prints. It reads from its home that it must not report on its runs."""
    exported.write(directory)
    told = directory / ".tlaplus" / "esc.txt"
    told.parent.mkdir()
    told.write_text("NO_STATISTICS\n")
    command = [tlc[0], f"-Duser.home={directory}", *tlc[1:], "tlc2.TLC", "-noGenerateSpecTE"]
    done = subprocess.run(
        [*command, exported.name], cwd=directory, capture_output=True, text=True, timeout=WITHIN
    )
    return done.stdout


def _counts(output: str) -> tuple[int, int]:
    """Distinct states, and the depth of the search."""
    states = re.findall(r"(\d+) distinct states found, 0 states left", output)
    depth = re.findall(r"depth of the complete state graph search is (\d+)", output)
    assert states, output
    return int(states[-1]), int(depth[-1])


@pytest.mark.parametrize("golden", GOLDENS, ids=str)
def test_tlc_counts_the_states_that_we_count(
    golden: Golden, tlc: list[str], tmp_path: Path
) -> None:
    module = load(golden.module)
    finite = Finite(module, module.given, golden.bounds, ghosts=False)
    ours = Search(finite, symmetric=golden.symmetric).run()
    assert (ours.states, ours.depth) == (golden.states, golden.depth)
    output = _checked(tlc, golden.exported(), tmp_path)
    assert "No error has been found" in output, output
    assert _counts(output) == (golden.states, golden.depth)


@pytest.mark.parametrize(
    "name",
    [
        "cached_partition",
        "cause_and_effect",
        "durability",
        "fetch_session",
        "log",
        "pipeline",
    ],
)
def test_tlc_counts_the_states_of_other_modules(name: str, tlc: list[str], tmp_path: Path) -> None:
    module = load(name)
    ours = Search(Finite(module, module.given, ghosts=False)).run()
    output = _checked(tlc, tla(module), tmp_path)
    assert _counts(output) == (ours.states, ours.depth)


def test_tlc_counts_the_states_of_a_life_cycle(tlc: list[str], tmp_path: Path) -> None:
    module = load("lifecycle")
    given = module.variants["two-brokers"].given
    bounds = {"leader_epochs": 1, "partition_epochs": 1, "crashes": 1, "mishaps": 0}
    ours = Search(Finite(module, given, bounds, ghosts=False)).run()
    output = _checked(tlc, tla(module, given, bounds), tmp_path)
    assert _counts(output) == (ours.states, ours.depth)


@pytest.mark.parametrize("variant", sorted(BROKEN))
def test_tlc_finds_the_losses_of_older_protocols(
    variant: str, tlc: list[str], tmp_path: Path
) -> None:
    module = load("replication")
    exported = tla(module, module.variants[variant].given, MIDDLE, symmetric=True)
    lost = "the_isr_holds_what_is_committed"
    others = [f"  {name}\n" for name in module.always_claims if name != lost]
    cfg = exported.cfg
    for other in others:
        cfg = cfg.replace(other, "")
    output = _checked(tlc, TlaModule(exported.name, exported.text, cfg), tmp_path)
    assert f"Invariant {lost} is violated" in output, output
    assert len(re.findall(r"^State \d+:", output, re.MULTILINE)) == BROKEN[variant]


def test_tlc_finds_what_sometimes_holds(tlc: list[str], tmp_path: Path) -> None:
    exported = GOLDENS[0].exported()
    cfg = exported.cfg + "INVARIANT never_two_brokers_presume_to_lead\n"
    output = _checked(tlc, TlaModule(exported.name, exported.text, cfg), tmp_path)
    assert "Invariant never_two_brokers_presume_to_lead is violated" in output, output

"""The wheel, as a broker's author uses it: from an empty directory, beside a third party's own."""

import os
import re
import subprocess
import sys
import zipfile
from collections.abc import Iterator
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]


@pytest.fixture(scope="module")
def wheels(tmp_path_factory: pytest.TempPathFactory) -> list[Path]:
    """Our wheel and the example adapter's."""
    folder = tmp_path_factory.mktemp("wheels")
    pip = [sys.executable, "-m", "pip", "wheel", "--quiet", "--no-deps", "--wheel-dir", str(folder)]
    for project in (ROOT, ROOT / "examples" / "acme-adapter"):
        subprocess.run([*pip, str(project)], check=True, timeout=300)
    return sorted(folder.glob("*.whl"))


@pytest.fixture(scope="module")
def installed(wheels: list[Path], tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The commands of a fresh environment with both wheels."""
    folder = tmp_path_factory.mktemp("venv")
    subprocess.run([sys.executable, "-m", "venv", folder], check=True, timeout=120)
    bin_folder = folder / "bin"
    subprocess.run([bin_folder / "pip", "install", "--quiet", *wheels], check=True, timeout=600)
    return bin_folder


@pytest.fixture
def served(installed: Path) -> Iterator[str]:
    """The address of a bundled broker that the installed command serves."""
    command = [str(installed / "kafka-tck"), "serve", "--port", "0"]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True, env=_environment()) as server:
        assert server.stdout is not None
        try:
            line = server.stdout.readline()
            address = re.search(r"127\.0\.0\.1:\d+", line)
            assert address, line
            yield address.group()
        finally:
            server.terminate()


def _environment() -> dict[str, str]:
    hidden = ("PYTHONPATH", "PYTEST_ADDOPTS")
    return {k: v for k, v in os.environ.items() if k not in hidden} | {"PYTHONUNBUFFERED": "1"}


def _suite(installed: Path, folder: Path, *options: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [installed / "pytest", "--pyargs", "kafka_tck.properties", "--profile=seed", *options],
        cwd=folder,
        env=_environment(),
        capture_output=True,
        text=True,
        timeout=300,
    )


def test_the_wheel_brings_one_top_level_name_and_all_parts(wheels: list[Path]) -> None:
    ours = next(wheel for wheel in wheels if wheel.name.startswith("kafka_tck-"))
    names = zipfile.ZipFile(ours).namelist()
    assert {name.split("/")[0] for name in names} - {f"{ours.name.split('-py3')[0]}.dist-info"} == {
        "kafka_tck"
    }
    parts = {name.split("/")[1] for name in names if name.startswith("kafka_tck/")}
    assert parts >= {"model", "reference", "wire", "adapters", "evidence", "properties", "cli"}
    for data in ("properties/deviations.toml", "properties/catalogue.json", "model/py.typed"):
        assert f"kafka_tck/{data}" in names


def test_the_suite_runs_from_an_empty_directory(installed: Path, tmp_path: Path) -> None:
    done = _suite(installed, tmp_path, "--target=reference")
    assert done.returncode == 0, done.stdout + done.stderr
    assert re.search(r"\d+ passed", done.stdout)
    assert "warning" not in done.stdout.splitlines()[-1]


def test_a_third_partys_adapter_is_found(installed: Path, tmp_path: Path, served: str) -> None:
    done = _suite(installed, tmp_path, f"--target=acme:{served}")
    assert done.returncode == 0, done.stdout + done.stderr
    assert f"target acme:{served}, held to Apache Kafka 4.3" in done.stdout


def test_an_unknown_target_names_the_third_partys_form_too(installed: Path, tmp_path: Path) -> None:
    done = _suite(installed, tmp_path, "--target=nonsense")
    assert done.returncode == 4
    assert "acme:HOST:PORT" in done.stderr

"""The layout: one namespace package over five roots, and who may import whom."""

import ast
from collections.abc import Iterator
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
PARTS = {
    "model": "model/kafka_tck/model",
    "reference": "reference_impl/kafka_tck/reference",
    "wire": "adapters/kafka_tck/wire",
    "adapters": "adapters/kafka_tck/adapters",
    "evidence": "adapters/kafka_tck/evidence",
    "properties": "properties/kafka_tck/properties",
    "cli": "reports/kafka_tck/cli",
    "reports": "reports/kafka_tck/reports",
}
MAY_IMPORT = {
    "model": {"model"},
    "reference": {"reference", "wire"},
    "wire": {"wire"},
    "adapters": {"adapters", "wire"},
    "evidence": {"evidence"},
    "properties": {"properties", "model", "adapters", "wire", "evidence"},
    "cli": set(PARTS),
    "reports": {"reports", "evidence"},
}
EXCEPTIONS = {("adapters/kafka_tck/adapters/reference.py", "reference")}


def _files(part: str) -> list[Path]:
    return sorted((ROOT / PARTS[part]).rglob("*.py"))


def _imports(path: Path) -> Iterator[str]:
    for node in ast.walk(ast.parse(path.read_text())):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom) and node.module:
            yield node.module
            yield from (f"{node.module}.{alias.name}" for alias in node.names)


@pytest.mark.parametrize("part", PARTS)
def test_a_part_imports_only_what_its_contract_allows(part: str) -> None:
    files = _files(part)
    assert files, f"{part} has no files: the path in this test is wrong"
    for path in files:
        for name in _imports(path):
            words = name.split(".")
            if words[0] != "kafka_tck" or len(words) < 2 or words[1] not in PARTS:
                continue
            relative = path.relative_to(ROOT).as_posix()
            allowed = words[1] in MAY_IMPORT[part] or (relative, words[1]) in EXCEPTIONS
            assert allowed, f"{relative} imports {name}"


def test_the_namespace_package_has_no_init_file() -> None:
    assert list(ROOT.glob("*/kafka_tck/__init__.py")) == []


def test_only_the_wire_part_knows_the_codec_library() -> None:
    for part in set(PARTS) - {"wire"}:
        for path in _files(part):
            assert "kafka" not in {name.split(".")[0] for name in _imports(path)}, path


@pytest.mark.parametrize("part", PARTS)
def test_files_are_small(part: str) -> None:
    long = {p.name: n for p in _files(part) if (n := len(p.read_text().splitlines())) > 400}
    assert long == {}

"""What the pages refer to is there, and no finding is left out of the list."""

import re
from pathlib import Path

import pytest

from kafka_tck.properties import deviations

ROOT = Path(__file__).parents[2]
FINDINGS = ROOT / "docs" / "findings"
FOLDERS = ("model", "reference_impl", "properties", "adapters", "reports", "examples", "docs")
PAGES = sorted(
    [*ROOT.glob("*.md"), *(page for of in FOLDERS for page in (ROOT / of).rglob("*.md"))]
)
LINK = re.compile(r"\]\((?!https?:|#)([^)#\s]+)")


@pytest.mark.parametrize("page", PAGES, ids=lambda page: str(page.relative_to(ROOT)))
def test_links_lead_somewhere(page: Path) -> None:
    links = LINK.findall(page.read_text(encoding="utf-8"))
    assert [link for link in links if not (page.parent / link).exists()] == []


def test_every_finding_is_listed() -> None:
    listed = set(LINK.findall((FINDINGS / "README.md").read_text(encoding="utf-8")))
    assert {page.name for page in FINDINGS.glob("*.md")} - {"README.md"} <= listed


def test_every_shipped_deviation_has_its_page() -> None:
    links = [deviation.link for deviation in deviations.shipped()]
    assert links
    assert [link for link in links if not (ROOT / link).is_file()] == []

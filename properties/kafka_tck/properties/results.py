"""The end of a run: a summary per area, and all verdicts as one JSON document."""

from collections import Counter
from collections.abc import Iterator
from pathlib import Path
from typing import Any, Final

from kafka_tck.evidence.events import to_json
from kafka_tck.properties.session import Verdict
from kafka_tck.properties.suite import Judged, Suite, suite_version

_MOST_REASONS: Final = 15


def summary_lines(suite: Suite) -> Iterator[str]:
    """One line per area with its counts, then skips by reason, unknowns, and operations."""
    assert suite.session is not None
    release = ".".join(map(str, suite.session.profile.release))
    yield f"target {suite.session.target.name}, held to Apache Kafka {release}"
    areas: dict[str, Counter[Verdict]] = {}
    for judged in suite.judged.values():
        areas.setdefault(judged.requirement.area, Counter())[judged.verdict] += 1
    for area in sorted(areas):
        counts = areas[area]
        told = ", ".join(f"{counts[v]} {v.value}" for v in Verdict if counts[v])
        yield f"  {area:<14} {told}"
    yield from _reasons(suite)
    yield f"{suite.session.operations} operations in {suite.session.programs} programs"


def _reasons(suite: Suite) -> Iterator[str]:
    """Why some requirements neither passed nor failed; a long list is cut, the results are not."""
    wanting = (Verdict.SKIPPED, Verdict.DEVIATES, Verdict.UNKNOWN)
    lines = [
        f"  {judged.verdict.value}: {judged.requirement.id}: {judged.reason.splitlines()[0]}"
        for judged in suite.judged.values()
        if judged.verdict in wanting
    ]
    yield from lines[:_MOST_REASONS]
    if len(lines) > _MOST_REASONS:
        yield f"  and {len(lines) - _MOST_REASONS} more: --results FILE has all"


def write_results(suite: Suite, path: Path) -> None:
    """The verdicts, with their evidence, as one JSON document."""
    assert suite.session is not None
    document = {
        "target": suite.session.target.name,
        "release": ".".join(map(str, suite.session.profile.release)),
        "features": dict(suite.session.profile.features),
        "seed": suite.options.seed,
        "profile": suite.profile_name,
        "suite": suite_version(),
        "operations": suite.session.operations,
        "programs": suite.session.programs,
        "requirements": {
            name: _verdict(suite, judged) for name, judged in sorted(suite.judged.items())
        },
    }
    path.write_text(to_json(document, indent=1) + "\n")


def _verdict(suite: Suite, judged: Judged) -> dict[str, Any]:
    assert suite.session is not None
    told: dict[str, Any] = {
        "verdict": judged.verdict.value,
        "level": judged.requirement.level.value,
        "sentence": judged.requirement.sentence,
        "source": str(judged.requirement.source),
        "covers": judged.requirement.covers,
        "exercised": judged.exercised,
        "reason": judged.reason,
    }
    finding = suite.session.broken.get(judged.requirement.id)
    if finding is None:
        return told
    evidence = {
        "steps": [{"step": seen.step, "answer": seen.answer} for seen in finding.steps],
        "legal": finding.claim.legal,
        "actual": finding.claim.actual,
        "because": finding.claim.because,
    }
    return told | {"evidence": evidence}

"""A finding in words: what an implementer reads when a requirement is broken."""

from typing import Any

from kafka_tck.evidence.events import plain, to_json
from kafka_tck.properties.requirement import REGISTRY
from kafka_tck.properties.session import Finding


def explain(finding: Finding, target: str, replay: str) -> str:
    """The whole finding: id, level, sentence, source, steps, legal, actual, because, replay."""
    requirement = REGISTRY[finding.requirement]
    claim = finding.claim
    lines = [
        f"{requirement.id} ({requirement.level.value}): {requirement.sentence}",
        f"  source    {requirement.source}",
        f"  entries   {', '.join(requirement.covers)}",
        f"  target    {target}",
        f"  after     {len(finding.steps)} steps",
        *(_step(seen.number, seen.said, seen.answer) for seen in finding.steps),
        f"  expected  {' or '.join(_shown(value) for value in claim.legal)}",
        f"  actual    {_shown(claim.actual)}",
        f"  because   {claim.because}",
        f"  replay    {replay}",
    ]
    return "\n".join(lines)


def _step(number: int, said: str, answer: Any) -> str:
    return f"  {number:4d}  {_cut(said, 60):<60} -> {_cut(_brief(answer), 200)}"


def _brief(answer: Any) -> str:
    if "silence" in answer:
        return str(answer["silence"])
    return ", ".join(f"{name} {_shown(value)}" for name, value in answer.items())


def _shown(value: Any) -> str:
    value = plain(value)
    return value if isinstance(value, str) else to_json(value)


def _cut(text: str, width: int) -> str:
    return text if len(text) <= width else text[: width - 1] + "…"

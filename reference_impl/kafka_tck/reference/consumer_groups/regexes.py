"""Subscriptions by regular expression (RE2/J's syntax), which the coordinator resolves.

Python's syntax stands in for it: what RE2 has not (looking around, references back, possessive
and atomic groups, conditions) is refused, and where both have a construct they mean the same.
POSIX classes, \\p{...} and \\Q...\\E, which only RE2 has, are not understood.
Source: GroupMetadataManager.maybeUpdateRegularExpressions, handleRegularExpressionsResult,
TopicRegexResolver, 4.3.
"""

import re
from collections.abc import Iterable
from typing import Final

from kafka_tck.reference.consumer_groups.deciding import Decision
from kafka_tck.reference.consumer_groups.group import ConsumerGroup
from kafka_tck.reference.consumer_groups.members import Member
from kafka_tck.reference.consumer_groups.records import GroupValue, KeyKind, RegexValue
from kafka_tck.reference.log import Refusal

BATCH_MS: Final = 10_000
"""A group's expressions are resolved together, and not again for so long."""

_ONLY_PYTHON: Final = re.compile(
    r"\\[1-9]|\(\?(?:[=!>#(]|<[=!]|P=|[aLux])|(?:[*+?]|\{\d*,?\d*\})\+"
)
_REPEATED: Final = re.compile(r"\{(\d+)(?:,(\d*))?\}")
MOST_REPEATED: Final = 1000
_NAMED: Final = re.compile(r"\(\?<(?=\w)")
_ESCAPES: Final = re.compile(r"\\\\|\[\^?\]?[^\]]*\]")


def compiled(text: str) -> re.Pattern[str]:
    """Raises `Refusal` (INVALID_REGULAR_EXPRESSION)."""
    plain = _ESCAPES.sub("-", text)
    counts = (int(n) for found in _REPEATED.findall(plain) for n in found if n)
    if _ONLY_PYTHON.search(plain) or max(counts, default=0) > MOST_REPEATED:
        raise Refusal("INVALID_REGULAR_EXPRESSION")
    try:
        return re.compile(_NAMED.sub("(?P<", text))
    except (re.error, OverflowError, RecursionError):
        raise Refusal("INVALID_REGULAR_EXPRESSION") from None


def matched(text: str, names: Iterable[str]) -> frozenset[str]:
    """The topics whose whole names match, internal ones too."""
    pattern = compiled(text)
    return frozenset(name for name in names if pattern.fullmatch(name))


def subscribed(members: Iterable[Member]) -> set[str]:
    """The expressions that these members subscribe to."""
    return {member.regex for member in members} - {""}


def changed(decision: Decision, before: Member, after: Member) -> tuple[bool, bool]:
    """Whether a member has another expression, and whether what it matches is known already.

    Raises `Refusal` for an expression that is none.
    """
    if before.regex == after.regex:
        return False, False
    others = subscribed(decision.group.others(after.member_id))
    if before.regex and before.regex not in others:
        decision.note(KeyKind.REGEX, None, before.regex)
    if after.regex and after.regex not in others:
        compiled(after.regex)
        return True, False
    return True, not after.regex or after.regex in decision.group.resolved


def due(group: ConsumerGroup, newest: int, interval_ms: int, now: int) -> set[str]:
    """The expressions to be resolved now; none if it is too early, or all is known.

    `newest` is the metadata in which a topic was made last.
    """
    wanted = subscribed(group.members.values())
    known = group.resolved.values()
    last = max((value.resolved_at for value in known), default=None)
    if not wanted or (last is not None and now <= last + BATCH_MS):
        return set()
    version = min((value.version for value in known), default=-1)
    fresh = last is not None and now < last + interval_ms
    all_known = fresh and wanted == group.resolved.keys() and version >= newest
    return set() if all_known else wanted


def resolve(decision: Decision, regexes: Iterable[str]) -> None:
    """What expressions match by now; the group goes on if that is not what it was."""
    group, topics = decision.group, decision.topics
    still, differs = subscribed(group.members.values()), False
    found = dict(group.resolved)
    for regex in sorted(still & set(regexes)):
        value = RegexValue(matched(regex, topics.by_name), topics.version, decision.now)
        differs |= value.topics != (found[regex].topics if regex in found else frozenset())
        found[regex] = value
        decision.note(KeyKind.REGEX, value.encode(), regex)
    names = {topic for m in group.members.values() for topic in m.topics}
    names |= {t for m in group.members.values() if m.regex in found for t in found[m.regex].topics}
    metadata = topics.hash_of(names)
    if differs or decision.rules.metadata_changed(group.metadata_hash, metadata):
        decision.note(KeyKind.GROUP, GroupValue(group.epoch + 1, metadata).encode())

"""Settings of topics: what a change may answer, and what is told of them afterwards."""

from collections import Counter
from collections.abc import Mapping, Sequence
from typing import Final, NamedTuple

from kafka_tck.model.topics import LISTS, Flaw, is_legal_setting

SET, DELETE, APPEND, SUBTRACT = 0, 1, 2, 3
"""`AlterConfigOp.OpType`."""

OF_THE_TOPIC: Final = 1
"""The source of a setting that the topic has of its own (`DYNAMIC_TOPIC_CONFIG`)."""


class Change(NamedTuple):
    """One change of one setting."""

    key: str
    operation: int
    value: str | None = None


def flaws_of_changes(changes: Sequence[Change], present: Mapping[str, str]) -> list[Flaw]:
    """What is wrong with changing these settings of an existing topic, all or none of them."""
    twice = any(count > 1 for count in Counter(change.key for change in changes).values())
    without = any(change.operation != DELETE and change.value is None for change in changes)
    flaws = [Flaw("request", "INVALID_REQUEST")] if twice or without else []
    if any(_is_wrong(change, present) for change in changes):
        flaws.append(Flaw("value", "INVALID_CONFIG"))
    return flaws


def _is_wrong(change: Change, present: Mapping[str, str]) -> bool:
    if change.operation in (APPEND, SUBTRACT) and change.key not in LISTS:
        return True
    if change.operation == DELETE or change.value is None:
        return False
    changed = changed_value(change, present.get(change.key))
    return changed is not None and not is_legal_setting(change.key, changed)


def changed_value(change: Change, present: str | None, default: str = "delete") -> str | None:
    """The value of a setting after a change; None where the topic has none of its own.

    Words are appended to, and removed from, the default where the topic has no value.
    """
    if change.operation == DELETE or change.value is None:
        return None
    if change.operation == SET:
        return change.value
    words = [word for word in (default if present is None else present).split(",") if word]
    given = change.value.split(",")
    if change.operation == APPEND:
        return ",".join([*words, *(word for word in given if word not in words)])
    return ",".join(word for word in words if word not in given)


def after_changes(changes: Sequence[Change], present: Mapping[str, str]) -> dict[str, str]:
    """The topic's own settings after legal changes."""
    changed = {c.key: changed_value(c, present.get(c.key)) for c in changes}
    merged: dict[str, str | None] = {**present, **changed}
    return {key: value for key, value in merged.items() if value is not None}

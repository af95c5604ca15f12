"""When time takes a hand in a group: its timers, each as early as it may end.

On a slow machine the timeout of a member may be over though its program went on at once. A step
that was over only after that proves nothing, whatever was answered.
"""

from collections.abc import Collection, Mapping
from typing import Final

from kafka_tck.model.groups.group import Group, State

PHASE: Final = ""
"""What stands for the timer of a phase among the names of members."""
NEVER: Final = 2**62
Dues = Mapping[str, int]
"""By member, id that was given, or `PHASE`: the earliest time at which it may be over, in ms."""


def earliest(group: Group, dues: Dues, but: Collection[str] = ()) -> int:
    """When the first timer that runs in this group may end, except some; `NEVER` if none does."""
    running = {name for name, m in group.members.items() if not m.joins and not m.syncs}
    running |= group.pending | ({PHASE} if _ends_by_itself(group) else set())
    return min((dues[name] for name in running - set(but) if name in dues), default=NEVER)


def _ends_by_itself(group: Group) -> bool:
    """Whether somebody is removed or answered when the time of the phase is over."""
    if group.state is State.PREPARING:
        return any(m.joins or m.instance is None for m in group.members.values())
    return group.awaits_former or any(not m.synced for m in group.members.values())


def dues_after(
    before: Group, after: Group, dues: Dues, since: int, heard: Collection[str], given_ms: int
) -> Dues:
    """After a step that began at `since`: the timers of those heard of begin anew.

    `given_ms`: the session timeout of a JoinGroup that may have been given an id.
    """
    found = {name: dues.get(name, since + given_ms) for name in after.pending}
    for name, member in after.members.items():
        anew = name in heard or name not in dues
        found[name] = since + member.session_ms if anew else dues[name]
    if _begins_phase(before, after):
        found[PHASE] = since + after.rebalance_ms
    elif PHASE in dues:
        found[PHASE] = dues[PHASE]
    return found


def _begins_phase(before: Group, after: Group) -> bool:
    prepares = after.state is State.PREPARING and before.state is not State.PREPARING
    return prepares or after.generation != before.generation

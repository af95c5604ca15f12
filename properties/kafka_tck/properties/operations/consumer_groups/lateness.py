"""Members of consumer groups that time may have removed: nothing is claimed of them.

Timers begin after a request was sent, so what is not over by our clock is not over at all.
"""

from typing import Final

from kafka_tck.model.consumer_groups.member import Heartbeat
from kafka_tck.properties.operations.consumer_groups.believed import Heard
from kafka_tck.properties.world import World

SESSION_MS: Final = 45_000
"""group.consumer.session.timeout.ms by default."""


def session_of(world: World, group: str) -> int:
    """The session timeout of the group, in ms."""
    return int(world.handles.get(f"session of {group}", SESSION_MS))


def late_members(world: World, group: str) -> set[str]:
    """Who was not heard of for a session, or had to give something up and took too long."""
    now, session = world.now_ms(), session_of(world, group)
    start, end = "member ", f" of {group}"
    return {
        handle.removeprefix(start).removesuffix(end)
        for handle, heard in world.handles.items()
        if isinstance(heard, Heard) and handle.endswith(end) and _is_late(heard, now, session)
    }


def _is_late(heard: Heard, now: int, session: int) -> bool:
    if heard.is_classic or not heard.asked_ms:
        return False
    clings = heard.revokes_ms is not None and heard.rebalance_ms > 0
    took_too_long = clings and now >= (heard.revokes_ms or 0) + heard.rebalance_ms
    return took_too_long or now >= heard.asked_ms + session


def time_giving_up(heard: Heard, asked: Heartbeat, asked_ms: int) -> None:
    """Notes since when, at the earliest, the member is waited for to give something up."""
    if asked.rebalance_ms > 0:
        heard.rebalance_ms = asked.rebalance_ms
    if not heard.owned - heard.told:
        heard.revokes_ms = None
    elif heard.revokes_ms is None:
        heard.revokes_ms = asked_ms

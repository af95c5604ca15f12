"""What is believed of classic groups, and which requirement speaks of which rule."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from typing import Final

from kafka_tck.model.groups.group import Group
from kafka_tck.model.groups.verdicts import JOIN, Case, Key, Owed
from kafka_tck.properties.belief import Belief
from kafka_tck.properties.operations.classic_groups import laws, member_laws
from kafka_tck.properties.operations.classic_groups.dues import Dues
from kafka_tck.properties.requirement import Requirement

NOTE: Final = "classic groups"


@dataclass(frozen=True)
class Known:
    """One group, the answers that are due in it, and whether anything is known of it at all."""

    group: Group = field(default_factory=Group)
    owed: Mapping[Key, Owed] = field(default_factory=dict)
    refused: bool = False
    """Whether something was refused since it was looked at."""
    restarted: bool = False
    """Whether its coordinator was restarted since it was looked at."""
    left: bool = False
    """Whether somebody left since it was looked at."""
    lost: bool = False
    """An answer was wrong or came late: what the group is now is not known."""
    dues: Dues = field(default_factory=dict)
    """When time may take a hand in it."""

    def holds(self, key: Key) -> bool:
        """Whether this request of the member must not be answered yet."""
        name, kind = key
        member = self.group.members.get(name)
        return member is not None and (member.joins if kind == JOIN else member.syncs)


def known_of(belief: Belief, group: str) -> Known:
    groups = belief.notes.get(NOTE, {})
    assert isinstance(groups, Mapping)
    found = groups.get(group, Known())
    assert isinstance(found, Known)
    return found


def groups_of(belief: Belief) -> Mapping[str, Known]:
    groups = belief.notes.get(NOTE, {})
    assert isinstance(groups, Mapping)
    return groups


def having(belief: Belief, group: str, known: Known) -> Belief:
    return belief.noting(NOTE, {**groups_of(belief), group: known})


def losing(belief: Belief, group: str) -> Belief:
    return having(belief, group, replace(known_of(belief, group), lost=True))


OF_JOINS: Final[Mapping[Case, Requirement]] = {
    Case.SESSION_BOUNDS: laws.session_bounds,
    Case.NEEDS_ID: laws.ids_first,
    Case.NO_SUCH_GROUP: laws.unknown_ids,
    Case.NO_SUCH_MEMBER: laws.unknown_ids,
    Case.OTHER_INSTANCE: member_laws.instances_fence,
    Case.PROTOCOLS: laws.protocols_in_common,
    Case.TOO_MANY: laws.sizes,
    Case.NEW_MEMBER: laws.joining_rebalances,
    Case.REJOINS: laws.joins_are_held,
    Case.CHANGES: laws.joining_rebalances,
    Case.LEADER_JOINS: laws.joining_rebalances,
    Case.NOTHING_NEW: laws.nothing_new,
    Case.ANSWER_LOST: laws.lost_answers,
    Case.REPLACES: member_laws.static_replaced,
    Case.REPLACES_STABLE: member_laws.static_in_stable,
    Case.REPLACES_PROTOCOL: member_laws.static_elects,
    Case.LEAVES: member_laws.leaving_rebalances,
    Case.PENDING_LEAVES: member_laws.leaving_rebalances,
    Case.JOIN_PHASE_OVER: laws.phase_has_an_end,
    Case.SYNC_PHASE_OVER: laws.syncs_are_awaited,
    Case.SESSION_OVER: member_laws.sessions_end,
}
"""Who speaks of the answer to a JoinGroup, by the rule that leads to it."""

OF_SYNCS: Final[Mapping[Case, Requirement]] = {
    Case.NO_SUCH_GROUP: laws.syncs_are_of_members,
    Case.NO_SUCH_MEMBER: laws.syncs_are_of_members,
    Case.OTHER_INSTANCE: member_laws.instances_fence,
    Case.OTHER_GENERATION: laws.syncs_are_of_members,
    Case.OTHER_PROTOCOL: laws.syncs_name_the_protocol,
    Case.REBALANCES: laws.syncs_are_of_members,
    Case.ASSIGNS: laws.fresh_assignments,
    Case.ASSIGNED: laws.fresh_assignments,
    Case.REPLACES: member_laws.static_replaced,
}
"""The same for SyncGroup; every other rule lets go of who waits, because a rebalance begins."""


def law_of(kind: str, case: Case) -> Requirement:
    if kind == JOIN:
        return OF_JOINS[case]
    return OF_SYNCS.get(case, laws.syncs_are_let_go)

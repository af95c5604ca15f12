"""The clients of a group: their member ids, and requests of theirs whose answers may take long.

Each request that may be held has a connection of its own: a node takes the next request of a
connection only after it has answered the one before.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any, Final

from kafka_tck.adapters.client import Answer, Pending, RawClient
from kafka_tck.adapters.target import Silence
from kafka_tck.model.groups.group import State
from kafka_tck.model.groups.verdicts import JOIN, Key
from kafka_tck.properties.claims import Observation
from kafka_tck.properties.operations.answers import silent
from kafka_tck.properties.operations.coordinators import (
    GROUP,
    NOT_READY,
    PATIENCE,
    coordinator,
    forget_coordinators,
)
from kafka_tck.properties.world import TargetGone, World
from kafka_tck.wire.errors import error_name

OWN: Final = "own"
"""What stands for the answer of a request that is refused, among those that are due."""
_READY: Final = "ready coordinators"
_ROUNDS: Final = 3
_ARRIVES_WITHIN: Final = 10.0
STRANGER: Final = "somebody"
"""How an observation calls a member whose id no answer has told yet."""


@dataclass
class Held:
    """A request whose answer may still come."""

    group: str
    pending: Pending
    client: RawClient
    sent_ms: int


@dataclass
class Members:
    """What the clients of a run know, by the symbols of members."""

    ids: dict[str, str] = field(default_factory=dict)
    held: dict[Key, Held] = field(default_factory=dict)
    connections: int = 0
    texts: dict[bytes, str] = field(default_factory=dict)
    """The words of a program for metadata that was sent."""

    def text_of(self, metadata: bytes) -> str:
        return self.texts.get(metadata, metadata.decode(errors="replace"))

    def symbol_of(self, real: str) -> str:
        return next((name for name, known in self.ids.items() if known == real), STRANGER)


def members(world: World) -> Members:
    found = world.handles.setdefault("members of classic groups", Members())
    assert isinstance(found, Members)
    return found


def id_of(world: World, name: str) -> str:
    """The member id of a symbol, as a broker gave it; of one that nobody has, a made-up one."""
    return members(world).ids.get(name, f"no-such-member-{name}") if name else ""


def node_of(world: World, group: str) -> int:
    """The coordinator of a group, once it has loaded what it knows of it. Raises `TargetGone`."""
    ready = world.handles.setdefault(_READY, set())
    if (group, _coordinator(world, group).node) not in ready:
        if world.until(lambda: _is_ready(world, group), PATIENCE) is None:
            raise TargetGone(f"the coordinator of {group} is not ready")
        ready.add((group, _coordinator(world, group).node))
    return _coordinator(world, group).node


def _coordinator(world: World, group: str) -> RawClient:
    return coordinator(world, world.real(group), GROUP)


def _is_ready(world: World, group: str) -> bool | None:
    at = _coordinator(world, group)
    found = world.call(at, "DescribeGroups", groups=[world.real(group)])
    if not isinstance(found, Answer) or error_name(found.body.groups[0].error_code) in NOT_READY:
        forget_coordinators(world)
        return None
    return True


def forget_what_ends_with_a_node(world: World) -> None:
    """After a restart: nobody is known to coordinate, and no answer is waited for."""
    forget_coordinators(world)
    world.handles.pop(_READY, None)
    members(world).held.clear()


def send(world: World, group: str, api: str, version: int, fields: Mapping[str, Any]) -> Held:
    """Sends a request on a connection of its own."""
    known = members(world)
    known.connections += 1
    client = world.client(f"member {known.connections}", node_of(world, group))
    world.operations += 1
    sent_ms = world.now_ms()
    return Held(group, client.send(api, version, **fields), client, sent_ms)


def let_it_arrive(world: World, group: str, sent: Held, shows: tuple[str, int] | None) -> None:
    """Lets the coordinator take a request that it holds, before another one is sent.

    `shows`: the state and the number of members that everybody sees then. What nobody sees may
    still be on its way, but hardly so after some answers to what was sent later; on virtual time
    what is sent has arrived. None: it may be answered at once or begin a rebalance, and one of both
    is waited for.
    """
    at = world.client("c1", node_of(world, group))

    def arrived() -> bool | None:
        found = world.call(at, "DescribeGroups", groups=[world.real(group)])
        told = found.body.groups[0] if isinstance(found, Answer) else None
        seen = (told.group_state, len(told.members)) if told else None
        if shows is None:
            begun = seen is not None and seen[0] == State.PREPARING.value
            is_answered = sent.pending.outcome(0) is not Silence.TIMED_OUT
            return True if begun or is_answered else None
        return True if shows == seen else None

    rounds = 1 if "time.virtual" in world.target.capabilities else _ROUNDS
    looks = [arrived() for _ in range(rounds)]
    if not looks[-1]:
        world.until(arrived, _ARRIVES_WITHIN)


def keep(world: World, key: Key, held: Held) -> None:
    """The request is the one that its member waits for; a former one is given up."""
    known = members(world)
    if key in known.held:
        world.drop(known.held[key].client)
    known.held[key] = held


def collect(world: World, group: str, due: Iterable[Key]) -> Observation:
    """Waits for the answers that are due, and looks whether others of the group have come."""
    known = members(world)
    due = set(due)
    answered = {}
    of_group = [(key, held) for key, held in known.held.items() if held.group == group]
    for key, held in sorted(of_group, key=lambda item: item[0] not in due):
        outcome = held.pending.outcome(PATIENCE if key in due else 0)
        if outcome is not Silence.TIMED_OUT:
            answered[key] = outcome
            world.drop(known.held.pop(key).client)
    for (name, kind), outcome in answered.items():
        if kind == JOIN and isinstance(outcome, Answer):
            learn_id(world, name, outcome.body)
    return {label(key): read(world, key[1], outcome) for key, outcome in answered.items()}


def label(key: Key) -> str:
    return f"{key[0]} {key[1]}"


def key_of(label: str) -> Key:
    name, kind = label.split(" ")
    return name, kind


def learn_id(world: World, name: str, body: Any) -> None:
    """Keeps the id that a JoinGroup told its sender, unless it has one."""
    if body.member_id and error_name(body.error_code) in ("NONE", "MEMBER_ID_REQUIRED"):
        members(world).ids.setdefault(name, body.member_id)


def read(world: World, kind: str, outcome: Any) -> Observation:
    """What an answer to JoinGroup or SyncGroup says, with symbols for ids."""
    if not isinstance(outcome, Answer):
        return silent(outcome)
    body, version = outcome.body, outcome.version
    told = {"error": error_name(body.error_code)}
    if kind == JOIN:
        return told | _joined(world, body, version)
    stated = {"type": body.protocol_type, "protocol": body.protocol_name} if version >= 5 else {}
    return told | stated | {"assignment": bytes(body.assignment or b"").decode(errors="replace")}


def _joined(world: World, body: Any, version: int) -> dict[str, Any]:
    symbol = members(world).symbol_of
    return {
        "id": symbol(body.member_id),
        "generation": body.generation_id,
        "protocol": body.protocol_name,
        "leader": symbol(body.leader or ""),
        "members": {
            symbol(m.member_id): [
                m.group_instance_id if version >= 5 else None,
                members(world).text_of(bytes(m.metadata)),
            ]
            for m in body.members
        },
        **({"type": body.protocol_type} if version >= 7 else {}),
        **({"skips": bool(body.skip_assignment)} if version >= 9 else {}),
        "tells_instances": version >= 5,
    }

"""Names, ids and brokers of programs: from symbols to real ones and back.

All names that `spell` makes in one run share one prefix, so that `a.b` and `a_b` can collide.
"""

from typing import Final
from uuid import NAMESPACE_OID, UUID, uuid5

from kafka_tck.model.topics import Cluster
from kafka_tck.properties.belief import Belief
from kafka_tck.properties.world import World
from kafka_tck.wire.messages import ZERO_ID

INCARNATIONS: Final = "incarnations"
"""The note of a belief that counts the lives of each topic."""


def spell(world: World, symbol: str) -> str:
    """The real name of a symbol.

    `!x` is sent as `x`; `x*250` is padded to 250 characters; `__x` keeps its underscores in front.
    """
    if symbol not in world.names:
        world.names[symbol] = _spelled(world, symbol)
    return world.names[symbol]


def _spelled(world: World, symbol: str) -> str:
    if symbol.startswith("!"):
        return symbol[1:]
    base = world.real("run")
    if symbol.startswith("__"):
        return f"__{base}-{symbol[2:]}"
    name, padded, length = symbol.partition("*")
    return f"{base}-{name}".ljust(int(length), "x") if padded else f"{base}-{name}"


def learn_id(world: World, topic: str, real: UUID) -> str:
    """The symbol of a topic's id, such as `a#2`; a new one is counted on."""
    known = world.incarnations.setdefault(topic, [])
    if symbol_of_id(world, real) is None:
        known.append(real)
    return symbol_of_id(world, real) or ""


def symbol_of_id(world: World, real: UUID | None) -> str | None:
    """The symbol of an id that was seen before; None for none, zero or a foreign one."""
    for topic, known in world.incarnations.items():
        if real in known:
            return f"{topic}#{known.index(real) + 1}"
    return None


def real_id(world: World, symbol: str | None) -> UUID:
    """The id of a symbol; one that no topic ever had, if the symbol is not known."""
    if symbol is None:
        return ZERO_ID
    topic, _, number = symbol.rpartition("#")
    known = world.incarnations.get(topic, [])
    if number.isdigit() and 0 < int(number) <= len(known):
        return known[int(number) - 1]
    return uuid5(NAMESPACE_OID, f"{world.real('run')} {symbol}")


def lives(belief: Belief, topic: str) -> int:
    """How often the topic was created so far."""
    counted = belief.notes.get(INCARNATIONS, {})
    assert isinstance(counted, dict)
    return int(counted.get(topic, 0))


def born(belief: Belief, topic: str) -> Belief:
    """The belief in which the topic has been created once more."""
    counted = belief.notes.get(INCARNATIONS, {})
    assert isinstance(counted, dict)
    return belief.noting(INCARNATIONS, {**counted, topic: lives(belief, topic) + 1})


def live_ids(belief: Belief) -> dict[str, str]:
    """The topics that exist, by the symbols of their ids."""
    return {f"{topic}#{lives(belief, topic)}": topic for topic in belief.topics}


def dead_ids(belief: Belief) -> list[str]:
    """The ids of topics that were deleted."""
    counted = belief.notes.get(INCARNATIONS, {})
    assert isinstance(counted, dict)
    every = [f"{topic}#{n}" for topic, count in counted.items() for n in range(1, count + 1)]
    return [symbol for symbol in every if symbol not in live_ids(belief)]


def broker(world: World, position: int) -> int:
    """The node id at a position, from 1 on; past the last node one that does not exist."""
    nodes = world.target.nodes()
    return nodes[position - 1] if 0 < position <= len(nodes) else max(nodes) + abs(position)


def cluster_of(world: World, belief: Belief) -> Cluster:
    """What the controller decides by, with real names."""
    topics = {spell(world, symbol): t.partitions for symbol, t in belief.topics.items()}
    return Cluster(frozenset(world.target.nodes()), topics)

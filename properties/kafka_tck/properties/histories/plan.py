"""How a storm is drawn: everything comes from one seed and a few numbers."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from random import Random
from typing import Final

from kafka_tck.adapters.client import Answer, RawClient
from kafka_tck.properties.world import World

MOVES: Final[Mapping[str, tuple[str, ...]]] = {
    "kill": ("fault.kill",),
    "restart": ("fault.restart",),
    "pause": ("fault.pause",),
    "part": ("fault.cut",),
    "cut": ("fault.cut",),
    "isolate": ("fault.cut",),
    "desert": ("fault.cut_controllers",),
    "delay": ("fault.delay",),
    "lose_power": ("fault.lose_power",),
}
"""What can be done to a cluster, and the capabilities that it takes."""

_ELR: Final = "eligible.leader.replicas.version"


@dataclass(frozen=True)
class Plan:
    """What a storm is drawn from. The same plan gives the same storm on the bundled cluster."""

    seed: int
    operations: int = 150
    """Requests of the clients; Metadata and the last reads are not counted."""
    faults: int = 5
    producers: int = 3
    consumers: int = 3
    transactors: int = 0
    """Clients that write in transactions; with any of them some consumers read what is committed.
    """
    members: int = 0
    """Members of a consumer group; with any of them no power fails, since the offsets of groups are
    kept with min.insync.replicas=1.
    """
    moves: tuple[str, ...] = ("kill",)
    """Which faults may be drawn, by the names of `MOVES`."""
    latency: bool = False
    """Whether every way between brokers takes some time, all the while."""

    @property
    def loses_power(self) -> bool:
        return "lose_power" in self.moves

    def rngs(self, count: int) -> list[Random]:
        """As many sources of chance, all from the seed."""
        first = Random(self.seed)
        return [Random(first.getrandbits(64)) for _ in range(count)]


def possible_moves(capabilities: Collection[str], features: Mapping[str, int]) -> tuple[str, ...]:
    """The faults that a target can inject, and that lose nothing that was acknowledged.

    Without eligible leader replicas one power failure may lose acknowledged records (KIP-966).
    """
    found = [move for move, needs in MOVES.items() if set(needs) <= set(capabilities)]
    if features.get(_ELR, 0) < 1:
        found = [move for move in found if move != "lose_power"]
    return tuple(found)


def draw_moves(seed: int, possible: tuple[str, ...]) -> tuple[str, ...]:
    """The faults of one storm: all, or a few that then come often."""
    rng = Random(f"moves {seed}")
    if rng.random() < 0.4 or len(possible) < 3:
        return possible
    chosen = set(rng.sample(possible, rng.randint(2, len(possible) - 1)))
    return tuple(move for move in possible if move in chosen)


def draw_plan(
    seed: int,
    possible: tuple[str, ...],
    operations: int,
    faults: int,
    moves: tuple[str, ...] | None = None,
    transactors: int = 0,
    members: int = 0,
) -> Plan:
    """The plan of a seed. `moves` of one's own are drawn from no further."""
    chosen = draw_moves(seed, possible) if moves is None else moves
    if members:
        chosen = tuple(move for move in chosen if move != "lose_power") or ("kill",)
    latency = "delay" in possible and Random(f"latency {seed}").random() < 0.7
    clients = {"transactors": transactors, "members": members}
    return Plan(seed, operations, faults, moves=chosen, latency=latency, **clients)


@dataclass(frozen=True)
class Pace:
    """How fast a cluster notices what happens to it: the measure of all waiting in a storm."""

    session_ms: int = 9_000
    lag_ms: int = 30_000

    def hold(self, rng: Random) -> int:
        """How long a fault lasts: unnoticed, at the limit, or until everybody knows."""
        kind = rng.random()
        if kind < 0.25:
            return round(self.lag_ms * rng.uniform(0.0, 0.4))
        if kind < 0.5:
            return round(self.lag_ms * rng.uniform(0.4, 1.2))
        return self.long_hold(rng)

    def long_hold(self, rng: Random) -> int:
        """Long enough for another leader to be elected."""
        return round(max(self.lag_ms, self.session_ms) * rng.uniform(1.0, 2.2))

    def gap(self, rng: Random) -> int:
        """How long until the next fault begins; often before the last one has ended."""
        return round(self.lag_ms * rng.uniform(0.05, 1.5))

    def relay(self, rng: Random) -> int:
        """How long after a node has come back the next one may go: before it has caught up."""
        return round(self.lag_ms * rng.choice([0.0, 0.02, 0.1, 0.3]) * rng.random())

    def latency(self, rng: Random) -> int:
        """Milliseconds that a way takes in a storm where every way takes some."""
        return 1 + round(self.lag_ms * rng.choice([0.0, 0.02, 0.1, 0.3]) * rng.random())

    def mean_ms(self) -> float:
        """About how long one fault and its gap take."""
        return 0.5 * 1.6 * max(self.lag_ms, self.session_ms) + 1.1 * self.lag_ms


_PACE_KEYS: Final = ("broker.session.timeout.ms", "replica.lag.time.max.ms")


def read_pace(world: World) -> Pace:
    """What the first node says of its settings; Kafka's defaults if it says nothing."""
    node = world.target.nodes()[0]
    told = _configs(world.client("pace", node), node)
    session, lag = (int(told.get(key, 0) or 0) for key in _PACE_KEYS)
    return Pace(session or Pace.session_ms, lag or Pace.lag_ms)


def _configs(client: RawClient, node: int) -> dict[str, str]:
    found = client.call(
        "DescribeConfigs",
        resources=[
            {
                "resource_type": 4,
                "resource_name": str(node),
                "configuration_keys": list(_PACE_KEYS),
            }
        ],
    )
    if not isinstance(found, Answer) or not found.body.results:
        return {}
    return {each.name: each.value for each in found.body.results[0].configs}

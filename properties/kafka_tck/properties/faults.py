"""The faults that one run has injected: done by name, remembered, and undone in the end."""

from dataclasses import dataclass, field

from kafka_tck.adapters.target import CONTROLLERS, Faults, Hindrances, Outages, Target

Way = tuple[int, int]
"""Who sends and who receives; `CONTROLLERS` stands for whichever controller leads."""


@dataclass
class Injected:
    """What is wrong with the target by our doing. Whoever asks has seen to the capability."""

    target: Target
    down: set[int] = field(default_factory=set)
    """The nodes that were ended and not started again."""
    paused: set[int] = field(default_factory=set)
    cuts: set[Way] = field(default_factory=set)
    delays: dict[Way, int] = field(default_factory=dict)
    """Milliseconds that a way takes longer."""

    def can(self, *capabilities: str) -> bool:
        """Whether the target has all these faults, such as `fault.pause`."""
        return set(capabilities) <= self.target.capabilities

    def running(self) -> list[int]:
        """The nodes that are neither down nor paused."""
        return [n for n in self.target.nodes() if n not in self.down and n not in self.paused]

    def any(self) -> bool:
        """Whether anything is still to be undone."""
        return bool(self.down or self.paused or self.cuts or self.delays)

    def kill(self, node: int) -> None:
        assert isinstance(self.target, Faults)
        self.target.kill(node)
        self._ended(node)

    def lose_power(self, node: int) -> None:
        assert isinstance(self.target, Outages)
        self.target.lose_power(node)
        self._ended(node)

    def _ended(self, node: int) -> None:
        self.paused.discard(node)
        self.down.add(node)

    def start(self, node: int) -> None:
        assert isinstance(self.target, Faults)
        self.target.start(node)
        self.down.discard(node)

    def pause(self, node: int) -> None:
        assert isinstance(self.target, Hindrances)
        self.target.pause(node)
        self.paused.add(node)

    def resume(self, node: int) -> None:
        assert isinstance(self.target, Hindrances)
        self.target.resume(node)
        self.paused.discard(node)

    def cut(self, *ways: Way) -> None:
        """From here on what is sent these ways is lost."""
        assert isinstance(self.target, Outages)
        for way in ways:
            self.target.cut(*way)
            self.cuts.add(way)

    def heal(self, *ways: Way) -> None:
        assert isinstance(self.target, Outages)
        for way in ways:
            self.target.heal(*way)
            self.cuts.discard(way)

    def part(self, one: int, other: int) -> None:
        """Cuts the link between two nodes, both ways."""
        self.cut((one, other), (other, one))

    def isolate(self, node: int) -> None:
        """Nothing gets through between a node and the others, controllers too; clients do."""
        for other in (CONTROLLERS, *self.target.nodes()):
            if other != node:
                self.part(node, other)

    def delay(self, way: Way, ms: int) -> None:
        """What is sent this way takes so much longer; 0 makes it as fast as ever."""
        assert isinstance(self.target, Hindrances)
        self.target.delay(*way, ms)
        self.delays[way] = ms
        if ms == 0:
            del self.delays[way]

    def open_links(self) -> None:
        """Every way is free, and fast once what is under way has arrived: it keeps its order."""
        late = max(self.delays.values(), default=0)
        for way in sorted(self.delays):
            self.delay(way, 0)
        if self.cuts:
            self.heal(*sorted(self.cuts))
        clock = self.target.clock
        arrived = clock.now_ms() + late
        clock.until(lambda: True if clock.now_ms() >= arrived else None, late / 1000 + 1)

    def undo_all(self) -> None:
        """Links first, so that nodes that start find the others."""
        self.open_links()
        for node in sorted(self.paused):
            self.resume(node)
        for node in sorted(self.down):
            self.start(node)

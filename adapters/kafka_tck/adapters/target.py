"""What a target is: connections to nodes, a clock, and the faults it can inject.

A third party writes one module: a class with these members and a function marked `@hookimpl`
named `kafka_tck_target`, published in the entry-point group `kafka_tck`. `examples/` has one.
An adapter passes bytes through. It never retries, sorts, fills in defaults or hides an error.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from enum import Enum
from typing import Final, Protocol, TypeVar, runtime_checkable

import pluggy

GROUP: Final = "kafka_tck"
CONTROLLERS: Final = 0
"""The controllers, as an end of a link: whichever of them leads. Nodes are 1 and up."""

hookspec: Final = pluggy.HookspecMarker(GROUP)
hookimpl: Final = pluggy.HookimplMarker(GROUP)

T = TypeVar("T")


class Silence(Enum):
    """Why no answer came. Each is an outcome of its own, and none says that nothing happened."""

    TIMED_OUT = "timed out"
    CLOSED = "connection closed"
    DIED = "process died"


class Misuse(Exception):
    """The caller asked for something that cannot be; the text says what to write instead."""


class Unreachable(Exception):
    """No connection to the node could be made."""


class Connection(Protocol):
    """One TCP connection, or what stands in for it."""

    def send(self, data: bytes) -> None:
        """Sends these very bytes. A connection that is gone says so at the next `receive`."""

    def receive(self, within: float) -> bytes | Silence:
        """The next whole frame without its size, or why there is none after `within` seconds."""

    def close(self) -> None: ...


class Clock(Protocol):
    """The target's time. Virtual time jumps to the next event, wall time passes."""

    def now_ms(self) -> int:
        """Milliseconds since 1970, as the target's brokers see them."""

    def until(self, condition: Callable[[], T | None], within: float) -> T | None:
        """What the condition gives as soon as it is not None; None after `within` seconds."""


@runtime_checkable
class Faults(Protocol):
    """Faults that some targets can inject; each is named by a capability `fault.<method>`."""

    def restart(self, node: int) -> None:
        """A clean stop and start; the node can serve again when this returns."""

    def kill(self, node: int) -> None:
        """The process ends without warning; what it wrote to its files stays (page cache)."""

    def start(self, node: int) -> None:
        """Starts a node that was killed; it can serve again when this returns."""


@runtime_checkable
class Outages(Protocol):
    """Faults of machines and of links; each is named by a capability `fault.<method>`."""

    def lose_power(self, node: int) -> None:
        """The machine goes down: what the node had not brought to its disk is lost."""

    def cut(self, sender: int, receiver: int) -> None:
        """What one node sends to another is lost until `heal`.

        One end may be `CONTROLLERS` where the target has `fault.cut_controllers`.
        """

    def heal(self, sender: int, receiver: int) -> None:
        """The way is free again; what was lost stays lost."""


@runtime_checkable
class Hindrances(Protocol):
    """Faults that lose nothing; each is named by a capability `fault.<method>`."""

    def pause(self, node: int) -> None:
        """The node stands still, and its connections stay open."""

    def resume(self, node: int) -> None:
        """A paused node goes on, with all that has come meanwhile; it can serve again."""

    def delay(self, sender: int, receiver: int, ms: int) -> None:
        """What one node sends to another takes so much longer, in order; 0 ends that.

        One end may be `CONTROLLERS` where the target has `fault.delay_controllers`.
        """


@runtime_checkable
class Mishaps(Protocol):
    """What befalls single messages, and clocks; each is named by a capability `fault.<method>`.

    It befalls the next message that one node sends to another, once. One end may be `CONTROLLERS`.
    """

    def lose(self, sender: int, receiver: int) -> None:
        """The message is lost."""

    def duplicate(self, sender: int, receiver: int) -> None:
        """The message comes twice."""

    def reorder(self, sender: int, receiver: int) -> None:
        """The message comes after the one that follows it."""

    def undo_mishaps(self) -> None:
        """Nothing befalls messages any more; what is held back goes on."""

    def skew(self, node: int, ms: int) -> None:
        """What the node reads as the time is so much later than it is, or earlier; 0 ends that."""


class Target(Protocol):
    """A running cluster that the suite may send requests to.

    `capabilities` are words such as `fault.restart`, `nodes.3`, `config.topic`; a property names
    what it needs and is skipped, with the missing word, where a target lacks it.
    """

    name: str
    release: str | None
    """The Apache Kafka release that it follows, such as 4.3.1; None: to be read off it."""
    capabilities: frozenset[str]
    clock: Clock

    def nodes(self) -> tuple[int, ...]:
        """The node ids, in ascending order. A node id is what Metadata calls the broker."""

    def connect(self, node: int) -> Connection:
        """A new connection to the node. Raises `Unreachable`."""

    def close(self) -> None:
        """Ends all that the target started. Idempotent."""


@dataclass(frozen=True)
class TargetOptions:
    """What the command line says about a target; alike for every kind of target."""

    nodes: int = 1
    seed: int = 0
    features: Mapping[str, int] = field(default_factory=dict)
    config: Mapping[str, str] = field(default_factory=dict)
    kafka_home: str | None = None
    behaves_like: str | None = None


class Hooks:
    """The hooks that an adapter may implement."""

    @hookspec(firstresult=True)
    def kafka_tck_target(self, spec: str, options: TargetOptions) -> Target | None:
        """The target that `spec` (such as `wire:127.0.0.1:9092`) names; None if it is not ours.

        Raises `Misuse` with one line when the spec is ours but cannot be had.
        """

    @hookspec
    def kafka_tck_target_forms(self) -> list[str]:
        """The forms of spec this adapter answers, one line each, for `--help` and errors."""
        return []

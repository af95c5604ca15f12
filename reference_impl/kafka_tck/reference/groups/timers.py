"""What a coordinator does later, by name: to start a timer again puts it off.

Source: CoordinatorTimer, CoordinatorRuntime, 4.3.
"""

from collections.abc import Callable, Hashable
from typing import TYPE_CHECKING

from kafka_tck.reference.steps import Until, Work

if TYPE_CHECKING:
    from kafka_tck.reference.broker import Broker


class Timers:
    """The timers of one shard, which end with its leadership."""

    def __init__(self, broker: "Broker") -> None:
        self._broker = broker
        self._running: dict[Hashable, object] = {}
        self._over = False

    def start(self, key: Hashable, delay_ms: int, do: Callable[[], None]) -> None:
        """Does something once this time has passed, unless the timer is stopped or restarted."""
        self.stop(key)
        if self._over:
            return
        token = self._running[key] = object()
        self._broker.run(self._run(key, token, self._broker.now + delay_ms, do))

    def stop(self, key: Hashable) -> None:
        token = self._running.pop(key, None)
        if token is not None:
            self._broker.touch(token)

    def end(self) -> None:
        """All are stopped, and none is started any more."""
        self._over = True
        for key in list(self._running):
            self.stop(key)

    def is_running(self, key: Hashable) -> bool:
        return key in self._running

    def _run(self, key: Hashable, token: object, due: int, do: Callable[[], None]) -> Work:
        yield Until(lambda: self._running.get(key) is not token, due, (token,))
        if self._running.get(key) is token:
            del self._running[key]
            do()

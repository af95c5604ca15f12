"""Work that goes on when whoever asked for it has gone."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, TypeVar

from kafka_tck.reference.log import Refusal
from kafka_tck.reference.steps import NEVER, Until, Waited, Work

if TYPE_CHECKING:
    from kafka_tck.reference.broker import Broker

T = TypeVar("T")


@dataclass(slots=True, eq=False)
class _Result:
    over: bool = False
    value: Any = None
    refusal: Refusal | None = None


def apart(broker: "Broker", work: Waited[T]) -> Waited[T]:
    """Runs work as the broker's own, and waits for it. A client may leave meanwhile, and what its
    request has begun is brought to its end all the same. Raises the `Refusal` of the work."""
    result = _Result()
    broker.run(_run(work, result, lambda: broker.touch(result)))
    yield Until(lambda: result.over, NEVER, (result,))
    if result.refusal is not None:
        raise result.refusal
    value: T = result.value
    return value


def _run(work: Waited[Any], result: _Result, done: Callable[[], None]) -> Work:
    try:
        result.value = yield from work
    except Refusal as refusal:
        result.refusal = refusal
    result.over = True
    done()

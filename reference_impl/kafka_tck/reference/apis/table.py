"""The APIs that a broker serves: `kafka_tck.reference.apis` fills this table in."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from kafka_tck.reference.steps import Outcome, Steps
from kafka_tck.wire.messages import APIS, Request

if TYPE_CHECKING:
    from kafka_tck.reference.broker import Broker

Handler = Callable[["Broker", Request], "Outcome | Steps"]


@dataclass(frozen=True, slots=True)
class Served:
    """The versions that ApiVersions advertises, and what answers them."""

    key: int
    oldest: int
    newest: int
    handle: Handler


SERVED: Final[dict[str, Served]] = {}


def serve(
    name: str, handle: Handler, *, oldest: int | None = None, newest: int | None = None
) -> None:
    """Serves an API in the versions of its schema, unless told otherwise.

    `oldest` may be lower than the schema's: such versions are advertised, and not understood.
    """
    api = APIS[name]
    lowest = api.oldest if oldest is None else oldest
    highest = api.newest if newest is None else newest
    SERVED[name] = Served(api.key, lowest, highest, handle)

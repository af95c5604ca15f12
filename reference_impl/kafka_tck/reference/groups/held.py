"""An answer that a coordinator holds back: it is given later, by whatever comes first."""

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from kafka_tck.reference.steps import NEVER, Until, Waited

if TYPE_CHECKING:
    from kafka_tck.reference.broker import Broker

Fields = Mapping[str, Any]


class Held:
    """One answer. The client may leave meanwhile, which nobody notices: its place stays."""

    def __init__(self, broker: "Broker") -> None:
        self._broker = broker
        self._fields: Fields | None = None

    def give(self, fields: Fields) -> None:
        """The answer; a second one is for nobody."""
        if self._fields is None:
            self._fields = fields
            self._broker.touch(self)

    @property
    def is_given(self) -> bool:
        return self._fields is not None

    def wait(self) -> Waited[Fields]:
        """For the handler of the request: waits for the answer, and returns it."""
        yield Until(lambda: self.is_given, NEVER, (self,))
        assert self._fields is not None
        return self._fields

"""One of the two clusters: sends it the steps of a program and says what came back."""

from dataclasses import dataclass
from typing import Any, Final

from tests.differential.nonsense import STRANGE_TEXTS
from tests.differential.normal import said_answer
from tests.differential.steps import Step, sent_as
from tests.differential.symbols import Names

from kafka_tck.adapters.target import Connection, Silence, Target
from kafka_tck.wire.frames import framed
from kafka_tck.wire.messages import Message, decode_response, encode_request
from kafka_tck.wire.strict import Malformed

PATIENCE: Final = 5.0
"""Seconds until a connection counts as silent."""

CHANGING: Final = frozenset(
    {"Metadata", "CreateTopics", "DeleteTopics", "CreatePartitions", "IncrementalAlterConfigs"}
)
"""APIs whose effect a broker shows only some time after the controller has answered."""

ENDING: Final = frozenset({"EndTxn", "InitProducerId"})
"""APIs that are answered before a transaction is at its end."""

_PROBES: Final = 1 << 30
"""Correlation ids from here on are ours."""

_CLIENT_METRICS: Final = 16
_MARKER: Final = "differential-marker"

Said = dict[str, Any]
"""An outcome in words that mean the same on both sides."""


@dataclass
class Side:
    """A target, the connections of the current run, and the names that this side gave.

    After a step that changes metadata a cluster with real brokers is waited for, so that both
    sides answer the next step from the same state.
    """

    target: Target
    is_bundled: bool

    def __post_init__(self) -> None:
        self._sent = 0
        self._altered = False
        self._coordinated = False
        self._now = 0
        self._marked = 0
        self._clients: dict[int, Connection] = {}
        self._own = self._connect()
        self.names = Names("", 0)

    def begin(self, prefix: str) -> None:
        self.names = Names(prefix, self.target.clock.now_ms())
        self._altered = False

    def perform(self, step: Step) -> Said:
        """Sends one step and gives its outcome."""
        self._tick()
        connection = self._client(step.connection)
        self._sent += 1
        frame = step.frame(self.names, self._sent)
        outcome = self._exchange(connection, frame)
        self._altered |= step.api == "IncrementalAlterConfigs"
        if step.api in CHANGING:
            self._settle()
        if step.api in ENDING and self._coordinated:
            self._await_end_of_transactions()
        if not isinstance(outcome, bytes):
            if outcome is not None:
                self._drop(step.connection)
            return {"outcome": "no answer" if outcome is None else outcome.value}
        return self._said(frame, outcome)

    def end(self) -> None:
        """Leaves the cluster as it was before the run."""
        for number in list(self._clients):
            self._drop(number)
        if self._altered:
            self._reset_broker_configs()
        names = [topic.name for topic in self._topics()]
        if names:
            states = [{"name": name, "topic_id": None} for name in names]
            self._ask("DeleteTopics", 6, topics=states, timeout_ms=30_000)
        if self._coordinated:
            self._ask("DeleteGroups", 2, groups_names=list(STRANGE_TEXTS))
        self._settle()
        left = self.target.clock.until(lambda: None if self._topics() else True, PATIENCE)
        assert left, f"{self.target.name} still has {[t.name for t in self._topics()]}"

    def await_coordinators(self) -> None:
        """Waits until groups and transactional ids have a coordinator that serves them."""
        groups = [{"group_id": "", "topics": []}]

        def serves() -> bool | None:
            found = [
                self._ask("FindCoordinator", 4, key_type=kind, coordinator_keys=[""])
                for kind in (0, 1)
            ]
            fetched = self._ask("OffsetFetch", 8, groups=groups)
            errors = [answer.coordinators[0].error_code for answer in found]
            return True if not any((*errors, fetched.groups[0].error_code)) else None

        assert self.target.clock.until(serves, PATIENCE), f"{self.target.name}: no coordinator"
        self._coordinated = True

    def close(self) -> None:
        self._own.close()
        for number in list(self._clients):
            self._drop(number)
        self.target.close()

    def _tick(self) -> None:
        """No two steps happen in the same millisecond."""
        before = self._now
        clock = self.target.clock
        clock.until(lambda: clock.now_ms() > before or None, 0.002)
        self._now = clock.now_ms()

    # Connections.

    def _connect(self) -> Connection:
        return self.target.connect(self.target.nodes()[0])

    def _client(self, number: int) -> Connection:
        if number not in self._clients:
            self._clients[number] = self._connect()
        return self._clients[number]

    def _drop(self, number: int) -> None:
        self._clients.pop(number).close()

    def _exchange(self, connection: Connection, frame: bytes) -> bytes | Silence | None:
        """The answer, None if there is none, or how the connection failed.

        A second request behind the first tells no answer from a late one: a broker answers the
        requests of a connection in order.
        """
        self._sent += 1
        probe = _PROBES + self._sent
        connection.send(frame + framed(encode_request("ApiVersions", 0, {}, correlation_id=probe)))
        first = connection.receive(PATIENCE)
        if isinstance(first, Silence):
            return first
        if first[:4] == probe.to_bytes(4):
            return None
        # A broker may close on what follows; that is the next step's business.
        connection.receive(PATIENCE)
        return first

    def _said(self, frame: bytes, answer: bytes) -> Said:
        api, version, correlation_id = sent_as(frame)
        said: Said = {
            "outcome": "answer",
            "correlation": answer[:4] == correlation_id.to_bytes(4, signed=True),
        }
        if api is None:
            return said | {"bytes": answer[4:].hex()}
        try:
            _, body = decode_response(api, version, answer)
        except (Malformed, ValueError, KeyError) as fault:
            return said | {"garbled": str(fault), "bytes": answer[4:].hex()}
        return said | said_answer(api, body, self.names)

    # Waiting and cleaning up, on a connection of its own.

    def _ask(self, api: str, version: int, **fields: Any) -> Message:
        self._sent += 1
        frame = encode_request(api, version, fields, correlation_id=self._sent)
        self._own.send(framed(frame))
        answer = self._own.receive(PATIENCE)
        assert isinstance(answer, bytes), f"{self.target.name}: {api} {answer.value}"
        return decode_response(api, version, answer)[1]

    def _topics(self) -> list[Message]:
        """All but internal ones, which stay from run to run."""
        found = self._ask("Metadata", 12, topics=None).topics
        return [topic for topic in found if not topic.is_internal]

    def _await_end_of_transactions(self) -> None:
        """Waits until what was decided is done."""

        def is_done() -> bool | None:
            found = self._ask("ListTransactions", 0, state_filters=[], producer_id_filters=[])
            states = [transaction.transaction_state for transaction in found.transaction_states]
            return None if any(state.startswith("Prepare") for state in states) else True

        assert self.target.clock.until(is_done, PATIENCE), "a transaction does not end"

    def _settle(self) -> None:
        """Waits until the broker has taken over everything so far, and learns topic ids.

        A mark that is visible ended up in the metadata cache with all that came before it; once
        a second one is visible, everything of the first one's batch has been carried out.
        """
        if not self.is_bundled:
            self._mark()
            self._mark()
        for topic in self._topics():
            self.names.learn_topic(topic.name, topic.topic_id)

    def _mark(self) -> None:
        self._marked += 1
        text = str(1000 + self._marked)
        config = {"name": "interval.ms", "config_operation": 0, "value": text}
        resource = {"resource_type": _CLIENT_METRICS, "resource_name": _MARKER}
        self._ask("IncrementalAlterConfigs", 1, resources=[resource | {"configs": [config]}])

        def is_visible() -> bool | None:
            wanted = resource | {"configuration_keys": ["interval.ms"]}
            shown = self._ask("DescribeConfigs", 4, resources=[wanted]).results[0].configs
            return any(entry.value == text for entry in shown) or None

        assert self.target.clock.until(is_visible, PATIENCE), "the broker lags behind"

    def _reset_broker_configs(self) -> None:
        """Takes back every dynamic broker setting.

        The default of min.insync.replicas is one from the start, and cannot be deleted
        (eligible leader replicas need it).
        """
        for broker, source in ((str(self.target.nodes()[0]), 2), ("", 3)):
            resource = {"resource_type": 4, "resource_name": broker}
            wanted = resource | {"configuration_keys": None}
            shown = self._ask("DescribeConfigs", 4, resources=[wanted]).results[0].configs
            dynamic = [e.name for e in shown if e.config_source == source]
            changes = [_taken_back(name, broker) for name in dynamic]
            if changes:
                changed = resource | {"configs": changes}
                answer = self._ask("IncrementalAlterConfigs", 1, resources=[changed])
                assert not answer.responses[0].error_code, answer


def _taken_back(name: str, broker: str) -> dict[str, Any]:
    if name == "min.insync.replicas" and not broker:
        return {"name": name, "config_operation": 0, "value": "1"}
    return {"name": name, "config_operation": 1, "value": None}

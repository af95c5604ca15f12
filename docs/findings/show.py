"""Shows a finding on a target, request by request.

`python docs/findings/show.py apache-kafka:4.3.1 index-size` prints each request and what came
back. Without a finding it lists them. From a bare clone, set PYTHONPATH to the five source roots.
"""

import sys
from collections.abc import Callable, Mapping
from dataclasses import replace
from typing import Any, Final
from uuid import UUID

import classic_probes
import group_probes

from kafka_tck.adapters.client import Answer, Outcome, RawClient
from kafka_tck.adapters.open import open_target
from kafka_tck.adapters.target import Faults, Misuse, Target, TargetOptions, Unreachable
from kafka_tck.properties.profile import read_profile
from kafka_tck.wire.batches import Record, make_batch
from kafka_tck.wire.errors import error_name
from kafka_tck.wire.messages import ZERO_ID

MOST: Final = 2**31 - 1
MINUTE: Final = 60_000


class Wire:
    """One connection at a time; every answer is printed, and made anew where one is lost."""

    def __init__(self, target: Target) -> None:
        self.target = target
        self.node = target.nodes()[0]
        self._client = RawClient(target, self.node)
        self.profile = read_profile(self._client, target.release)

    def ask(self, said: str, api: str, version: int | None = None, /, **fields: Any) -> Any:
        """The body of the answer; None if there is none."""
        version = self.profile.newest(api) if version is None else version
        outcome = self._client.call(api, version, within=30.0, **fields)
        print(f"{api} v{version}  {said}\n    -> {_told(outcome)}", flush=True)
        return outcome.body if isinstance(outcome, Answer) else self._anew()

    def asked(self, api: str, version: int, **fields: Any) -> Any:
        """The body of an answer that is not worth printing."""
        outcome = self._client.call(api, version, within=30.0, **fields)
        assert isinstance(outcome, Answer), outcome
        return outcome.body

    def restart(self) -> None:
        print("restart of the node")
        assert isinstance(self.target, Faults), "the target cannot restart a node"
        try:
            self.target.restart(self.node)
        except RuntimeError as failure:
            raise Unreachable(str(failure).splitlines()[0]) from failure
        print("    -> it serves again", flush=True)
        self._anew()

    def _anew(self) -> None:
        self._client.close()
        self._client = RawClient(self.target, self.node)

    def make(self, topic: str, partitions: int = 1, /, **configs: str) -> UUID:
        """The id of a topic that can be used; zero if it could not be made."""
        given = [{"name": k.replace("_", "."), "value": v} for k, v in configs.items()]
        wishes = [f"{config['name']}={config['value']}" for config in given]
        said, asked = ", ".join([topic, *wishes]), _creation(topic, partitions, given)
        body = self.ask(said, "CreateTopics", **asked)
        self.target.clock.until(lambda: self._leads(topic), 3.0)
        return UUID(str(body.topics[0].topic_id or ZERO_ID))

    def _leads(self, topic: str) -> bool | None:
        found = self._client.call("ListOffsets", self.profile.newest("ListOffsets"), **_end(topic))
        done = isinstance(found, Answer) and found.body.topics[0].partitions[0].error_code == 0
        return done or None

    def _described(self, topic: str) -> Any:
        asked = [{"name": topic, "topic_id": ZERO_ID}]
        outcome = self._client.call("Metadata", 12, within=60.0, topics=asked)
        assert isinstance(outcome, Answer), outcome
        return outcome.body.topics[0]

    # Transactions, by the protocol before transaction.version 2.

    def find(self, ident: str) -> None:
        """Waits until there is a coordinator that gives the id its first epoch."""
        nobody = {"producer_id": -1, "producer_epoch": -1}
        begins = {"transactional_id": ident, "transaction_timeout_ms": MINUTE, **nobody}
        asked = {"FindCoordinator": {"key": ident, "key_type": 1}, "InitProducerId": begins}
        for api, fields in asked.items():
            self.target.clock.until(lambda a=api, f=fields: self._is_fine(a, f), 20.0)  # type: ignore[misc]

    def _is_fine(self, api: str, fields: Mapping[str, Any]) -> bool | None:
        found = self._client.call(api, 3, **fields)
        return True if isinstance(found, Answer) and found.body.error_code == 0 else None

    def begin(self, ident: str) -> dict[str, int]:
        """The producer id and the epoch that it was given."""
        fields = {"transactional_id": ident, "transaction_timeout_ms": MINUTE}
        nobody = {"producer_id": -1, "producer_epoch": -1}
        body = self.ask(ident, "InitProducerId", 4, **fields, **nobody)
        return {"producer_id": body.producer_id, "producer_epoch": body.producer_epoch}

    def add(self, ident: str, producer: Mapping[str, int]) -> None:
        """Adds t-0, as soon as the transaction before is complete."""
        who = {f"v3_and_below_{name}": number for name, number in producer.items()}
        topics = [{"name": "t", "partitions": [0]}]
        asked = {"v3_and_below_transactional_id": ident, "v3_and_below_topics": topics, **who}
        self.target.clock.until(lambda: self._is_added(asked), 20.0)

    def _is_added(self, asked: Mapping[str, Any]) -> bool | None:
        found = self._client.call("AddPartitionsToTxn", 3, **asked)
        if not isinstance(found, Answer):
            return None
        told = found.body.results_by_topic_v3_and_below[0].results_by_partition[0]
        return True if told.partition_error_code == 0 else None

    def write(self, said: str, ident: str, producer: Mapping[str, int], sequence: int) -> None:
        """One transactional batch to t-0."""
        batch = make_batch(
            [Record(None, b"v", timestamp=self.target.clock.now_ms())],
            producer_id=producer["producer_id"],
            producer_epoch=producer["producer_epoch"],
            base_sequence=sequence,
            attributes=0x10,
        )
        parts = [{"index": 0, "records": batch.encode()}]
        data = [{"name": "t", "partition_data": parts}]
        fields = {"acks": -1, "timeout_ms": MINUTE, "topic_data": data}
        self.ask(said, "Produce", 11, transactional_id=ident, **fields)

    def count(self, topic: str) -> int:
        return len(self._described(topic).partitions)

    def end(self, topic: str) -> None:
        self.ask(f"{topic}-0, the end", "ListOffsets", **_end(topic))

    def produce(self, said: str, topic: str, ident: UUID, *records: bytes) -> None:
        """All to partition 0, in one request."""
        parts = [{"index": 0, "records": data} for data in records]
        named = {"topic_id": ident} if self.profile.newest("Produce") >= 13 else {"name": topic}
        data = [{**named, "partition_data": parts}]
        self.ask(said, "Produce", acks=-1, timeout_ms=MINUTE, topic_data=data)

    def fetch(self, said: str, session: int, epoch: int, *topics: UUID) -> int:
        """The session's id."""
        part = {"partition": 0, "fetch_offset": 0, "partition_max_bytes": 1000}
        body = self.ask(
            said,
            "Fetch",
            max_bytes=1000,
            session_id=session,
            session_epoch=epoch,
            topics=[{"topic_id": topic, "partitions": [part]} for topic in topics],
        )
        return int(body.session_id)

    def pages(self, said: str, names: list[str], cursor: tuple[str, int] | None = None) -> None:
        self.ask(
            said,
            "DescribeTopicPartitions",
            topics=[{"name": name} for name in names],
            response_partition_limit=2000,
            cursor=cursor and {"topic_name": cursor[0], "partition_index": cursor[1]},
        )

    def metadata(self, said: str, *topics: tuple[str | None, UUID], version: int = 12) -> None:
        asked = [{"name": name, "topic_id": ident} for name, ident in topics]
        self.ask(said, "Metadata", version, topics=asked)


def _creation(topic: str, partitions: int, configs: Any = ()) -> dict[str, Any]:
    asked = {"name": topic, "num_partitions": partitions, "replication_factor": 1}
    return {"topics": [{**asked, "assignments": [], "configs": configs}], "timeout_ms": MINUTE}


def _growth(topic: str, count: int) -> dict[str, Any]:
    return {"topics": [{"name": topic, "count": count, "assignments": None}], "timeout_ms": MINUTE}


def _end(topic: str) -> dict[str, Any]:
    part = {"partition_index": 0, "current_leader_epoch": -1, "timestamp": -1}
    return {"replica_id": -1, "topics": [{"name": topic, "partitions": [part]}]}


def _batch(value: bytes) -> bytes:
    return make_batch([Record(key=b"k", value=value)]).encode()


def _told(outcome: Outcome) -> str:
    """What the findings are about, of an answer."""
    if not isinstance(outcome, Answer):
        return str(outcome)
    return _TOLD[outcome.api](outcome.body)


def _of_topics(topics: Any, counted: str = "") -> str:
    said = []
    for topic in topics:
        text = f"{topic.name!r} {error_name(topic.error_code)}"
        said.append(f"{text}, {len(topic.partitions)} partitions" if counted else text)
    return "; ".join(said) or "no topic"


def _of_fetch(body: Any) -> str:
    parts = [error_name(p.error_code) for topic in body.responses for p in topic.partitions]
    return f"{error_name(body.error_code)}, session {body.session_id}, partitions {parts}"


def _of_offsets(body: Any) -> str:
    parts = [part for topic in body.topics for part in topic.partitions]
    return "; ".join(f"{error_name(part.error_code)}, offset {part.offset}" for part in parts)


def _of_produce(body: Any) -> str:
    parts = [part for topic in body.responses for part in topic.partition_responses]
    return "; ".join(f"{error_name(p.error_code)}, base offset {p.base_offset}" for p in parts)


def _of_pages(body: Any) -> str:
    cursor = body.next_cursor
    goes_on = f"next {cursor.topic_name}-{cursor.partition_index}" if cursor else "the last page"
    return f"{_of_topics(body.topics, 'counted')}; {goes_on}"


def _of_markers(body: Any) -> str:
    parts = [p for marker in body.markers for topic in marker.topics for p in topic.partitions]
    return "; ".join(error_name(part.error_code) for part in parts)


def _of_beginning(body: Any) -> str:
    told = f"producer {body.producer_id}, epoch {body.producer_epoch}"
    return f"{error_name(body.error_code)}, {told}"


_TOLD: Final[Mapping[str, Callable[[Any], str]]] = {
    "CreateTopics": lambda body: _of_topics(body.topics),
    "CreatePartitions": lambda body: _of_topics(body.results),
    "ListOffsets": _of_offsets,
    "Produce": _of_produce,
    "Fetch": _of_fetch,
    "Metadata": lambda body: f"{len(body.brokers)} brokers; {_of_topics(body.topics, 'counted')}",
    "DescribeTopicPartitions": _of_pages,
    "WriteTxnMarkers": _of_markers,
    "InitProducerId": _of_beginning,
    "EndTxn": lambda body: error_name(body.error_code),
    **classic_probes.TOLD,
    **group_probes.TOLD,
}


def growth_past_the_limit(wire: Wire) -> None:
    wire.make("t")
    wire.ask("t to 20000", "CreatePartitions", **_growth("t", 20_000))
    wire.target.clock.until(lambda: wire.count("t") > 1 or None, 20.0)
    print(f"    t has {wire.count('t')} partitions")


def growth_without_end(wire: Wire) -> None:
    wire.make("t")
    wire.ask(f"t to {MOST}", "CreatePartitions", **_growth("t", MOST))


def creation_without_end(wire: Wire) -> None:
    one, two = _creation("t", MOST), _creation("u", MOST)
    wire.ask(f"t, {MOST} partitions", "CreateTopics", **one)
    both = {**one, "topics": [*one["topics"], *two["topics"]]}
    wire.ask(f"t and u, {MOST} partitions each", "CreateTopics", **both)


def index_size(wire: Wire) -> None:
    """Ends the node for good."""
    for size in ("3", "12", "11", "4"):
        wire.make(f"t{size}", segment_index_bytes=size)
        wire.end(f"t{size}")
    wire.restart()


def partition_twice(wire: Wire) -> None:
    ident = wire.make("t")
    good, other = _batch(b"v"), _batch(b"w")
    wire.produce("t-0: a batch, then two batches in one", "t", ident, good, other + other)
    wire.end("t")
    wire.produce("t-0: two batches in one, then a batch", "t", ident, other + other, good)
    wire.end("t")
    corrupt = replace(make_batch([Record(key=b"k", value=b"x")]), crc=1).encode()
    wire.produce("t-0: a corrupt batch, then a batch", "t", ident, corrupt, good)
    wire.produce("t-0: a batch, then another", "t", ident, good, other)
    wire.end("t")


def session_ids(wire: Wire) -> None:
    for session in (1, MOST - 8, MOST, -(2**31)):
        wire.fetch(f"session {session}, epoch 1", session, 1)


def zero_ids(wire: Wire) -> None:
    ident = wire.make("t")
    session = wire.fetch("a new session of t-0", 0, 0, ident)
    wire.fetch("the session, epoch 1, one more partition of topic id zero", session, 1, ZERO_ID)
    wire.fetch("the session, epoch 1 again", session, 1)
    wire.fetch("no session, a partition of topic id zero", 0, -1, ZERO_ID)


def empty_name(wire: Wire) -> None:
    wire.make("t")
    wire.pages("t and a b", ["t", "a b"])
    wire.pages("t and the empty name", ["t", ""])


def endless_pages(wire: Wire) -> None:
    wire.make("t")
    wire.pages("t from partition 2000 on", ["t"], ("t", 2000))
    wire.pages(f"t from partition {MOST} on", ["t"], ("t", MOST))
    wire.pages(f"t from partition {MOST - 1999} on", ["t"], ("t", MOST - 1999))


def no_name_and_no_id(wire: Wire) -> None:
    wire.make("t")
    wire.metadata("t, and neither name nor id", ("t", ZERO_ID), (None, ZERO_ID), version=11)
    wire.metadata("t, and neither name nor id", ("t", ZERO_ID), (None, ZERO_ID))


def names_beside_ids(wire: Wire) -> None:
    wire.make("t")
    ident = wire.make("u")
    wire.metadata("t by name, u by id", ("t", ZERO_ID), (None, ident))


def _marker(producer: int, *topics: tuple[str, list[int]]) -> dict[str, Any]:
    parts = [{"name": name, "partition_indexes": indexes} for name, indexes in topics]
    epochs = {"producer_epoch": 0, "coordinator_epoch": 0, "transaction_version": 0}
    return {"producer_id": producer, "transaction_result": True, "topics": parts, **epochs}


def marker_requests(wire: Wire) -> None:
    wire.make("t")
    known, unknown = _marker(900, ("t", [0])), _marker(901, ("nowhere", [0]))
    wire.ask("nowhere-0; t-0", "WriteTxnMarkers", 1, markers=[unknown, known])
    wire.ask("t-0; nowhere-0", "WriteTxnMarkers", 1, markers=[known, unknown])
    wire.ask("t-0 twice in one", "WriteTxnMarkers", 1, markers=[_marker(900, ("t", [0, 0]))])


def late_copies(wire: Wire) -> None:
    wire.make("t")
    wire.find("x")
    producer = wire.begin("x")
    wire.add("x", producer)
    wire.write("sequence 0", "x", producer, 0)
    wire.write("sequence 1", "x", producer, 1)
    wire.ask("x, commit", "EndTxn", 3, transactional_id="x", **producer, committed=True)
    wire.add("x", producer)
    wire.write("sequence 1, a late copy", "x", producer, 1)
    for _ in range(2):
        wire.write("sequence 2", "x", producer, 2)


FINDINGS: Final = {
    shown.__name__.replace("_", "-"): shown
    for shown in (
        growth_past_the_limit,
        growth_without_end,
        creation_without_end,
        index_size,
        partition_twice,
        session_ids,
        zero_ids,
        empty_name,
        endless_pages,
        no_name_and_no_id,
        names_beside_ids,
        marker_requests,
        late_copies,
        *group_probes.PROBES,
        *classic_probes.PROBES,
    )
}


def main(arguments: list[str]) -> None:
    if len(arguments) < 2 or not set(arguments[1:]) <= set(FINDINGS):
        sys.exit(f"usage: show.py TARGET FINDING...\nfindings: {', '.join(FINDINGS)}")
    for name in arguments[1:]:
        target = open_target(arguments[0], TargetOptions())
        try:
            FINDINGS[name](Wire(target))
        except Unreachable as gone:
            print(f"    the node is gone: {gone}")
        finally:
            target.close()


if __name__ == "__main__":
    try:
        main(sys.argv[1:])
    except Misuse as misuse:
        sys.exit(str(misuse))

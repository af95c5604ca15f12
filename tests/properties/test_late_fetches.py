"""Brokers read connections in the order they like: a fetch may be taken in after a deletion."""

import pytest

from kafka_tck.adapters.reference import ReferenceTarget
from kafka_tck.adapters.target import Connection, Silence, TargetOptions
from kafka_tck.evidence.events import to_json
from kafka_tck.properties import suite as suites
from kafka_tck.properties.machines import all_machines, machines_for
from kafka_tck.properties.operations.fetching.asking import Part
from kafka_tck.properties.operations.fetching.waiting import LONG, WaitingFetch
from kafka_tck.properties.operations.producing.produce import Produce, Rec
from kafka_tck.properties.operations.topics.remaking import RemakeTopic
from kafka_tck.properties.operations.topics.topics import MakeTopic
from kafka_tck.properties.requirement import REGISTRY
from kafka_tck.properties.session import Run
from kafka_tck.properties.suite import Suite
from kafka_tck.reference.cluster import Cluster
from kafka_tck.reference.mutants import MUTANTS

WAKES = "waiting.a-deleted-topic-wakes-a-fetch"
FETCH, CREATE_TOPICS = 1, 19
NEVER = -1


class Late:
    """A connection whose fetches the broker reads only when it must, or when topics are made."""

    def __init__(self, inner: Connection, target: "LateTarget") -> None:
        self._inner = inner
        self._target = target
        self._held = b""

    def send(self, data: bytes) -> None:
        api = int.from_bytes(data[4:6], "big")
        if api == self._target.until:
            self._target.deliver_all()
        if api == FETCH and self._target.until is not None:
            self._held += data
        else:
            self._inner.send(data)

    def receive(self, within: float) -> bytes | Silence:
        self.deliver()
        return self._inner.receive(within)

    def deliver(self) -> None:
        held, self._held = self._held, b""
        if held:
            self._inner.send(held)

    def close(self) -> None:
        self._target.open.remove(self)
        self._inner.close()


class LateTarget(ReferenceTarget):
    """`until` is the API that held fetches are read before; None holds none."""

    def __init__(self, until: int | None, mutant: str | None = None) -> None:
        cluster = Cluster(rules=MUTANTS[mutant].rules()) if mutant else Cluster()
        super().__init__("late", cluster)
        self.until = until
        self.open: list[Late] = []

    def connect(self, node: int) -> Connection:
        self.open.append(Late(super().connect(node), self))
        return self.open[-1]

    def deliver_all(self) -> None:
        for connection in self.open:
            connection.deliver()


def _opened(monkeypatch: pytest.MonkeyPatch, target: LateTarget) -> Suite:
    monkeypatch.setattr(suites, "open_target", lambda spec, options: target)
    suite = Suite("late", TargetOptions())
    suite.open()
    return suite


def _claims_on_waking(
    suite: Suite, parts: tuple[Part, ...], version: int, records: int
) -> list[bool]:
    """What is claimed of a fetch at the ends of `t` and `u` while `u` is made anew."""
    assert suite.session is not None
    suite.session.muted.add(WAKES)
    run = Run(suite.session, "late")
    for topic in ("t", "u"):
        run.do(MakeTopic(topic))
    for _ in range(records):
        run.do(Produce("u", 0, (Rec("k", "v"),)))
    remake = to_json(RemakeTopic("u").to_json())
    seen = run.do(WaitingFetch(parts, 1, LONG, (remake,), version))
    run.close()
    return [claim.holds for claim in seen.claims if claim.requirement == WAKES]


@pytest.mark.parametrize("until", [CREATE_TOPICS, NEVER])
def test_no_order_of_reading_is_a_fault(monkeypatch: pytest.MonkeyPatch, until: int) -> None:
    all_machines()
    suite = _opened(monkeypatch, LateTarget(until))
    assert suite.session is not None
    suite.run(machines_for({r for r in REGISTRY if r.startswith("waiting.")}), lambda name: None)
    assert (suite.gone, suite.crashed) == (None, {})
    assert set(suite.session.broken) | set(suite.session.doubtful) == set()
    assert suite.session.exercised[WAKES] == 0
    suite.close()


ALONE = (Part("u", 0),)
BESIDE = (Part("t", 0), Part("u", 0))


@pytest.mark.parametrize(
    ("mutant", "parts", "version", "records", "claims"),
    [
        (None, BESIDE, 13, 0, [True]),
        (None, BESIDE, 12, 0, [True]),
        (None, ALONE, 13, 0, []),
        ("deletions-wake-nobody", BESIDE, 13, 0, []),
        ("deletions-wake-nobody", ALONE, 13, 0, [False]),
        ("deletions-wake-nobody", ALONE, 12, 1, [False]),
        ("deletions-wake-nobody", ALONE, 12, 0, []),
    ],
)
def test_an_answer_shows_the_waking_or_silence_its_lack(
    monkeypatch: pytest.MonkeyPatch,
    mutant: str | None,
    parts: tuple[Part, ...],
    version: int,
    records: int,
    claims: list[bool],
) -> None:
    at_end = tuple(p._replace(offset=records) if p.topic == "u" else p for p in parts)
    suite = _opened(monkeypatch, LateTarget(None, mutant))
    assert _claims_on_waking(suite, at_end, version, records) == claims
    suite.close()

"""Targets that hang, close, lie or die get a verdict, never a traceback of ours."""

from collections.abc import Callable

import pytest

from kafka_tck.adapters.reference import ReferenceTarget
from kafka_tck.adapters.target import Connection, Misuse, Silence, TargetOptions, Unreachable
from kafka_tck.properties import suite as suites
from kafka_tck.properties.machines import machines_for
from kafka_tck.properties.requirement import REGISTRY
from kafka_tck.properties.session import Verdict
from kafka_tck.properties.suite import Suite
from kafka_tck.reference.cluster import Cluster

Fault = Callable[[bytes | Silence], bytes | Silence]
ANSWERED = "answers.every-well-formed-request-is-answered"
APPENDED = "log.accepted-records-get-consecutive-offsets"


class Faulty:
    """A connection whose answers go wrong from some answer of the target on."""

    def __init__(self, inner: Connection, target: "FaultyTarget") -> None:
        self._inner = inner
        self._target = target

    def send(self, data: bytes) -> None:
        self._inner.send(data)

    def receive(self, within: float) -> bytes | Silence:
        frame = self._inner.receive(within)
        self._target.answers += 1
        return self._target.fault(frame) if self._target.is_wrong_now() else frame

    def close(self) -> None:
        self._inner.close()


class FaultyTarget(ReferenceTarget):
    def __init__(self, fault: Fault, good: int, dies: bool = False) -> None:
        super().__init__("faulty", Cluster())
        self.fault = fault
        self.answers = 0
        self._good = good
        self._dies = dies

    def is_wrong_now(self) -> bool:
        return self.answers > self._good

    def connect(self, node: int) -> Connection:
        if self._dies and self.is_wrong_now():
            raise Unreachable("the process is gone")
        return Faulty(super().connect(node), self)


def hangs(frame: bytes | Silence) -> bytes | Silence:
    return Silence.TIMED_OUT


def closes(frame: bytes | Silence) -> bytes | Silence:
    return Silence.CLOSED


def dies(frame: bytes | Silence) -> bytes | Silence:
    return Silence.DIED


def babbles(frame: bytes | Silence) -> bytes | Silence:
    return b"\x00\x00\x00\x01HTTP/1.1 400 Bad Request"


def answers_someone_else(frame: bytes | Silence) -> bytes | Silence:
    return b"\x7f\xff\xff\xff" + frame[4:] if isinstance(frame, bytes) else frame


def cuts(frame: bytes | Silence) -> bytes | Silence:
    return frame[:-3] if isinstance(frame, bytes) else frame


FAULTS = [hangs, closes, dies, babbles, answers_someone_else, cuts]


def judged(monkeypatch: pytest.MonkeyPatch, target: FaultyTarget) -> Suite:
    monkeypatch.setattr(suites, "open_target", lambda spec, options: target)
    suite = Suite("faulty", TargetOptions(), "seed")
    suite.open()
    suite.run(machines_for({APPENDED}), lambda line: None)
    return suite


@pytest.mark.parametrize("fault", FAULTS)
@pytest.mark.parametrize("good", [1, 4, 9])
def test_a_target_that_goes_wrong_gets_a_verdict(
    monkeypatch: pytest.MonkeyPatch, tmp_path: object, fault: Fault, good: int
) -> None:
    monkeypatch.chdir(str(tmp_path))
    suite = judged(monkeypatch, FaultyTarget(fault, good, dies=fault is dies))
    verdicts = {name: suite.verdict_on(REGISTRY[name]).verdict for name in (ANSWERED, APPENDED)}
    assert set(verdicts.values()) <= {Verdict.FAIL, Verdict.UNKNOWN, Verdict.PASS}
    assert suite.gone is not None or verdicts[ANSWERED] is Verdict.FAIL


@pytest.mark.parametrize("fault", FAULTS)
def test_a_target_that_does_not_answer_at_all_is_one_line(
    monkeypatch: pytest.MonkeyPatch, fault: Fault
) -> None:
    with pytest.raises(Misuse, match="does not answer ApiVersions as Kafka does"):
        judged(monkeypatch, FaultyTarget(fault, good=0))

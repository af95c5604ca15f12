"""What the machines of replication share: one topic on three brokers, and faults to undo."""

from hypothesis import strategies as st
from hypothesis.stateful import initialize, rule

from kafka_tck.properties.faults import Injected
from kafka_tck.properties.machine import Machine
from kafka_tck.properties.operations.operation import Operation
from kafka_tck.properties.operations.replication.breaking import StartReplicas
from kafka_tck.properties.operations.replication.replicated import (
    MakeReplicated,
    ReadReplicated,
)
from kafka_tck.properties.operations.replication.writing import ProduceReplicated
from kafka_tck.properties.requirement import Requirement


class ReplicatedMachine(Machine):
    """Something is done to brokers and links, and what clients see of it is judged.

    A rule may emit several steps that belong together; a trace is shortened step by step.
    """

    requirements: tuple[Requirement, ...] = ()
    minima: tuple[int, ...] = (1,)
    leaves_nothing = True
    real_weight = 0.08
    real_steps = 8

    @initialize(pick=st.integers(0, 1))
    def make_topic(self, pick: int) -> None:
        self.written = 0
        self.do(MakeReplicated(self.minima[pick % len(self.minima)]))

    def value(self) -> str:
        """A value that this program has not sent yet."""
        self.written += 1
        return f"v{self.written}"

    @property
    def faults(self) -> Injected:
        return self.run.world.faults

    def can(self, *faults: str) -> bool:
        """Whether the target has these faults, such as `cut`."""
        return self.faults.can(*(f"fault.{name}" for name in faults))

    def do_all(self, *steps: Operation) -> None:
        for step in steps:
            self.do(step)

    def mended(self) -> None:
        """Begins anew with all replicas in sync, if something is broken."""
        if self.faults.any():
            self.do(StartReplicas())


class WritingMachine(ReplicatedMachine):
    """Clients also write and read between what else is done."""

    @rule(acks=st.sampled_from([-1, 1]))
    def produce(self, acks: int) -> None:
        self.do(ProduceReplicated(self.value(), acks))

    @rule()
    def start_and_read(self) -> None:
        self.mended()
        self.do(ReadReplicated())

"""Open, decided and aborted transactions against a list of what was written, read from its start.

The log has small segments, and is restarted and cut while it is used.
"""

from dataclasses import dataclass
from typing import Any

import pytest
from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, rule

from kafka_tck.reference.log import Log, LogConfig, MemoryDirectory, Refusal
from kafka_tck.wire.batches import Record, make_batch, split_batches

NOW = 1_700_000_000_000
CONFIG = LogConfig(segment_bytes=300, index_interval_bytes=100)


@dataclass(frozen=True)
class Written:
    """One offset; `commit` is None for what is no marker."""

    producer: int
    transactional: bool = True
    commit: bool | None = None


@dataclass(frozen=True)
class Span:
    """A transaction from its first record to its marker, if it has one."""

    producer: int
    first: int
    last: int | None = None
    commit: bool = False


def spans(written: list[Written]) -> list[Span]:
    """The transactions of a log that holds these."""
    found: list[Span] = []
    begun: dict[int, int] = {}
    for offset, one in enumerate(written):
        if one.commit is not None:
            if one.producer in begun:
                found.append(Span(one.producer, begun.pop(one.producer), offset, one.commit))
        elif one.transactional:
            begun.setdefault(one.producer, offset)
    return found + [Span(producer, first) for producer, first in begun.items()]


class TransactionMachine(RuleBasedStateMachine):
    """Three producers; each batch has one record, so that offsets count what was written."""

    @initialize()
    def begin(self) -> None:
        self.directory = MemoryDirectory()
        self.log = Log.open(self.directory, CONFIG, now=NOW)
        self.written: list[Written] = []
        self.epochs = dict.fromkeys(range(3), 0)
        self.remembered_from = 0

    def committed(self, moves: bool) -> None:
        if moves:
            self.log.advance_hw(self.log.leo)

    @rule(producer=st.integers(0, 2), transactional=st.booleans(), moves=st.booleans())
    def write(self, producer: int, transactional: bool, moves: bool) -> None:
        entry = self.log.producers.get(producer)
        known = entry is not None and entry.epoch == self.epochs[producer]
        sequence = entry.last_sequence + 1 if entry is not None and known else 0
        batch = make_batch(
            [Record(b"k", b"v", timestamp=NOW)],
            producer_id=producer,
            producer_epoch=self.epochs[producer],
            base_sequence=sequence,
            attributes=0x10 if transactional else 0,
        )
        is_open = any(s.producer == producer and s.last is None for s in spans(self.written))
        if is_open and not transactional:
            with pytest.raises(Refusal, match="INVALID_TXN_STATE"):
                self.log.append_as_leader(batch.encode(), epoch=0, now=NOW)
        else:
            self.log.append_as_leader(batch.encode(), epoch=0, now=NOW)
            self.written.append(Written(producer, transactional))
        self.committed(moves)

    @rule(producer=st.integers(0, 2), commit=st.booleans(), bump=st.booleans(), moves=st.booleans())
    def end(self, producer: int, commit: bool, bump: bool, moves: bool) -> None:
        self.epochs[producer] += bump
        epoch = self.epochs[producer]
        self.log.append_marker(producer, epoch, commit, 0, 0, now=NOW)
        self.written.append(Written(producer, commit=commit))
        self.committed(moves)

    @rule(clean=st.booleans())
    def restart(self, clean: bool) -> None:
        self.log.close(clean)
        self.log = Log.open(
            self.directory,
            CONFIG,
            now=NOW,
            clean=clean,
            hw=self.log.hw,
            recovery_point=self.log.recovery_point,
        )
        self.remembered_from = self.log.leo

    @rule(back=st.integers(1, 8))
    def cut(self, back: int) -> None:
        """A new leader has less; it never has less than what is committed."""
        end = max(self.log.leo - back, self.log.hw)
        self.log.truncate_to(end)
        del self.written[end:]
        for producer, entry in self.log.producers.entries.items():
            self.epochs[producer] = entry.epoch
        self.remembered_from = self.log.leo

    def lso(self, remembered_from: int) -> int:
        """Where markers count as those that may get lost from an offset on, and the HW."""
        known = max(self.log.hw, remembered_from)
        undecided = [s.first for s in spans(self.written) if s.last is None or s.last >= known]
        return min([*undecided, self.log.hw])

    @invariant()
    def the_lso_is_the_first_undecided_offset(self) -> None:
        """Of markers before a restart or a cut the log may forget that they can get lost."""
        assert self.lso(0) <= self.log.lso <= self.lso(self.remembered_from)

    @invariant()
    def aborted_ones_are_listed(self) -> None:
        """Of every read all that it needs to know, and nothing that is not so."""
        log = self.log
        aborted = {
            (s.producer, s.first, s.last)
            for s in spans(self.written)
            if s.last is not None and not s.commit
        }
        for offset in range(log.lso):
            data = log.read(offset, max_bytes=150, bound=log.lso, min_one=True)
            end = split_batches(data)[-1].last_offset + 1
            told = {
                (entry.producer_id, entry.first_offset, entry.last_offset)
                for entry in log.aborted_in(offset, len(data))
            }
            assert told <= aborted
            assert {a for a in aborted if a[2] >= offset and a[1] < end} <= told

    @invariant()
    def open_ones_are_known(self) -> None:
        begun = {s.producer: s.first for s in spans(self.written) if s.last is None}
        known: dict[int, Any] = {p: self.log.producers.open_transaction(p) for p in range(3)}
        assert {p: at for p, at in known.items() if at is not None} == begun


TransactionMachine.TestCase.settings = settings(
    max_examples=60, stateful_step_count=30, deadline=None
)
TestTransactions = TransactionMachine.TestCase

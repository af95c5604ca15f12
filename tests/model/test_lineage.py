"""The lineage of leader epochs, against a list of what every offset was written under."""

from dataclasses import dataclass, field

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kafka_tck.model.fencing import NOT_GIVEN, error_of_current_epoch
from kafka_tck.model.lineage import UNKNOWN, Lineage


@dataclass
class Written:
    """A log as a list of epochs, one for each offset, beside the lineage that is tested."""

    epoch: int = 0
    epochs: list[int] = field(default_factory=list)
    start: int = 0
    lineage: Lineage = field(default_factory=lambda: Lineage().led_from(0, 0))

    def append(self, count: int) -> None:
        self.epochs += [self.epoch] * count

    def elect(self, by: int) -> None:
        self.epoch += by
        self.lineage = self.lineage.led_from(self.epoch, len(self.epochs))

    def delete(self, before: int) -> None:
        self.start = max(self.start, min(before, len(self.epochs)))
        self.lineage = self.lineage.starting_at(self.start)


STEPS = st.lists(
    st.tuples(st.sampled_from(["append", "elect", "delete"]), st.integers(1, 5)), max_size=12
)


def _written(steps: list[tuple[str, int]]) -> Written:
    log = Written()
    for name, number in steps:
        getattr(log, name)(number)
    return log


@given(STEPS)
def test_both_epochs_and_offsets_ascend(steps: list[tuple[str, int]]) -> None:
    starts = _written(steps).lineage.starts
    assert list(starts) == sorted(starts)
    assert len({epoch for epoch, _ in starts}) == len({o for _, o in starts}) == len(starts) > 0


@given(STEPS)
def test_every_kept_offset_has_the_epoch_it_was_written_under(
    steps: list[tuple[str, int]],
) -> None:
    log = _written(steps)
    for offset in range(log.start, len(log.epochs)):
        assert log.lineage.epoch_at(offset) == log.epochs[offset]


@given(STEPS)
def test_an_epoch_ends_behind_the_last_offset_written_under_it(
    steps: list[tuple[str, int]],
) -> None:
    log = _written(steps)
    end = len(log.epochs)
    for offset in range(log.start, end):
        epoch = log.epochs[offset]
        known, until = log.lineage.end_offset_for(epoch, end)
        assert known == epoch
        assert until > offset
        assert all(later != epoch for later in log.epochs[until:])


@given(STEPS, st.integers(0, 30))
def test_no_position_on_kept_records_is_told_of_a_truncation(
    steps: list[tuple[str, int]], asked: int
) -> None:
    """Whatever epoch a consumer stored, what it read under it lies before its end."""
    log = _written(steps)
    read = [offset for offset, epoch in enumerate(log.epochs) if epoch == asked]
    if read:
        _, until = log.lineage.end_offset_for(asked, len(log.epochs))
        assert until >= read[-1] + 1


LINEAGE = Lineage(((2, 10), (4, 15), (7, 20)))


@pytest.mark.parametrize(
    ("epoch", "expected"),
    [
        (-1, UNKNOWN),
        (0, (0, 10)),
        (1, (1, 10)),
        (2, (2, 15)),
        (3, (2, 15)),
        (4, (4, 20)),
        (6, (4, 20)),
        (7, (7, 25)),
        (8, UNKNOWN),
    ],
)
def test_ends_of_epochs(epoch: int, expected: tuple[int, int]) -> None:
    assert LINEAGE.end_offset_for(epoch, 25) == expected


def test_nothing_is_known_of_no_lineage() -> None:
    assert Lineage().end_offset_for(0, 5) == UNKNOWN
    assert Lineage().epoch_at(3) == -1


@pytest.mark.parametrize(
    ("log_start", "expected"),
    [
        (5, LINEAGE.starts),
        (10, LINEAGE.starts),
        (12, ((2, 12), (4, 15), (7, 20))),
        (15, ((4, 15), (7, 20))),
        (25, ((7, 25),)),
    ],
)
def test_deletion_forgets_epochs_and_rebases_one(
    log_start: int, expected: tuple[tuple[int, int], ...]
) -> None:
    assert LINEAGE.starting_at(log_start).starts == expected


def test_an_epoch_without_records_is_replaced_by_the_next() -> None:
    assert Lineage().led_from(0, 0).led_from(3, 0).starts == ((3, 0),)


@pytest.mark.parametrize(
    ("given_epoch", "error"),
    [
        (NOT_GIVEN, "NONE"),
        (5, "NONE"),
        (4, "FENCED_LEADER_EPOCH"),
        (0, "FENCED_LEADER_EPOCH"),
        (6, "UNKNOWN_LEADER_EPOCH"),
    ],
)
def test_the_current_epoch_of_a_client_is_checked(given_epoch: int, error: str) -> None:
    assert error_of_current_epoch(given_epoch, 5) == error

"""Frames: whatever way the bytes arrive, the same payloads come out."""

import struct

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kafka_tck.wire.frames import MAX_REQUEST, BadFrame, Deframer, framed


def whole_frames(deframer: Deframer) -> list[bytes]:
    found = []
    while (frame := deframer.next()) is not None:
        found.append(frame)
    return found


@given(
    payloads=st.lists(st.binary(min_size=1, max_size=40)),
    cuts=st.lists(st.integers(0, 400), max_size=20),
)
def test_payloads_come_out_however_they_are_cut(payloads: list[bytes], cuts: list[int]) -> None:
    stream = b"".join(framed(payload) for payload in payloads)
    deframer = Deframer()
    found = []
    edges = [0, *sorted(min(cut, len(stream)) for cut in cuts), len(stream)]
    for start, end in zip(edges, edges[1:], strict=False):
        deframer.feed(stream[start:end])
        found += whole_frames(deframer)
    assert found == payloads


@given(st.binary(min_size=1, max_size=40))
def test_an_unfinished_frame_is_not_handed_out(payload: bytes) -> None:
    whole = framed(payload)
    for cut in range(len(whole)):
        deframer = Deframer()
        deframer.feed(whole[:cut])
        assert deframer.next() is None


@pytest.mark.parametrize("size", [0, -1, -(2**31), MAX_REQUEST + 1, 2**31 - 1])
def test_a_size_that_kafka_refuses_is_bad(size: int) -> None:
    deframer = Deframer()
    deframer.feed(struct.pack(">i", size))
    with pytest.raises(BadFrame, match=str(size)):
        deframer.next()


def test_the_limit_itself_is_allowed() -> None:
    deframer = Deframer(limit=3)
    deframer.feed(framed(b"abc") + framed(b"abcd"))
    assert deframer.next() == b"abc"
    with pytest.raises(BadFrame):
        deframer.next()

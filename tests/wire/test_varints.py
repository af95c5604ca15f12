"""Varints: the ranges of Java's int and long, and what Java refuses."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kafka_tck.wire.varints import (
    BadVarint,
    int64,
    read_uvarint,
    read_varint,
    read_varlong,
    write_uvarint,
    write_varint,
)


@given(st.integers(-(2**31), 2**31 - 1), st.binary(max_size=3))
def test_an_int_survives_in_at_most_five_bytes(number: int, before: bytes) -> None:
    written = write_varint(number)
    assert len(written) <= 5
    assert read_varint(before + written + b"\xff", len(before)) == (
        number,
        len(before) + len(written),
    )


@given(st.integers(-(2**63), 2**63 - 1))
def test_a_long_survives_in_at_most_ten_bytes(number: int) -> None:
    written = write_varint(number)
    assert len(written) <= 10
    assert read_varlong(written, 0) == (number, len(written))


@given(st.integers(0, 2**31 - 1))
def test_an_unsigned_number_survives_in_at_most_five_bytes(number: int) -> None:
    written = write_uvarint(number)
    assert len(written) <= 5
    assert read_uvarint(written, 0) == (number, len(written))


@given(st.integers(-(2**63), 2**63 - 1))
def test_a_cut_varint_is_bad(number: int) -> None:
    written = write_varint(number)
    for cut in range(len(written)):
        with pytest.raises(BadVarint, match="cut"):
            read_varlong(written[:cut], 0)


def test_known_values() -> None:
    known = {0: "00", -1: "01", 1: "02", 63: "7e", -64: "7f", 64: "8001", 2**31 - 1: "feffffff0f"}
    assert {number: write_varint(number).hex() for number in known} == known


def test_a_varint_of_too_many_bytes_is_bad() -> None:
    with pytest.raises(BadVarint, match="5"):
        read_varint(b"\x80" * 5 + b"\x00", 0)
    with pytest.raises(BadVarint, match="10"):
        read_varlong(b"\x80" * 10 + b"\x00", 0)
    assert read_varint(b"\x80" * 4 + b"\x00", 0) == (0, 5)


def test_bits_beyond_the_type_are_lost_as_in_java() -> None:
    assert read_varint(b"\x80\x80\x80\x80\x10", 0) == (0, 5)
    assert read_uvarint(b"\xff\xff\xff\xff\x7f", 0) == (-1, 5)


def test_an_unsigned_varint_is_javas_int() -> None:
    assert read_uvarint(b"\x80\x01", 0) == (128, 2)
    assert read_uvarint(b"\xff\xff\xff\xff\x07", 0) == (2**31 - 1, 5)
    assert read_uvarint(b"\x80\x80\x80\x80\x08", 0) == (-(2**31), 5)


@given(st.integers(-(2**65), 2**65))
def test_longs_wrap_around(number: int) -> None:
    assert -(2**63) <= int64(number) < 2**63
    assert (int64(number) - number) % 2**64 == 0

"""The fate of frames, case by case and on random bytes."""

import struct

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kafka_tck.model.frame_rules import (
    API_VERSIONS,
    LARGEST,
    Fate,
    Header,
    facts_of,
    fate_of,
    header_of,
    is_software_name,
    served,
)

SERVED = {0: (3, 13), 3: (0, 13), API_VERSIONS: (0, 4)}


def frame(key: int, version: int, body: bytes = b"", size: int | None = None) -> bytes:
    whole = struct.pack(">hhih", key, version, -7, 1) + b"x" + body
    return struct.pack(">i", len(whole) if size is None else size) + whole


def fate(data: bytes, *, sound: bool = True) -> Fate:
    return fate_of(facts_of(data, rest_is_sound=sound), SERVED)


@pytest.mark.parametrize("size", [0, -1, -(2**31), LARGEST + 1, 2**31 - 1])
def test_impossible_sizes_close(size: int) -> None:
    assert fate(frame(3, 0, size=size)) is Fate.CLOSED


@pytest.mark.parametrize("size", [12, 1000, LARGEST])
def test_what_has_not_come_is_waited_for(size: int) -> None:
    assert fate(frame(3, 0, size=size)) is Fate.WAITS


def test_every_prefix_waits_and_the_whole_is_answered() -> None:
    data = frame(API_VERSIONS, 0)
    assert {fate(data[:n]) for n in range(len(data))} == {Fate.WAITS}
    assert fate(data) is Fate.ANSWERED


@pytest.mark.parametrize(
    ("key", "version", "expected"),
    [
        (3, 0, Fate.ANSWERED),
        (3, 13, Fate.ANSWERED),
        (3, 14, Fate.CLOSED),
        (3, -1, Fate.CLOSED),
        (0, 2, Fate.CLOSED),
        (4, 0, Fate.CLOSED),
        (-1, 0, Fate.CLOSED),
        (API_VERSIONS, 4, Fate.ANSWERED),
        (API_VERSIONS, 5, Fate.REFUSED),
        (API_VERSIONS, -1, Fate.REFUSED),
    ],
)
def test_keys_and_versions(key: int, version: int, expected: Fate) -> None:
    assert fate(frame(key, version)) is expected


def test_a_body_is_read_only_in_a_version_that_is_served() -> None:
    assert fate(frame(3, 0), sound=False) is Fate.CLOSED
    assert fate(frame(API_VERSIONS, 0), sound=False) is Fate.CLOSED
    assert fate(frame(API_VERSIONS, 99), sound=False) is Fate.REFUSED


def test_headers() -> None:
    assert header_of(frame(3, 9)[4:]) == Header(3, 9, -7)
    assert header_of(struct.pack(">hhih", 3, 9, 1, -1)) == Header(3, 9, 1)
    assert header_of(struct.pack(">hhih", 3, 9, 1, 2) + b"x") is None
    assert header_of(b"\x00" * 9) is None


@pytest.mark.parametrize("text", [b"GET / HTTP/1.1\r\n", b"\x16\x03\x01\x02\x00" + bytes(99)])
def test_other_protocols_close(text: bytes) -> None:
    assert fate(text) is Fate.CLOSED


@given(st.binary(max_size=40), st.booleans())
def test_more_bytes_never_undo_an_end(data: bytes, sound: bool) -> None:
    """What was closed or answered stays so; only waiting can turn into something else."""
    decided = fate(data, sound=sound)
    if decided is not Fate.WAITS:
        assert fate(data + b"more", sound=sound) is decided


def test_produce_is_advertised_from_zero_but_served_from_three() -> None:
    assert served({0: (0, 13), 3: (0, 13)}, (4, 0)) == {0: (3, 13), 3: (0, 13)}
    assert served({0: (0, 11)}, (3, 9)) == {0: (0, 11)}
    assert served({3: (0, 13)}, (4, 3)) == {3: (0, 13)}


@pytest.mark.parametrize(
    ("text", "legal"),
    [
        ("a", True),
        ("kafka-tck", True),
        ("4.3.1", True),
        ("a-.b", True),
        ("", False),
        ("-", False),
        ("a-", False),
        (".a", False),
        ("a b", False),
        ("é", False),
    ],
)
def test_names_of_software(text: str, legal: bool) -> None:
    assert is_software_name(text) is legal

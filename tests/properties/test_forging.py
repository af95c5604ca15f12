"""Forged batches: each recipe makes bytes that break the demand it is meant to break."""

import json

import pytest

from kafka_tck.evidence.events import to_json
from kafka_tck.model.batch_facts import End, Payload, TopicFacts
from kafka_tck.model.batch_rules import Attempt, first_fault
from kafka_tck.properties.operations.operation import from_json
from kafka_tck.properties.operations.producing.forged import Part, ProduceForged
from kafka_tck.properties.operations.producing.forged_facts import read_bytes
from kafka_tck.properties.operations.producing.forging import PAYLOADS, SHAPES, Forged
from kafka_tck.properties.operations.producing.produce import Rec

START = 1_700_000_000_000
TWO = (Rec("k", "v"), Rec("l", None, 5, (("h", None),)))


def fault_of(batch: Forged, version: int = 13) -> str | None:
    sent = read_bytes(batch.built(START))
    fault = first_fault(Attempt(sent, TopicFacts(), version, START))
    return None if fault is None else fault.name


@pytest.mark.parametrize("codec", range(5))
def test_an_honest_recipe_meets_every_demand(codec: int) -> None:
    batch = Forged(TWO, codec)
    assert fault_of(batch) is None
    (facts,) = read_bytes(batch.built(START)).batches
    assert [(e.offset, e.timestamp, e.key, e.value) for e in facts.records] == [
        (0, START, b"k", b"v"),
        (1, START + 5, b"l", None),
    ]


@pytest.mark.parametrize(
    ("field", "by", "fault"),
    [
        ("base_offset", 1, "base_offset_is_zero"),
        ("magic", 0, "magic_is_two"),
        ("magic", 3, "first_bytes_are_a_batch"),
        ("crc", 1, "crc_is_right"),
        ("length", 1, "has_a_batch"),
        ("last_offset_delta", -9, "spans_offsets"),
        ("count", -9, "counts_records"),
        ("count", 1, "count_fits_the_offsets"),
        ("attributes", 5, "codec_exists"),
        ("attributes", 1, "payload_decompresses"),
        ("attributes", 8, "claims_no_append_time_for_its_own"),
        ("attributes", 16, "transactional_batches_have_an_id"),
        ("attributes", 32, "is_no_control_batch"),
        ("attributes", 64, None),
        ("producer_id", 5, "producers_number_their_batches"),
        ("leader_epoch", 9, None),
        ("max_timestamp", 1000, None),
    ],
)
def test_a_header_field_lies(field: str, by: int, fault: str | None) -> None:
    assert fault_of(Forged(TWO, header=((field, by),))) == fault


def test_every_payload_but_the_harmless_ones_is_unreadable() -> None:
    harmless = {"offset deltas one up", "offset deltas all zero", "record attributes"}
    read = {name: read_bytes(Forged(TWO, payload=name).built(START)) for name in PAYLOADS}
    readable = {n for n, sent in read.items() if sent.batches[0].payload is Payload.READABLE}
    assert readable == harmless


@pytest.mark.parametrize("codec", [0, 1])
def test_lengths_that_lie_are_told_from_counts_that_lie(codec: int) -> None:
    def payload(name: str) -> Payload:
        return read_bytes(Forged(TWO, codec, payload=name).built(START)).batches[0].payload

    assert payload("lengths too large") is Payload.WRONG_LENGTHS
    assert payload("lengths too small") is Payload.WRONG_LENGTHS
    assert payload("bytes after the records") is Payload.WRONG_COUNT


@pytest.mark.parametrize(
    ("shape", "batches", "end"),
    [
        ("nothing", 0, End.NOTHING),
        ("cut", 0, End.CUT),
        ("endless", 0, End.OVERFLOWS),
        ("two batches", 2, End.NOTHING),
        ("eleven bytes after", 1, End.CUT),
        ("twelve bytes after", 1, End.CORRUPT),
        ("a cut batch after", 1, End.CUT),
    ],
)
def test_a_shape_has_so_many_batches_and_such_an_end(shape: str, batches: int, end: End) -> None:
    sent = read_bytes(Forged(TWO, shape=shape).built(START))
    assert (len(sent.batches), sent.end) == (batches, end)


@pytest.mark.parametrize("shape", sorted(SHAPES))
@pytest.mark.parametrize("payload", ["", "cut"])
def test_a_step_survives_its_json(shape: str, payload: str) -> None:
    batch = Forged(TWO, 1, (("count", 1),), payload, shape, 3)
    step = ProduceForged((Part("t", 0, batch),), acks=0, version=3)
    again = from_json(json.loads(to_json(step.to_json())))
    assert isinstance(again, ProduceForged)
    assert Part.of(again.parts[0]).batch.built(START) == batch.built(START)
    assert again.say() == step.say()

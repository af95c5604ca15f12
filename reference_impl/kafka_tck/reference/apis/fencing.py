"""How the error of a fenced producer is told in older versions (KIP-588)."""

from kafka_tck.reference.log import Refusal
from kafka_tck.wire.errors import error_code


def code_of(refusal: Refusal, version: int, fences: int) -> int:
    """The code of a coordinator's refusal; before `fences` there was no PRODUCER_FENCED."""
    fenced = refusal.error == "PRODUCER_FENCED" and version < fences
    return error_code("INVALID_PRODUCER_EPOCH" if fenced else refusal.error)

"""Requirements on answers as such, and how operations read them."""

from typing import Any

from kafka_tck.adapters.client import Answer, Outcome
from kafka_tck.model.sources import Code
from kafka_tck.properties.claims import Claim, Observation, claim_that
from kafka_tck.properties.requirement import Requirement
from kafka_tck.properties.world import why_silent

every_request_is_answered = Requirement(
    "answers.every-well-formed-request-is-answered",
    "A well-formed request is answered with its correlation id, within bounded time, and the "
    "connection can be used for the next one.",
    Code("KafkaRequestHandler; KafkaApis.handleError"),
    covers=("A-79",),
    mutants=("hangs-up-on-fetches",),
)


def silent(outcome: Outcome) -> Observation:
    """The observation of a request that got no answer."""
    return {"silence": why_silent(outcome)}


def claim_answered(seen: Observation) -> Claim:
    """The step was answered at all."""
    silence = seen.get("silence")
    return claim_that(
        every_request_is_answered.id,
        silence is None,
        expected="an answer",
        actual=silence or "an answer",
        because="the request is well-formed and of a supported version",
    )


def only(outcome: Answer, topics: str, partitions: str) -> Any | None:
    """The one partition entry of an answer about one partition; None if it is not exactly one."""
    entries = [
        partition
        for topic in getattr(outcome.body, topics) or []
        for partition in getattr(topic, partitions) or []
    ]
    return entries[0] if len(entries) == 1 else None

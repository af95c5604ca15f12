"""Judging one partition of a forged request: what the model expects, and what was seen."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from kafka_tck.model.batch_facts import LONGEST
from kafka_tck.model.batch_rules import (
    Attempt,
    Fault,
    Scope,
    first_fault,
    request_fault,
    stored_as,
)
from kafka_tck.model.ledger import NO_TIMESTAMP, Stored
from kafka_tck.model.run import Done
from kafka_tck.properties.belief import Belief, PartitionBelief
from kafka_tck.properties.claims import Claim, claim, claim_that
from kafka_tck.properties.operations.fetching.fetch import contents
from kafka_tck.properties.operations.producing.forged_requirements import (
    BY_DEMAND,
    append_time_is_the_brokers,
    append_time_keeps_the_base,
    bad_records_are_listed,
    compacted_topics_need_keys,
    partitions_are_independent,
    refusals_tell_no_offset,
    refused_partitions_keep_their_end,
    sizes_are_limited,
    stored_batches_are_the_leaders,
    times_are_near_now,
    topics_choose_their_codec,
    unchecked_fields_are_accepted,
)
from kafka_tck.properties.operations.producing.forged_sending import Part
from kafka_tck.properties.operations.producing.produce import (
    create_time_has_no_append_time,
    offsets_are_consecutive,
    valid_batches_are_accepted,
)
from kafka_tck.properties.requirement import Requirement

Told = Mapping[str, Any]


@dataclass(frozen=True)
class PartJudge:
    """One partition's part of a request.

    `attempts` are all parts of the request at each time that the broker's clock may have shown,
    `index` is this part's place among them.
    """

    part: Part
    index: int
    attempts: Sequence[Sequence[Attempt]]

    def expected(self) -> list[Fault | None]:
        """What may be the outcome, likeliest first; None is acceptance."""
        outcomes: list[Fault | None] = []
        for together in self.attempts:
            wide = request_fault(together)
            own = first_fault(together[self.index])
            if wide is None:
                outcomes.append(own)
            elif wide.demand.scope is Scope.REQUEST:
                outcomes.append(wide)
            else:
                outcomes += [own, wide]
        return outcomes

    def judged(self, belief: Belief, told: Told) -> tuple[list[Claim], Belief]:
        """The claims on what was told, and the belief that follows what happened."""
        expected = self.expected()
        if "error" not in told:
            if self._was_appended(belief, expected, told):
                return self.appended(belief, told)
            return self._kept(belief, told), belief
        matching = [fault for fault in expected if _matches(fault, told["error"])]
        claims = [self._claim_on_error(expected[0], expected, bool(matching), told)]
        claims += self._claims_on_company(expected, bool(matching), told)
        if not matching:
            return claims, belief
        fault = matching[0]
        if fault is not None:
            return claims + self._claims_on_refusal(belief, fault, told), belief
        more, after = self.appended(belief, told)
        return claims + more, after

    def _was_appended(self, belief: Belief, expected: list[Fault | None], told: Told) -> bool:
        """Without an answer: what must be, or, where both may be, what the log end shows."""
        if None not in expected or set(expected) == {None}:
            return None in expected
        return bool(told.get("end") != belief.at(*self.part.place)["leo"])

    def _claim_on_error(
        self, likeliest: Fault | None, expected: list[Fault | None], holds: bool, told: Told
    ) -> Claim:
        if likeliest is None:
            requirement = self._requirement_of_acceptance()
            because = "every demand on a batch is met"
        else:
            requirement = BY_DEMAND[likeliest.name]
            because = f"this is not so: {likeliest.demand.sentence}"
        legal = tuple(dict.fromkeys(error for fault in expected for error in _errors(fault)))
        return Claim(requirement.id, legal, told["error"], because, holds)

    def _requirement_of_acceptance(self) -> Requirement:
        """What says that the batch is taken: the rule that comes nearest to refusing it."""
        if not self.part.batch.is_honest:
            return unchecked_fields_are_accepted
        topic = self.attempts[0][self.index].of
        if topic.compacts:
            return compacted_topics_need_keys
        if topic.append_time:
            return append_time_is_the_brokers
        if topic.before_max_ms < LONGEST:
            return times_are_near_now
        return sizes_are_limited if topic.has_own_limit else valid_batches_are_accepted

    def _claims_on_company(
        self, expected: list[Fault | None], holds: bool, told: Told
    ) -> list[Claim]:
        """With other partitions in the request: this one fares as it would alone."""
        attempts = [a for a in self.attempts[0] if a.sent != self.attempts[0][self.index].sent]
        if not attempts:
            return []
        legal = tuple(dict.fromkeys(error for fault in expected for error in _errors(fault)))
        because = "the other partitions of the request decide nothing here"
        return [Claim(partitions_are_independent.id, legal, told["error"], because, holds)]

    def _claims_on_refusal(self, belief: Belief, fault: Fault, told: Told) -> list[Claim]:
        claims = [
            claim(
                refusals_tell_no_offset.id,
                (told["base_offset"], told["log_append_time"]),
                (-1, -1),
                because="nothing was appended",
            ),
            *self._kept(belief, told),
        ]
        if fault.records and self.attempts[0][self.index].version >= 8:
            listed = claim(
                bad_records_are_listed.id,
                sorted(told["record_errors"]),
                list(fault.records),
                because="these are the records that broke a rule",
            )
            claims.append(listed)
        return claims

    def _kept(self, belief: Belief, told: Told) -> list[Claim]:
        if "end" not in told:
            return []
        end = belief.at(*self.part.place)["leo"]
        because = "this was the log end before the batch was refused"
        return [claim(refused_partitions_keep_their_end.id, told["end"], end, because=because)]

    def appended(self, belief: Belief, told: Told) -> tuple[list[Claim], Belief]:
        """The batch is in the log: the claims on it, and the belief that holds it."""
        attempt = self.attempts[0][self.index]
        known = belief.at(*self.part.place)
        done = known.attempt("leader_appends", count=attempt.batch.count)
        assert isinstance(done, Done)
        append_time = told.get("log_append_time", NO_TIMESTAMP)
        stored = stored_as(attempt, known["leo"], known["epoch"], append_time)
        claims: list[Claim] = []
        if "base_offset" in told:
            claims += self._claims_on_answer(done, told)
        if told.get("stored") is not None:
            claims += self._claims_on_storage(attempt, stored, told["stored"])
        after = PartitionBelief.appending(known, stored, done.state)
        if "end" in told:
            because = "the batch was appended at the log end"
            end = claim(offsets_are_consecutive.id, told["end"], after["leo"], because=because)
            claims.append(end)
        return claims, belief.with_partition(*self.part.place, after)

    def _claims_on_answer(self, done: Done, told: Told) -> list[Claim]:
        base = claim(
            offsets_are_consecutive.id,
            told["base_offset"],
            done.answer["base_offset"],
            because="this is the log end at which the batch was appended",
        )
        time = told["log_append_time"]
        if not self.attempts[0][self.index].of.append_time:
            because = "the topic keeps the producer's timestamps"
            return [base, claim(create_time_has_no_append_time.id, time, -1, because=because)]
        first, last = self.attempts[0][0].now, self.attempts[-1][0].now
        own = claim_that(
            append_time_is_the_brokers.id,
            first <= time <= last,
            expected=f"a time from {first} to {last}",
            actual=time,
            because="the request was sent and answered between these",
        )
        return [base, own]

    def _claims_on_storage(self, attempt: Attempt, stored: Stored, seen: Told) -> list[Claim]:
        claims = [
            claim(
                stored_batches_are_the_leaders.id,
                (seen["epoch"], seen["max_timestamp"], seen["fault"], contents(dict(seen))),
                (stored.epoch, stored.max_timestamp, None, _contents(stored)),
                because="this is the accepted batch, its header corrected",
            )
        ]
        if attempt.of.codec is not None:
            codec = claim(
                topics_choose_their_codec.id,
                (seen["codec"], contents(dict(seen))),
                (attempt.of.codec, _contents(stored)),
                because="the topic has this codec, and recompression changes no record",
            )
            claims.append(codec)
        if attempt.of.append_time:
            claims += self._claims_on_append_time(attempt, stored, seen)
        return claims

    def _claims_on_append_time(self, attempt: Attempt, stored: Stored, seen: Told) -> list[Claim]:
        stamped = claim(
            append_time_is_the_brokers.id,
            (seen["append_time"], seen["max_timestamp"], {r[1] for r in seen["records"]}),
            (True, stored.max_timestamp, {stored.max_timestamp}),
            because="this time was answered, and stands for every record",
        )
        if attempt.is_rewritten:
            return [stamped]
        because = "the producer sent this base timestamp"
        sent = attempt.batch.base_timestamp
        kept = claim(append_time_keeps_the_base.id, seen["base_time"], sent, because=because)
        return [stamped, kept]


def _contents(stored: Stored) -> list[Any]:
    entries = [
        [e.offset, e.timestamp, e.key, e.value, [*map(list, e.headers)]] for e in stored.entries
    ]
    return [stored.base, stored.last, entries]


def _errors(fault: Fault | None) -> tuple[str, ...]:
    if fault is None:
        return ("NONE",)
    return tuple(sorted(fault.demand.errors)) or ("any error",)


def _matches(fault: Fault | None, error: str) -> bool:
    if fault is None:
        return error == "NONE"
    return error in fault.demand.errors if fault.demand.errors else error != "NONE"

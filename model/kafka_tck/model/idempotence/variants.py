"""Settings worth a name."""

from kafka_tck.model.idempotence.state import Idempotence, idempotence

idempotence.variant(
    "not-idempotent",
    "enable.idempotence=false: nothing is numbered, and everything that arrives is written.",
    Idempotence(enable_idempotence=False),
)
idempotence.variant(
    "small-window",
    "One batch is remembered while several are in flight, as after a snapshot was loaded.",
    Idempotence(window=1),
)
idempotence.variant(
    "short-turn",
    "Sequences begin again at 0 after 2.",
    Idempotence(max_in_flight_requests_per_connection=1, window=1, turn=3),
)
idempotence.variant(
    "late-by-a-turn",
    "Wrong: the same, and a request may come so late that its sequence is the next one again.",
    Idempotence(max_in_flight_requests_per_connection=1, window=1, turn=3, late_by_a_turn=True),
    breaks=(
        "no_batch_is_repeated",
        "no_batch_is_before_an_earlier_one",
        "no_batch_is_missing_within_an_epoch",
        "what_is_acknowledged_is_where_it_was_said_to_be",
    ),
)

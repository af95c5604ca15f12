"""Ways to consume that people use, by name."""

from kafka_tck.model.consumer.state import (
    AFTER,
    ANY,
    ASYNC,
    BEFORE,
    LATEST,
    QUEUE,
    STORED,
    TOGETHER,
    Consumption,
    consumer,
)

consumer.variant(
    "hand-off",
    "enable.auto.commit=true, and records are put into a queue for another thread.",
    Consumption(processing=QUEUE),
)
consumer.variant(
    "librdkafka",
    "enable.auto.commit=true and enable.auto.offset.store=true, as librdkafka has them.",
    Consumption(commits=STORED),
)
consumer.variant(
    "at-most-once",
    "commitSync after each poll, before processing.",
    Consumption(commits=BEFORE),
)
consumer.variant(
    "at-least-once",
    "commitSync after processing.",
    Consumption(commits=AFTER),
)
consumer.variant(
    "workers",
    "Several workers; what is committed follows all that is done without a gap.",
    Consumption(commits=AFTER, processing=ANY),
)
consumer.variant(
    "highest",
    "Several workers; what is committed follows the highest record that is done.",
    Consumption(commits=AFTER, processing=ANY, commits_highest=True),
)
consumer.variant(
    "async",
    "commitAsync after processing; one that fails is sent again.",
    Consumption(commits=ASYNC, retries_commits=True),
)
consumer.variant(
    "exactly-once",
    "The offset is stored with the result, as one, and checked against the members.",
    Consumption(commits=TOGETHER),
)
consumer.variant(
    "latest",
    "auto.offset.reset=latest, as it is by default.",
    Consumption(auto_offset_reset=LATEST),
)

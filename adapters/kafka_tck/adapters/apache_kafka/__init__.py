"""Apache Kafka itself as a target. What is heavy is imported when such a target is opened."""

from kafka_tck.adapters.target import Target, TargetOptions, hookimpl

_KIND = "apache-kafka"


@hookimpl
def kafka_tck_target(spec: str, options: TargetOptions) -> Target | None:
    kind, _, release = spec.partition(":")
    if kind != _KIND:
        return None
    from kafka_tck.adapters.apache_kafka.kafka_target import start_target

    return start_target(release or None, options)


@hookimpl
def kafka_tck_target_forms() -> list[str]:
    return [
        "apache-kafka           Apache Kafka 4.3.1, started here (needs Java; jars by jgo)",
        "apache-kafka:VERSION   another release, 3.3.1 or newer; or the one in --kafka-home",
    ]

"""Looks for differences for longer than the test does: `python -m tests.differential --help`."""

from collections import Counter

import click
from tests.differential import clusters
from tests.differential.running import Runner


@click.command()
@click.option("--seed", default=0, show_default=True, help="First seed.")
@click.option("--programs", default=100, show_default=True)
@click.option("--length", default=35, show_default=True, help="Requests per program.")
@click.option("--against-itself", is_flag=True, help="Apache Kafka on both sides.")
@click.option("--shrink/--no-shrink", default=True)
def main(seed: int, programs: int, length: int, against_itself: bool, shrink: bool) -> None:
    """Runs programs on the bundled broker and on Apache Kafka; prints one example per kind."""
    left = clusters.apache_kafka() if against_itself else clusters.bundled()
    try:
        right = clusters.apache_kafka()
    except BaseException:
        left.close()
        raise
    try:
        runner = Runner(left, right)
        kinds: Counter[str] = Counter()
        for number in range(seed, seed + programs):
            finding = runner.find(number, length)
            if finding is None:
                continue
            if finding.kind() not in kinds:
                click.echo((runner.shrink(finding) if shrink else finding).say())
            kinds[finding.kind()] += 1
        for kind, times in kinds.most_common():
            click.echo(f"{times:5} {kind}")
        click.echo(f"{runner.sent} requests")
    finally:
        left.close()
        right.close()


if __name__ == "__main__":
    main()

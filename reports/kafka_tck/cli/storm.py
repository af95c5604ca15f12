"""`kafka-tck storm`: clients at work while brokers fail, and a judgement of what they were told."""

import sys
from pathlib import Path
from typing import TYPE_CHECKING

import click

if TYPE_CHECKING:
    from kafka_tck.adapters.target import TargetOptions


@click.command()
@click.option("--target", default="reference", show_default=True, help="what to run against")
@click.option("--nodes", default=3, show_default=True, help="brokers of a target that we start")
@click.option("--seed", default=0, show_default=True, help="the first storm's seed")
@click.option("--seeds", "count", type=click.IntRange(1), help="how many storms  [default: 10]")
@click.option("--minutes", type=click.FloatRange(0), help="or: storms until so much time is over")
@click.option("--operations", type=int, help="requests in one storm  [150; 600 if real]")
@click.option("--faults", type=int, help="faults in one storm  [6; 10 if real]")
@click.option("--transactors", default=0, show_default=True, help="clients with transactions")
@click.option("--members", default=0, show_default=True, help="members of a consumer group")
@click.option("--moves", metavar="NAME,...", help="only these faults, such as kill,pause")
@click.option(
    "--feature", multiple=True, metavar="NAME=LEVEL", help="a feature level to start with"
)
@click.option("--config", multiple=True, metavar="KEY=VALUE", help="a setting of every broker")
@click.option("--save", type=click.Path(path_type=Path), help="write the histories to this file")
@click.option("--picture", type=click.Path(path_type=Path), help="draw the first finding as SVG")
@click.option("--judge", type=click.Path(path_type=Path), help="judge a saved file, run nothing")
@click.option("--repeat", type=click.IntRange(1), help="so many seeds twice: the same bytes?")
@click.option("--digests", is_flag=True, help="one line for each seed: a digest of its history")
def storm(
    target: str,
    nodes: int,
    seed: int,
    count: int | None,
    minutes: float | None,
    operations: int | None,
    faults: int | None,
    transactors: int,
    members: int,
    moves: str | None,
    feature: tuple[str, ...],
    config: tuple[str, ...],
    save: Path | None,
    picture: Path | None,
    judge: Path | None,
    repeat: int | None,
    digests: bool,
) -> None:
    """Lets several clients write and read while brokers fail, and judges what they were told.

    A storm is drawn from its seed: three producers and three consumers with requests in flight
    at once, on three partitions with different leaders, while brokers are killed, paused, cut
    off, delayed or lose their power, as far as the target can do that. Then every fault is
    undone, the cluster has to recover, and everything is read once more at every replica.

    \b
    The history is judged: was anything lost that had been acknowledged with acks=all, repeated,
    invented, reordered; did two readers see two records at one offset; did a high watermark
    fall, two nodes lead in one epoch, a cluster not come back. With --transactors some clients
    write in transactions, and are killed in the middle: was one torn, lost, or read though it
    was aborted. With --members a group reads, whose members die, leave and come back: did two
    own a partition, was a record skipped, a committed offset forgotten; power does not fail then.
    What is legal in Kafka is not reported: acks=1 may be lost, a deposed leader may answer from
    its old state, a follower may lag. A request without an answer may or may not have been
    carried out.

    \b
    Examples:
      kafka-tck storm                                         ten storms, bundled cluster
      kafka-tck storm --target=apache-kafka:4.3.1 --minutes 15
      kafka-tck storm --target=reference:acknowledges-for-the-leader-alone
      kafka-tck storm --seed 7 --seeds 1 --save storm.jsonl   one storm, kept
      kafka-tck storm --judge storm.jsonl                     judged again, by this release
      kafka-tck storm --repeat 1000                           the same seed, the same bytes?
      kafka-tck storm --transactors 2                         exactly once, under faults
      kafka-tck storm --members 3                             a group, under faults

    The faults (for --moves): kill, restart, pause, part (a link, both ways), cut (one way),
    isolate (from all others), desert (from the controllers), delay, lose_power.

    Ctrl-C ends a run cleanly: faults are undone, and what was seen so far is judged.

    Exit status: 0 nothing is wrong, 1 a requirement is broken (or a seed gave other bytes), 2 it
    could not be told.
    """
    from kafka_tck.cli import storm_running
    from kafka_tck.properties.histories.rounds import Rounds, Size, is_bundled

    if judge is not None:
        sys.exit(storm_running.judge_file(judge, picture))
    if count is not None and minutes is not None:
        raise click.UsageError("--seeds and --minutes: write one of them")
    options = _options(nodes, feature, config)
    is_real = not is_bundled(target)
    operations = operations or (600 if is_real else 150)
    faults = (10 if is_real else 6) if faults is None else faults
    if repeat is not None:
        clients = (transactors, members)
        sys.exit(storm_running.repeat(target, seed, repeat, operations, faults, clients))
    size = Size(operations, faults, _moves(moves), transactors, members)
    rounds = Rounds(target, options, size)
    if digests:
        sys.exit(storm_running.print_digests(rounds, range(seed, seed + (count or 10))))
    until = None if minutes is None else minutes * 60
    seeds = None if minutes is not None else count or 10
    sys.exit(storm_running.Run(rounds, seed, seeds, until, save, picture).run())


def _options(nodes: int, feature: tuple[str, ...], config: tuple[str, ...]) -> "TargetOptions":
    from kafka_tck.adapters.target import Misuse, TargetOptions
    from kafka_tck.properties.options import pairs

    try:
        levels = {name: int(level) for name, level in pairs("--feature", list(feature)).items()}
        return TargetOptions(nodes, features=levels, config=pairs("--config", list(config)))
    except (Misuse, ValueError) as wrong:
        raise click.UsageError(str(wrong)) from None


def _moves(named: str | None) -> tuple[str, ...] | None:
    from kafka_tck.properties.histories.plan import MOVES

    if named is None:
        return None
    wanted = tuple(word.strip() for word in named.split(",") if word.strip())
    unknown = [word for word in wanted if word not in MOVES]
    if unknown:
        raise click.UsageError(f"no fault {', '.join(unknown)}: there are {', '.join(MOVES)}")
    return wanted

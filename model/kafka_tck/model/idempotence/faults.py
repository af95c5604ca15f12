"""What befalls the partition: commits, other leaders, snapshots, and forgetting."""

from kafka_tck.model.idempotence.state import Idempotence, Stream, idempotence
from kafka_tck.model.sources import KIP, Code, Docs
from kafka_tck.model.spec import Step, when, whole
from kafka_tck.model.terms import NONE, Int, least, most


def _is_on(given: Idempotence) -> bool:
    return given.enable_idempotence


@idempotence.action(Docs("acks=all"))
def followers_catch_up(p: Stream) -> Step[Stream]:
    """All replicas in sync have what the leader has."""
    return when(has_more=p.hw < p.log.length).then(p.having(hw=p.log.length))


@idempotence.action(
    Code("ProducerStateManager.truncateAndReload"),
    Code("UnifiedLog.appendAsFollower"),
    length=whole(0, "requests"),
)
def follower_takes_over(p: Stream, length: Int) -> Step[Stream]:
    """Another replica leads: it has what is committed, and knows the producer from its log."""
    cut = p.having(log=p.log.cut(length), connection=p.connection + 1)
    newest = p.log.at(length - 1)
    rebuilt = cut.having(
        known_epoch=newest.epoch,
        last=newest.sequence,
        remembered=most(0, least(newest.run, p.given.window)),
    )
    return when(
        has_what_is_committed=p.hw <= length,
        has_no_more=length <= p.log.length,
    ).then(rebuilt if p.given.enable_idempotence else cut)


@idempotence.action(Code("ProducerStateManager.writeSnapshot"), KIP(98), only=_is_on)
def leader_loads_a_snapshot(p: Stream) -> Step[Stream]:
    """The leader restarts: a snapshot has the last batch of a producer, and no other."""
    return when(remembers_more=p.remembered > 1).then(p.having(remembered=1))


@idempotence.action(
    Docs("producer.id.expiration.ms"),
    Code("ProducerStateManager.removeExpiredProducers"),
    only=_is_on,
)
def leader_forgets(p: Stream) -> Step[Stream]:
    """The producer was silent for so long that the leader forgets it."""
    return when(knows=p.known_epoch != NONE).then(
        p.having(known_epoch=NONE, last=NONE, remembered=0, life=p.life + 1)
    )

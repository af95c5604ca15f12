"""Instances commit offsets, and the coordinator of the group takes them or not."""

from kafka_tck.model.consumer.state import (
    AFTER,
    ASYNC,
    AUTO,
    BEFORE,
    OVER,
    STORED,
    UNDER_WAY,
    Instance,
    Partition,
    committing,
    consumer,
)
from kafka_tck.model.sources import Code, Docs
from kafka_tck.model.spec import Step, nodes, otherwise, when, whole
from kafka_tck.model.terms import NONE, Int, all_of, every, last_where

requests = whole(0, lambda sizes: sizes["requests"] - 1)


def offset_to_commit(p: Partition, own: Instance) -> Int:
    """What an instance commits, in its style."""
    if p.given.commits in (AUTO, STORED, BEFORE):
        return own.position
    if p.given.commits_highest:
        return own.begin + last_where(own.work.length, lambda k: own.work.at(k).done)
    return own.without_gap()


@consumer.action(
    Code("ConsumerCoordinator.maybeAutoCommitOffsetsAsync"),
    Docs("enable.auto.offset.store"),
    Docs("KafkaConsumer.commitSync"),
    only=lambda given: given.commits in (AUTO, STORED, BEFORE, AFTER),
    instance=nodes,
)
def instance_commits(p: Partition, instance: int) -> Step[Partition]:
    """An instance commits, or a client does so for it.

    Java's does so as poll() begins: what earlier polls returned. librdkafka's does so at any time.
    """
    own = p.instances[instance]
    offset = offset_to_commit(p, own)
    in_poll = p.given.commits == AUTO and p.given.is_inline
    return when(
        has_joined=own.has_joined,
        is_between_polls=own.has_nothing_in_hand if in_poll else True,
        is_news=own.committed < offset,
        is_member=otherwise(p.is_of(instance) if p.given.fenced else True, "ILLEGAL_GENERATION"),
    ).then(committing(p, offset).having_of("instances", instance, committed=offset))


@consumer.action(
    Docs("KafkaConsumer.commitAsync"), only=lambda given: given.commits == ASYNC, instance=nodes
)
def instance_sends_commit(p: Partition, instance: int) -> Step[Partition]:
    """An instance sends a commit, and goes on without waiting."""
    own = p.instances[instance]
    offset = offset_to_commit(p, own)
    sent = p.requests.append(generation=own.generation, offset=offset, state=UNDER_WAY)
    return when(has_joined=own.has_joined, is_news=own.committed < offset).then(
        p.having(requests=sent).having_of("instances", instance, committed=offset)
    )


@consumer.action(
    Code("ClassicGroup.validateOffsetCommit"),
    only=lambda given: given.commits == ASYNC,
    request=requests,
)
def coordinator_commits(p: Partition, request: Int) -> Step[Partition]:
    """The coordinator handles a commit: in their order, unless one was sent again."""
    own = p.requests.at(request)
    first = every(request, lambda r: p.requests.at(r).state == OVER)
    is_member = all_of([p.owner != NONE, own.generation == p.generation])
    return when(
        is_under_way=own.state == UNDER_WAY,
        comes_in_order=True if p.given.retries_commits else first,
        is_member=otherwise(is_member if p.given.fenced else True, "ILLEGAL_GENERATION"),
    ).then(committing(p, own.offset).having(requests=p.requests.put(request, state=OVER)))


@consumer.action(
    Docs("KafkaConsumer.commitAsync"), only=lambda given: given.commits == ASYNC, request=requests
)
def commit_fails(p: Partition, request: Int) -> Step[Partition]:
    """A commit is refused, or never arrives, and nobody sends it again."""
    return when(is_under_way=p.requests.at(request).state == UNDER_WAY).then(
        p.having(requests=p.requests.put(request, state=OVER))
    )

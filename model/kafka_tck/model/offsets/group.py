"""Members come and go, coordinators change, and readers ask."""

from kafka_tck.model.offsets.state import (
    Coordinator,
    offsets,
    pending_in_log,
    said_by_log,
)
from kafka_tck.model.sources import KIP, Code
from kafka_tck.model.spec import Step, otherwise, when, whole
from kafka_tck.model.terms import Int, negate

sizes = whole(0, "log_size")


@offsets.action(Code("GroupMetadataManager.completeClassicGroupJoin"))
def members_join(p: Coordinator) -> Step[Coordinator]:
    """The group has members in a new generation: those of earlier ones are no members."""
    return when().then(p.having(has_members=True, generation=p.generation + 1))


@offsets.action(Code("GroupMetadataManager.classicGroupLeave"))
def members_leave(p: Coordinator) -> Step[Coordinator]:
    """The group is empty."""
    return when(has_members=p.has_members).then(p.having(has_members=False))


@offsets.action(
    Code("CoordinatorRuntime.scheduleLoadOperation"),
    Code("CoordinatorLoaderImpl.load"),
    length=sizes,
    reads=sizes,
)
def coordinator_fails_over(p: Coordinator, length: Int, reads: Int) -> Step[Coordinator]:
    """Another coordinator has what is replicated, at least, and reads that into its memory."""
    cut = p.having(log=p.log.cut(length))
    to = p.replicated if p.given.reads_all else reads
    at = said_by_log(cut, to)
    loaded = cut.having(
        applied=p.replicated,
        offset=cut.log.at(at).offset,
        stands_at=at,
        producers=tuple(
            one.having(pending=pending_in_log(cut, n, to)) for n, one in enumerate(p.producers)
        ),
    )
    return when(
        has_what_is_replicated=p.replicated <= length,
        has_no_more=length <= p.log.length,
        is_replicated=reads <= p.replicated,
        reads_to_the_end=reads == p.replicated if p.given.reads_all else True,
    ).then(loaded)


@offsets.action(KIP(447), Code("OffsetMetadataManager.fetchOffsets"))
def reader_is_told(p: Coordinator) -> Step[Coordinator]:
    """A member that begins, or a tool, asks for the committed offset."""
    stable = negate(p.is_unstable) if p.given.require_stable else True
    return (
        when(is_stable=otherwise(stable, "UNSTABLE_OFFSET_COMMIT"))
        .then(p.having(told=p.stands_at, told_at=p.applied))
        .answering(offset=p.offset)
    )

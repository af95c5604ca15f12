"""Consume, transform, produce: is every input processed once, whatever group and producers do?

Instances of one application (node n is instance n) read one input partition in turns, as their
group assigns it. Each input makes one transaction, with one output and, unless said otherwise, the
offset after that input. An instance that lost the partition goes on until it is told: a zombie.

Left out: what makes a transaction one (module transactions), how a group comes to an assignment,
several partitions.
"""

from dataclasses import dataclass
from typing import Final

from kafka_tck.model.shapes import (
    Given,
    Shape,
    each,
    flag,
    node,
    number,
    sequence,
    setting,
    settled,
)
from kafka_tck.model.sources import KIP, Code, Docs
from kafka_tck.model.spec import Module, Step, nodes, otherwise, when
from kafka_tck.model.terms import NONE, Bool, Int, Seq, all_of, any_of, choose, implies, negate

IDLE, WRITING, SENT, COMMITTING, FENCED = range(5)
"""An instance has no transaction, or one with its output, with its offset too, that is prepared
to commit; or its producer was fenced."""

TWICE: Final = 2


@dataclass(frozen=True)
class Pipelines(Given):
    """How the application uses Kafka."""

    nodes: int = setting(2, "how many instances of the application there are")
    inputs: int = setting(1, "how many records the input partition has")
    offsets_in_transactions: bool = setting(True, "sendOffsetsToTransaction, not commitSync")
    group_metadata: bool = setting(True, "offsets are sent with member and generation (KIP-447)")
    require_stable: bool = setting(True, "offsets are fetched with require_stable (KIP-447)")
    one_id: bool = setting(False, "one transactional id for the input partition, not one each")


class Instance(Shape):
    """What an instance believes, and its transaction. `pending` waits at the group coordinator."""

    generation: Int = number(NONE, "generations")
    position: Int = number(0, "inputs")
    phase: Int = number(IDLE, FENCED)
    pending: Int = number(NONE, "inputs")
    output_marked: Bool = flag()
    offset_marked: Bool = flag()

    @property
    def is_open(self) -> Bool:
        """Whether its transaction could still be aborted."""
        return any_of([self.phase == WRITING, self.phase == SENT])


class Application(Shape):
    """The group's assignment and committed offset, the outputs by input, and the instances."""

    given: Pipelines = settled()
    generation: Int = number(0, "generations")
    owner: Int = node()
    committed: Int = number(0, "inputs")
    outputs: Seq = sequence("inputs", committed=number(0, TWICE))
    """By input: how many outputs of it are committed."""
    instances: tuple[Instance, ...] = each(Instance)


def _beginning(given: Pipelines) -> dict[str, object]:
    instance = {
        "generation": NONE,
        "position": 0,
        "phase": IDLE,
        "pending": NONE,
        "output_marked": False,
        "offset_marked": False,
    }
    return {
        "generation": 0,
        "owner": 0,
        "committed": 0,
        "outputs": ((0,),) * given.inputs,
        "instances": [instance] * given.nodes,
    }


pipeline = Module(
    "pipeline",
    Application,
    _beginning,
    given=Pipelines(),
    bounds={"generations": 1},
    pinned=(0,),
    doc=__doc__,
)


@pipeline.action(Code("GroupCoordinator"), owner=nodes)
def group_rebalances(p: Application, owner: int) -> Step[Application]:
    """The partition goes to another instance, under the next generation."""
    return when(is_another=p.owner != owner).then(
        p.having(generation=p.generation + 1, owner=owner)
    )


@pipeline.action(KIP(447), Code("OffsetMetadataManager.fetchOffsets"), instance=nodes)
def instance_joins(p: Application, instance: int) -> Step[Application]:
    """The owner learns that it is, and where to begin; a transactional id in common fences.

    Without `require_stable` it may begin at an offset that another one is about to replace.
    """
    own = p.instances[instance]
    others = [other for n, other in enumerate(p.instances) if n != instance]
    stable = all_of(one.pending == NONE for one in p.instances)
    settled_id = negate(any_of(other.phase == COMMITTING for other in others))
    fenced = _fenced(p, instance) if p.given.one_id else p
    # An id in common has aborted what was pending, before the offset is asked for.
    waits = p.given.require_stable and not p.given.one_id
    return when(
        owns=p.owner == instance,
        is_news=own.generation < p.generation,
        has_no_transaction=any_of([own.phase == IDLE, own.phase == FENCED]),
        is_settled=otherwise(settled_id if p.given.one_id else True, "CONCURRENT_TRANSACTIONS"),
        is_stable=otherwise(
            stable if waits else True,
            "UNSTABLE_OFFSET_COMMIT",
        ),
    ).then(
        fenced.having_of(
            "instances", instance, generation=p.generation, position=p.committed, phase=IDLE
        )
    )


def _fenced(p: Application, instance: int) -> Application:
    """InitProducerId with the id of the others aborts what they have open."""
    found = p
    for n, other in enumerate(p.instances):
        if n != instance:
            found = found.having_of(
                "instances",
                n,
                phase=choose(other.phase == COMMITTING, COMMITTING, FENCED),
                pending=choose(other.phase == COMMITTING, other.pending, NONE),
            )
    return found


@pipeline.action(Code("KafkaProducer.send"), instance=nodes)
def instance_processes(p: Application, instance: int) -> Step[Application]:
    """An instance that believes to own the partition reads an input, and writes its output."""
    own = p.instances[instance]
    return when(
        has_joined=own.generation != NONE,
        is_idle=own.phase == IDLE,
        has_input=own.position < p.outputs.length,
    ).then(p.having_of("instances", instance, phase=WRITING))


@pipeline.action(
    KIP(447),
    Code("OffsetMetadataManager.validateTransactionalOffsetCommit"),
    only=lambda given: given.offsets_in_transactions,
    instance=nodes,
)
def instance_sends_offset(p: Application, instance: int) -> Step[Application]:
    """The offset after the input is part of the transaction; the group coordinator keeps it."""
    own = p.instances[instance]
    is_member = own.generation == p.generation
    return when(
        has_output=own.phase == WRITING,
        is_member=otherwise(is_member if p.given.group_metadata else True, "ILLEGAL_GENERATION"),
    ).then(p.having_of("instances", instance, phase=SENT, pending=own.position + 1))


@pipeline.action(KIP(98), Code("TransactionCoordinator.endTransaction"), instance=nodes)
def instance_commits(p: Application, instance: int) -> Step[Application]:
    """The transaction is prepared to commit: it will be, whatever happens."""
    own = p.instances[instance]
    ready = own.phase == (SENT if p.given.offsets_in_transactions else WRITING)
    return when(is_ready=ready).then(p.having_of("instances", instance, phase=COMMITTING))


@pipeline.action(KIP(98), instance=nodes)
def coordinator_marks_output(p: Application, instance: int) -> Step[Application]:
    """The output partition gets its marker: the output is committed."""
    own = p.instances[instance]
    count = p.outputs.at(own.position).committed
    return when(is_prepared=own.phase == COMMITTING, is_missing=negate(own.output_marked)).then(
        p.having(outputs=p.outputs.put(own.position, committed=count + 1)).having_of(
            "instances", instance, output_marked=True
        )
    )


@pipeline.action(
    KIP(98),
    Code("GroupCoordinatorService.completeTransaction"),
    only=lambda given: given.offsets_in_transactions,
    instance=nodes,
)
def coordinator_marks_offset(p: Application, instance: int) -> Step[Application]:
    """The group coordinator gets its marker: the offset is committed."""
    own = p.instances[instance]
    return when(is_prepared=own.phase == COMMITTING, is_missing=negate(own.offset_marked)).then(
        p.having(committed=own.pending).having_of(
            "instances", instance, pending=NONE, offset_marked=True
        )
    )


@pipeline.action(KIP(98), instance=nodes)
def coordinator_completes(p: Application, instance: int) -> Step[Application]:
    """Both have their marker; the instance goes on to the next input."""
    own = p.instances[instance]
    offset_is_there = own.offset_marked if p.given.offsets_in_transactions else True
    return when(
        is_prepared=own.phase == COMMITTING,
        is_acked=all_of([own.output_marked, offset_is_there]),
    ).then(
        p.having_of(
            "instances",
            instance,
            phase=IDLE,
            position=own.position + 1,
            output_marked=False,
            offset_marked=False,
        )
    )


@pipeline.action(
    Docs("commitSync"), only=lambda given: not given.offsets_in_transactions, instance=nodes
)
def instance_commits_offset(p: Application, instance: int) -> Step[Application]:
    """The offset after the inputs that are done, on its own: only a member may."""
    own = p.instances[instance]
    return when(
        is_idle=own.phase == IDLE,
        is_member=otherwise(own.generation == p.generation, "ILLEGAL_GENERATION"),
    ).then(p.having(committed=own.position))


@pipeline.action(KIP(98), Code("KafkaProducer.abortTransaction"), instance=nodes)
def transaction_is_aborted(p: Application, instance: int) -> Step[Application]:
    """An instance gives up, or its transaction takes too long: output and offset are dropped.

    Its producer has to begin anew, and it has to join.
    """
    return when(is_open=p.instances[instance].is_open).then(
        p.having_of("instances", instance, phase=FENCED, pending=NONE)
    )


@pipeline.anomaly(KIP(447))
def an_input_is_processed_twice(p: Application) -> Bool:
    """Two outputs of one input are committed."""
    return any_of(p.outputs.at(i).committed >= TWICE for i in range(p.given.inputs))


@pipeline.anomaly(KIP(98))
def an_output_is_without_its_offset(p: Application) -> Bool:
    """An output is committed, and no offset that is committed or pending goes with it."""
    return any_of(
        all_of(
            [
                p.outputs.at(i).committed > 0,
                p.committed <= i,
                all_of(own.pending <= i for own in p.instances),
            ]
        )
        for i in range(p.given.inputs)
    )


@pipeline.always(KIP(98))
def what_is_committed_has_its_output(p: Application) -> Bool:
    """Every input below the committed offset has an output that is committed, or will be."""

    def is_there(i: int) -> Bool:
        coming = [
            all_of([own.phase == COMMITTING, own.position == i, negate(own.output_marked)])
            for own in p.instances
        ]
        return any_of([p.outputs.at(i).committed > 0, *coming])

    return all_of(implies(p.committed > i, is_there(i)) for i in range(p.given.inputs))


@pipeline.sometimes()
def all_is_processed(p: Application) -> Bool:
    """Every input is processed once, and its offset is committed."""
    once = [p.outputs.at(i).committed == 1 for i in range(p.given.inputs)]
    return all_of([p.committed == p.outputs.length, *once])


@pipeline.sometimes()
def another_instance_goes_on(p: Application) -> Bool:
    """An instance that did not own the partition at first processes an input."""
    return any_of(own.phase == COMMITTING for own in p.instances[1:])


pipeline.variant(
    "no-group-metadata",
    "Offsets are sent to transactions without member and generation (before KIP-447).",
    Pipelines(group_metadata=False),
)
pipeline.variant(
    "one-id",
    "One transactional id for the input partition: how a zombie was fenced before KIP-447.",
    Pipelines(group_metadata=False, require_stable=False, one_id=True),
)
pipeline.variant(
    "unstable",
    "Offsets are fetched while others are pending.",
    Pipelines(require_stable=False),
)
pipeline.variant(
    "offsets-apart",
    "Offsets are committed on their own, after the transaction.",
    Pipelines(offsets_in_transactions=False),
)
